// This file issues tokens and judges those that come back: single use, five minutes from issue.
import { LIMITS } from '@voicewire/protocol/voice-api';
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import { randomId } from '../random.ts';
import type { FaultPlan } from '../server/faultPlan.ts';
import type { VoiceApiFaultName } from './faults.ts';

/** 32 characters of 5 bits: 160 bits. */
const TOKEN_CHARS = 32;
/** The query of a `ws_url`: long enough not to be guessed right by a client that builds the URL itself. */
const TICKET_CHARS = 12;
/** Tokens remembered, used and expired ones included; the oldest goes first. */
const MAX_GRANTS = 4096;

/** One answered token request. */
export interface Grant {
  /** Secret; never recorded. */
  readonly token: string;
  /** Random part of the `ws_url`; ties the socket to the token. Not secret. */
  readonly ticket: string;
  /** Host and port that the `ws_url` names. */
  readonly authority: string;
  readonly faults: FaultPlan<VoiceApiFaultName>;
  readonly issuedAtMs: number;
  /** Connections that presented it. */
  useCount: number;
}

/** What a presented token is worth. */
export type TokenVerdict =
  | { readonly kind: 'good'; readonly grant: Grant }
  | { readonly kind: 'used'; readonly grant: Grant }
  | { readonly kind: 'expired'; readonly ageMs: number }
  | { readonly kind: 'unknown' };

/** All tokens of one server. */
export class TokenBook {
  readonly #clock: Clock;
  readonly #random: Random;
  /** In the order of issue. */
  readonly #byToken = new Map<string, Grant>();
  readonly #byTicket = new Map<string, Grant>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** @param ageMs How long ago it counts as issued. */
  issue(authority: string, faults: FaultPlan<VoiceApiFaultName>, ageMs = 0): Grant {
    const grant: Grant = {
      token: randomId(this.#random, TOKEN_CHARS),
      ticket: randomId(this.#random, TICKET_CHARS),
      authority,
      faults,
      issuedAtMs: this.#clock.nowMs() - ageMs,
      useCount: 0,
    };
    this.#byToken.set(grant.token, grant);
    this.#byTicket.set(grant.ticket, grant);
    for (const oldest of this.#byToken.values()) {
      if (this.#byToken.size <= MAX_GRANTS) break;
      this.#byToken.delete(oldest.token);
      this.#byTicket.delete(oldest.ticket);
    }
    return grant;
  }

  /** Judges a token and counts its use. */
  present(token: string): TokenVerdict {
    const grant = this.#byToken.get(token);
    if (grant === undefined) return { kind: 'unknown' };
    grant.useCount += 1;
    const ageMs = this.#clock.nowMs() - grant.issuedAtMs;
    if (ageMs > LIMITS.tokenLifeMs) return { kind: 'expired', ageMs };
    return { kind: grant.useCount === 1 ? 'good' : 'used', grant };
  }

  findByTicket(ticket: string | undefined): Grant | undefined {
    return ticket === undefined ? undefined : this.#byTicket.get(ticket);
  }

  /** True for a token that was issued, whatever became of it. */
  isToken(text: string): boolean {
    return this.#byToken.has(text);
  }
}
