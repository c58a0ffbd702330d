// This file writes tokens in the shape of a JWT, so that clients which look inside find what they expect.
import { encodeBase64, encodeUtf8 } from '@voicewire/protocol/wire';
import type { Random } from '../random.ts';

/** What a token says. Times are in s since 1970, as RFC 7519 has it. */
export interface JwtClaims {
  readonly sub: string;
  readonly org: string;
  readonly iat: number;
  readonly nbf: number;
  readonly exp: number;
  readonly jti: string;
}

/** Length of a signature of HMAC-SHA-256. */
const SIGNATURE_BYTES = 32;

/**
 * Writes one. Base64url without padding throughout, so the result is also a valid WebSocket subprotocol (RFC 7230 token).
 * The signature is drawn, not computed: the server knows its own tokens by heart, and nobody else can check them.
 */
export function encodeJwt(claims: JwtClaims, random: Random): string {
  const signature = Uint8Array.from({ length: SIGNATURE_BYTES }, () => Math.floor(random() * 256));
  const parts = [jsonBytes({ alg: 'HS256', typ: 'JWT' }), jsonBytes(claims), signature];
  return parts.map(encodeBase64Url).join('.');
}

function jsonBytes(value: unknown): Uint8Array {
  return encodeUtf8(JSON.stringify(value));
}

function encodeBase64Url(bytes: Uint8Array): string {
  return encodeBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
