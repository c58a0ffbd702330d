// This file names the ways in which the Voice API server can misbehave on demand. The README's table is generated from it.
import type { Fault, FaultDescription } from '../server/faultPlan.ts';

/** By name. */
export const FAULTS = {
  'token-error': { does: 'answers the token request with 500', defaults: {} },
  'token-limited': {
    does: 'answers the token request with 429 and `Retry-After` of `delayMs`',
    defaults: { delayMs: 2000 },
  },
  'token-malformed': { does: 'answers the token request with 200 and a body that is not JSON', defaults: {} },
  'token-expired': { does: 'gives tokens that have expired', defaults: {} },
  'ws-url-unknown-host': { does: 'gives a `ws_url` whose host no name server knows', defaults: {} },
  'ws-url-refused': { does: 'gives a `ws_url` at whose port nobody listens', defaults: {} },
  'ws-url-tls': { does: 'gives a `wss:` URL of a port that does not speak TLS', defaults: {} },
  'upgrade-refused': { does: 'answers the upgrade to a WebSocket with 503', defaults: {} },
  'auth-failed': { does: 'refuses every token: `AUTH_FAILED`, 4003', defaults: {} },
  'never-connected': { does: 'takes the token and never says `connected`', defaults: {} },
  'late-connected': { does: 'says `connected` late', defaults: { delayMs: 3000 } },
  'setup-failed': { does: 'takes the token, then says `SESSION_SETUP_FAILED` and closes with 4500', defaults: {} },
  'never-ready': { does: 'never says `agent_ready`; the agent speaks all the same', defaults: {} },
  'late-ready': { does: 'says `agent_ready` late', defaults: { delayMs: 3000 } },
  'ready-twice': { does: 'says `agent_ready` twice', defaults: {} },
  'ready-after-audio': { does: 'sends the first agent audio before `agent_ready`', defaults: {} },
  'non-json-text': { does: 'sends text that is not JSON after `agent_ready`, and goes on', defaults: { delayMs: 200 } },
  'unknown-message': {
    does: 'sends a message of an unknown type after `agent_ready`, and goes on',
    defaults: { delayMs: 200 },
  },
  'odd-frames': {
    does: 'cuts agent audio into messages of 639 and 641 bytes in turn; with `sizeBytes` over 0, cuts or joins it to that length',
    defaults: { sizeBytes: 0 },
  },
  'empty-frames': { does: 'sends an empty binary message before every frame of agent audio', defaults: {} },
  burst: { does: 'sends agent speech much faster than real time', defaults: { speedRatio: 100 } },
  slow: { does: 'sends agent speech slower than real time', defaults: { speedRatio: 0.9 } },
  'unknown-end-reason': {
    does: 'ends the session after `agent_ready` with a `reason` that no document lists',
    defaults: { delayMs: 1000, closeAfterMs: 0, reason: 'unplugged' },
  },
  'session-ended': {
    does: 'ends the session after `agent_ready`',
    defaults: { delayMs: 1000, closeAfterMs: 0, reason: 'session_closed' },
  },
  shutdown: {
    does: 'says that it shuts down after `agent_ready`, and closes with 1012 a little later',
    defaults: { delayMs: 1000, closeAfterMs: 500 },
  },
  'late-error': {
    does: 'says `error` with an unknown code after `agent_ready`, and goes on',
    defaults: { delayMs: 1000 },
  },
  dropped: { does: 'drops the connection after `agent_ready` without a close frame', defaults: { delayMs: 1000 } },
} as const satisfies Record<string, FaultDescription>;

/** One of the names in `FAULTS`. */
export type VoiceApiFaultName = keyof typeof FAULTS;

/** One fault, with the settings that differ from its defaults. */
export type VoiceApiFault = Fault<VoiceApiFaultName>;
