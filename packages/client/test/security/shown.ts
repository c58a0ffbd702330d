// This file searches everything that comes out for secrets: values with all that is in them, and the console.

/** A secret that is cut shows too much of it from here on. */
const TELLING_CHARS = 16;

/** Keeps what came out only as long as it takes to search it. */
export class Shown {
  readonly leaks: string[] = [];
  shownCount = 0;
  maskedCount = 0;
  private readonly telling: readonly string[];

  constructor(canaries: readonly string[]) {
    this.telling = canaries.flatMap((secret) => [secret.slice(0, TELLING_CHARS), secret.slice(-TELLING_CHARS)]);
  }

  add(text: string): void {
    this.shownCount++;
    if (text.includes('[redacted]')) this.maskedCount++;
    for (const part of this.telling) {
      const at = text.indexOf(part);
      if (at >= 0) this.leaks.push(text.slice(Math.max(0, at - 100), at + 40));
    }
  }
}

/** Everything in a value, errors with their causes included. */
export function show(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner instanceof Error) {
      const { name, message, stack, cause } = inner;
      const own: Record<string, unknown> = Object.fromEntries(Object.entries(inner));
      return { ...own, name, message, stack, cause };
    }
    if (ArrayBuffer.isView(inner))
      return Buffer.from(inner.buffer, inner.byteOffset, inner.byteLength).toString('latin1');
    return inner;
  });
}

export function captureConsole(onText: (text: string) => void): () => void {
  const names = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;
  const saved = names.map((name) => console[name]);
  for (const name of names) console[name] = (...words: unknown[]) => onText(words.map(show).join(' '));
  return () => {
    for (const [index, name] of names.entries()) console[name] = saved[index] ?? console[name];
  };
}
