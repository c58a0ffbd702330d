// This file judges the message that opens a session: rules C-05, C-02, C-14 and the part of C-03 that needs the token.
import { LIMITS, parseClientMessage } from '@voicewire/protocol/voice-api';
import type { FaultPlan } from '../server/faultPlan.ts';
import { describeMessage } from './describeMessage.ts';
import type { VoiceApiFaultName } from './faults.ts';
import type { VoiceApiSettings } from './options.ts';
import type { VoiceApiBreaches } from './rules.ts';
import type { Grant, TokenBook } from './tokenBook.ts';

/** What the judgement rests on. */
export interface FirstMessagePorts {
  readonly tokens: TokenBook;
  readonly settings: VoiceApiSettings;
  readonly breaches: VoiceApiBreaches;
  /** Fields besides the token are refused. */
  readonly isLiteral: boolean;
  /** The grant whose `ws_url` was used, if any. */
  readonly urlGrant: Grant | undefined;
}

/** Whether the session may begin; `faults` are those that were asked for with the token. */
export type FirstMessageVerdict =
  | { readonly kind: 'accepted'; readonly faults: FaultPlan<VoiceApiFaultName> }
  | { readonly kind: 'refused'; readonly error: 'invalidAuth' | 'authFailed' };

const INVALID: FirstMessageVerdict = { kind: 'refused', error: 'invalidAuth' };
const FAILED: FirstMessageVerdict = { kind: 'refused', error: 'authFailed' };

/** Judges it, records breaches, and counts the token's use. */
export function judgeFirstMessage(data: string | Uint8Array, ports: FirstMessagePorts): FirstMessageVerdict {
  const parsed = parseClientMessage(data);
  if (!parsed.ok || parsed.message.type !== 'auth') {
    const found = typeof data === 'string' ? describeIssues(parsed) : describeMessage(data);
    ports.breaches.add('C-05', `the first message is ${found}, wanted {"token":"…"}`);
    return INVALID;
  }
  const { token, extra = {} } = parsed.message;
  const extraCount = Object.keys(extra).length;
  if (extraCount > 0) {
    ports.breaches.add('C-05', `${extraCount} fields besides token`, ports.isLiteral ? 'fatal' : 'note');
    if (ports.isLiteral) return INVALID;
  }
  return judgeToken(token, ports);
}

function judgeToken(token: string, { tokens, settings, breaches, urlGrant }: FirstMessagePorts): FirstMessageVerdict {
  const verdict = tokens.present(token);
  switch (verdict.kind) {
    case 'unknown':
      breaches.add('C-02', 'the token was never issued');
      return FAILED;
    case 'expired':
      breaches.add('C-02', `the token is ${Math.round(verdict.ageMs)} ms old, wanted ≤ ${LIMITS.tokenLifeMs} ms`);
      return FAILED;
    case 'used':
      breaches.add('C-02', `the token was presented ${verdict.grant.useCount} times, wanted once`);
      breaches.add('C-14', 'the connection was not preceded by a token request of its own');
      return settings.tokenReuse === 'record' ? { kind: 'accepted', faults: verdict.grant.faults } : FAILED;
    case 'good':
      if (urlGrant !== undefined && urlGrant !== verdict.grant) {
        breaches.add('C-03', 'the token belongs to another ws_url');
      }
      return { kind: 'accepted', faults: verdict.grant.faults };
  }
}

/** Says why text is no token message; issues hold types and short literals, never a token. */
function describeIssues(parsed: ReturnType<typeof parseClientMessage>): string {
  if (parsed.ok) return 'of another type';
  const [issue] = parsed.issues;
  return issue === undefined ? 'unreadable' : `text with ${issue.received} where ${issue.expected} belongs`;
}
