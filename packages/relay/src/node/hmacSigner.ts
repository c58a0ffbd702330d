// This file signs tokens with Node's own cryptography.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { RelayError } from '../errors.ts';
import type { Signer } from '../tokens/tokenBook.ts';

/** As long as the hash: RFC 2104 section 3 advises no less. */
const MIN_KEY_BYTES = 32;

/** A key, or several while one replaces another: the first signs, and all are taken. */
export type SigningKey = string | Uint8Array | readonly (string | Uint8Array)[];

/**
 * HMAC-SHA-256.
 * @throws {RelayError} For a key of less than 32 bytes.
 */
export function createHmacSigner(signingKey: SigningKey): Signer {
  const keys = (Array.isArray(signingKey) ? signingKey : [signingKey]).map((key) => Buffer.from(key as Uint8Array));
  const [first] = keys;
  if (first === undefined || keys.some(({ length }) => length < MIN_KEY_BYTES))
    throw new RelayError('signingKey', `at least ${MIN_KEY_BYTES} bytes that nobody can guess`);
  const hash = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  return {
    sign: (text) => hash(first, text).toString('base64url'),
    isSignatureOf(text, signature) {
      const bytes = Buffer.from(signature, 'base64url');
      // Written otherwise, the same bytes are another text: there is one way to write a token.
      const isCanonical = bytes.toString('base64url') === signature;
      return isCanonical && keys.some((key) => isSame(bytes, hash(key, text)));
    },
  };
}

function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
