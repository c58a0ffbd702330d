// This file issues users' tokens and judges those that come back, for both Amigo surfaces.
import type { Random } from '../random.ts';
import { drawObjectId } from './objectId.ts';
import { encodeJwt } from './jwt.ts';
import type { Permission } from './accounts.ts';
import { ALL_PERMISSIONS, TALK_PERMISSIONS } from './accounts.ts';
import { forgetOldest } from '../forgetOldest.ts';

/** Tokens remembered, expired ones included; the oldest goes first. */
const MAX_GRANTS = 4096;
/** Sign-ins this soon after a token was refused as expired count as caused by that, in ms. */
const REFRESH_WINDOW_MS = 30_000;
/** How long an expired token has been dead, and how long an early one must wait, in ms. Beyond any clock skew. */
const SKEW_MS = 600_000;

/** What is wrong with a token. `no-permission` may do nothing, `no-insights` may not see agent actions. */
export type TokenVariant = 'valid' | 'expired' | 'not-yet-valid' | 'no-permission' | 'no-insights' | 'wrong-region';

/** What one token stands for. */
export interface TokenGrant {
  readonly organization: string;
  readonly userId: string;
  readonly permissions: ReadonlySet<Permission>;
  /** `elsewhere`: good in another region, where this server does not know the organization. */
  readonly region: 'here' | 'elsewhere';
  readonly notBeforeEpochMs: number;
  readonly expiresAtEpochMs: number;
}

/** An answered sign-in. */
export interface IssuedToken {
  /** Secret; never recorded. */
  readonly token: string;
  readonly grant: TokenGrant;
  /**
   * Sign-ins of this user, this one included, since a token of theirs was refused as expired, if that was within 30 s.
   * More than one breaks rule B-04.
   */
  readonly refreshCount: number;
}

/** What is asked for at a sign-in. */
export interface TokenRequest {
  readonly organization: string;
  readonly userId: string;
  /** From now to expiry, in ms. */
  readonly lifeMs: number;
  /** Default `valid`. */
  readonly variant?: TokenVariant;
}

/** What a presented token is worth. Permissions are not judged here: see `TokenGrant.permissions`. */
export type TokenVerdict =
  | { readonly kind: 'good'; readonly grant: TokenGrant }
  /** Never issued here: a made-up token, an API key, another organization's. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'expired'; readonly grant: TokenGrant; readonly byMs: number }
  | { readonly kind: 'not-yet-valid'; readonly grant: TokenGrant; readonly inMs: number }
  | { readonly kind: 'wrong-region'; readonly grant: TokenGrant };

/** Time and chance. */
export interface TokenBookPorts {
  readonly random: Random;
  /** Wall clock, in ms since 1970. */
  nowEpochMs(): number;
}

/** A user's latest token that was refused as expired. */
interface Refusal {
  readonly token: string;
  readonly atEpochMs: number;
  signInCount: number;
}

/** All tokens of one sandbox. */
export class TokenBook {
  readonly #ports: TokenBookPorts;
  /** In the order of issue. */
  readonly #grants = new Map<string, TokenGrant>();
  /** By user; only users who could sign in are in here. */
  readonly #refusals = new Map<string, Refusal>();

  constructor(ports: TokenBookPorts) {
    this.#ports = ports;
  }

  issue({ organization, userId, lifeMs, variant = 'valid' }: TokenRequest): IssuedToken {
    const nowMs = this.#ports.nowEpochMs();
    const startMs =
      variant === 'expired' ? nowMs - SKEW_MS - lifeMs : variant === 'not-yet-valid' ? nowMs + SKEW_MS : nowMs;
    const grant: TokenGrant = {
      organization,
      userId,
      permissions: permissionsOf(variant),
      region: variant === 'wrong-region' ? 'elsewhere' : 'here',
      notBeforeEpochMs: startMs,
      expiresAtEpochMs: startMs + lifeMs,
    };
    const token = this.#write(grant, nowMs);
    this.#grants.set(token, grant);
    forgetOldest(this.#grants, MAX_GRANTS);
    return { token, grant, refreshCount: this.#countRefresh(grant, nowMs) };
  }

  /** Judges a token for use in `organization`. */
  present(token: string, organization: string): TokenVerdict {
    const grant = this.#grants.get(token);
    if (grant === undefined || grant.organization !== organization) return { kind: 'unknown' };
    if (grant.region === 'elsewhere') return { kind: 'wrong-region', grant };
    const nowMs = this.#ports.nowEpochMs();
    if (nowMs < grant.notBeforeEpochMs) return { kind: 'not-yet-valid', grant, inMs: grant.notBeforeEpochMs - nowMs };
    if (nowMs < grant.expiresAtEpochMs) return { kind: 'good', grant };
    const user = userKey(grant);
    if (this.#refusals.get(user)?.token !== token) {
      this.#refusals.set(user, { token, atEpochMs: nowMs, signInCount: 0 });
    }
    return { kind: 'expired', grant, byMs: nowMs - grant.expiresAtEpochMs };
  }

  /** True for a token that was issued, whatever became of it. */
  isToken(text: string): boolean {
    return this.#grants.has(text);
  }

  #write(grant: TokenGrant, nowMs: number): string {
    const { random } = this.#ports;
    const claims = {
      sub: grant.userId,
      org: grant.organization,
      iat: Math.floor(nowMs / 1000),
      nbf: Math.floor(grant.notBeforeEpochMs / 1000),
      exp: Math.floor(grant.expiresAtEpochMs / 1000),
      jti: drawObjectId(random),
    };
    return encodeJwt(claims, random);
  }

  #countRefresh(grant: TokenGrant, nowMs: number): number {
    const refusal = this.#refusals.get(userKey(grant));
    if (refusal === undefined || nowMs - refusal.atEpochMs > REFRESH_WINDOW_MS) return 0;
    refusal.signInCount += 1;
    return refusal.signInCount;
  }
}

function permissionsOf(variant: TokenVariant): ReadonlySet<Permission> {
  if (variant === 'no-permission') return new Set();
  return variant === 'no-insights' ? TALK_PERMISSIONS : ALL_PERMISSIONS;
}

function userKey({ organization, userId }: TokenGrant): string {
  return JSON.stringify([organization, userId]);
}
