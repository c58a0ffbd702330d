// This file takes a note's own secrets out of the bytes of an answer, wherever they are cut, before anybody reads them.
import { encodeUtf8 } from '@voicewire/protocol/wire';
import { MIN_SECRET_CHARS, REDACTED, secretsOf } from '../credentials/secretFilter.ts';

const NONE = new Uint8Array(0);

/** Servers quote tokens in errors and elsewhere. What went through here shows none, not even the beginning of one. */
export class ByteFilter {
  /** Longest first, so that none is left of one that holds another. */
  private readonly secrets: readonly Uint8Array[];
  private readonly redacted = encodeUtf8(REDACTED);
  /** 1 at every byte that a secret begins with. */
  private readonly beginnings = new Uint8Array(256);
  /** Bytes that may be the beginning of a secret. */
  private held: Uint8Array = NONE;

  /** @param credentials What went up with the note. */
  constructor(credentials: unknown) {
    this.secrets = secretsOf(credentials).map(encodeUtf8);
    for (const [first = 0] of this.secrets) this.beginnings[first] = 1;
  }

  /** @param bytes The next of the answer. @returns What can be read of it; the rest comes with the next ones. */
  push(bytes: Uint8Array): Uint8Array {
    return this.secrets.length === 0 ? bytes : this.filter(join(this.held, bytes), false);
  }

  /** Nothing more comes. @returns The rest. */
  end(): Uint8Array {
    return this.filter(this.held, true);
  }

  private filter(bytes: Uint8Array, isEnd: boolean): Uint8Array {
    const parts: Uint8Array[] = [];
    let from = 0;
    let at = this.next(bytes, 0);
    for (; at < bytes.length; at = this.next(bytes, at)) {
      const isCut = this.secrets.some((secret) => reaches(bytes, at, secret) === 'the end');
      if (isCut && !isEnd) break;
      const whole = this.secrets.find((secret) => reaches(bytes, at, secret) === 'all of it');
      const secretBytes = whole?.length ?? (isCut ? bytes.length - at : 0);
      if (secretBytes < MIN_SECRET_CHARS) {
        at += 1;
        continue;
      }
      parts.push(bytes.subarray(from, at), this.redacted);
      at += secretBytes;
      from = at;
    }
    this.held = bytes.slice(at);
    const rest = bytes.subarray(from, at);
    return parts.length === 0 ? rest : join(...parts, rest);
  }

  /** Where a secret may begin next. */
  private next(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at < bytes.length && this.beginnings[bytes[at] ?? 0] === 0) at += 1;
    return at;
  }
}

/** How far `bytes` from `at` on are those of `secret`. */
function reaches(bytes: Uint8Array, at: number, secret: Uint8Array): 'all of it' | 'the end' | 'nowhere' {
  for (let i = 0; i < secret.length; i++) {
    if (at + i === bytes.length) return 'the end';
    if (bytes[at + i] !== secret[i]) return 'nowhere';
  }
  return 'all of it';
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const filled = parts.filter(({ length }) => length > 0);
  if (filled.length <= 1) return filled[0] ?? NONE;
  const all = new Uint8Array(filled.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of filled) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
