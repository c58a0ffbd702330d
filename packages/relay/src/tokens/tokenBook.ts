// This file mints the relay's tokens and redeems them: signed, short-lived, good once, and only where they were meant for.
import type { RelayClock } from '../clock.ts';
import type { RefusalCode } from '../refusals.ts';
import type { UsedTokens } from './usedTokens.ts';

/** Signs with a key that stays behind it. */
export interface Signer {
  /** A signature in base64url. */
  sign(text: string): string;
  /** Takes the same time wherever the first difference is. */
  isSignatureOf(text: string, signature: string): boolean;
}

/** What a token is good for, and who holds it. */
export interface Grant {
  /** Name of the vendor in the relay's options. */
  readonly vendor: string;
  /** Of the page that asked; `undefined` for programs. */
  readonly origin: string | undefined;
  /** Names the one who asked, so that later connections of the same one are known. Says nothing about who it is. */
  readonly holder: string;
  /** As `authorize` gave it. */
  readonly user: string | undefined;
}

/** A token that was minted. */
export interface MintedToken {
  /** Characters of base64url and points: fits a header, a subprotocol and a JSON text. */
  readonly token: string;
  readonly expiresEpochMs: number;
}

/** What a token gave. */
export type Redeemed =
  | { readonly ok: true; readonly grant: Grant }
  | { readonly ok: false; readonly code: RefusalCode };

export interface TokenBookOptions {
  readonly signer: Signer;
  readonly clock: RelayClock;
  /** 16 bytes or more that nobody can guess, as text without points. */
  readonly drawId: () => string;
  readonly used: UsedTokens;
  /** From minting to the latest use, in ms. */
  readonly lifeMs: number;
  /** Text to bytes of base64url and back; platforms have faster ones than we would write. */
  readonly base64url: { encode(text: string): string; decode(text: string): string };
}

/** Longest token that is looked at, in characters. Ours are below 700. */
const MAX_TOKEN_CHARS = 2048;
/** What is signed begins with it, so that a signature of something else by the same key is no token. */
const PURPOSE = 'voicewire-relay-token.1.';

interface Claims extends Grant {
  readonly id: string;
  readonly expiresEpochMs: number;
}

/** Mints and redeems. Reads nothing of a token before its signature is right. */
export class TokenBook {
  constructor(private readonly options: TokenBookOptions) {}

  mint(grant: Grant): MintedToken {
    const { signer, clock, drawId, lifeMs, base64url } = this.options;
    const expiresEpochMs = clock.nowEpochMs() + lifeMs;
    const claims: Claims = { ...grant, id: drawId(), expiresEpochMs };
    const body = base64url.encode(JSON.stringify(claims));
    return { token: `${body}.${signer.sign(PURPOSE + body)}`, expiresEpochMs };
  }

  /**
   * Redeems a token, once. `token-invalid`: forged, or minted for another vendor or origin; then it stays unused.
   *
   * @param shownBy Where it was shown: the same token elsewhere is worth nothing.
   */
  async redeem(token: string, shownBy: Pick<Grant, 'vendor' | 'origin'>): Promise<Redeemed> {
    const claims = this.#read(token);
    if (claims === undefined) return refused('token-invalid');
    if (claims.vendor !== shownBy.vendor || claims.origin !== shownBy.origin) return refused('token-invalid');
    // Now is too late: a token lives until, not through, its last instant.
    if (claims.expiresEpochMs <= this.options.clock.nowEpochMs()) return refused('token-expired');
    if (!(await this.#claim(claims))) return refused('token-used');
    const { vendor, origin, holder, user } = claims;
    return { ok: true, grant: { vendor, origin, holder, user } };
  }

  /** A memory that fails lets nobody in. */
  async #claim({ id, expiresEpochMs }: Claims): Promise<boolean> {
    try {
      return await this.options.used.claim(id, expiresEpochMs);
    } catch {
      return false;
    }
  }

  #read(token: string): Claims | undefined {
    if (token.length > MAX_TOKEN_CHARS) return undefined;
    const point = token.indexOf('.');
    if (point < 0) return undefined;
    const body = token.slice(0, point);
    if (!this.options.signer.isSignatureOf(PURPOSE + body, token.slice(point + 1))) return undefined;
    // Ours, as the signature says.
    return JSON.parse(this.options.base64url.decode(body)) as Claims;
  }
}

function refused(code: RefusalCode): Redeemed {
  return { ok: false, code };
}
