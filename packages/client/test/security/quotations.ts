// This file words what hostile servers say: messages with a secret in them, whole and broken.
import type { SeededRandom } from '@voicewire/testkit';

/** A server under test. */
export interface HostileServer {
  /** Secrets of the other end: none may be seen. */
  readonly canaries: readonly string[];
  /** Messages that the server may send at any time, with `word` in every text that is its own. */
  readonly messages: (word: string) => readonly object[];
}

/** A secret as servers put it into their sentences. */
export function quote({ canaries }: HostileServer, random: SeededRandom): string {
  const secret = canaries[Math.floor(random.next() * canaries.length)] ?? '';
  const sentences = [
    secret,
    `Bearer ${secret}`,
    `key=${secret}&x=1`,
    `bad token "${secret}".`,
    `${'x'.repeat(495)} ${secret}`,
  ];
  return sentences[Math.floor(random.next() * sentences.length)] ?? secret;
}

/** One of the vendor's messages with a quotation in it, whole or broken. */
export function hostileMessage(canary: HostileServer, random: SeededRandom): string | Uint8Array {
  const word = quote(canary, random);
  const messages = canary.messages(word);
  const text = JSON.stringify(messages[Math.floor(random.next() * messages.length)]);
  const kind = random.next();
  // Not within a quotation: half a secret is another text.
  const place = Math.floor(random.next() * Math.max(0, text.indexOf(JSON.stringify(word).slice(1, 8))));
  if (kind < 0.05) return Uint8Array.from(text, (char) => char.charCodeAt(0) & 0xff);
  if (kind < 0.1) return word;
  // Broken off after the quotation.
  if (kind < 0.15) return text.slice(0, text.lastIndexOf(JSON.stringify(word).slice(-6)) + 6);
  if (kind < 0.2) return `${'['.repeat(100)}${text}${']'.repeat(100)}`;
  if (kind < 0.25) return text.replace('{', `{"type":"${word}",`);
  if (kind < 0.3) return `${text.slice(0, place)}\u0000${text.slice(place)}`;
  return text;
}
