// This file makes the Voice API a vendor: the one value a session engine needs.
import type { Capabilities } from '../neutral/capabilities.ts';
import type { ParseResult } from '../neutral/parseResult.ts';
import type { CredentialsSource, OutboundMessage, SessionStep, Vendor, VendorSession } from '../neutral/vendor.ts';
import { checkOptions, readTexts } from '../neutral/vendorOptions.ts';
import { maskWords } from '../wire/maskWords.ts';
import { REDACTED, describeAudio, redactText } from '../wire/redact.ts';
import { judgeClose } from './closeVerdict.ts';
import { LIMITS } from './constants.ts';
import { parseServerMessage } from './decode.ts';
import { encodeClientMessage } from './encode.ts';
import { CREDENTIALS_RULES, type ClientMessage } from './messages.ts';
import { INITIAL_STATE, WIRE_AUDIO, isAccepted, reduceSession, type SessionInput, type Transition } from './session.ts';

/** What opens one session: the fields of a token response that a client needs. */
export interface VoiceApiCredentials {
  /** Secret; opens one session within five minutes. */
  readonly token: string;
  /** Where to connect, used exactly as given. */
  readonly ws_url: string;
}

/** Options of {@link voiceApi}. */
export interface VoiceApiOptions {
  /**
   * `{ token, ws_url }`, the answer of the token endpoint; best as a function, which is called for every attempt, since a
   * token opens only one session. What it gives is checked. The API key stays on the server that answers.
   */
  readonly credentials: CredentialsSource<VoiceApiCredentials>;
}

/** What this protocol offers and demands. */
export const CAPABILITIES = {
  uplinkAudio: WIRE_AUDIO,
  downlinkAudio: WIRE_AUDIO,
  uplinkMessageMs: LIMITS.frameMs,
  uplinkFraming: 'binary',
  // No page mentions muting or silence suppression, so the documented cadence is kept.
  needsContinuousUplink: true,
  turnDetector: 'server',
  // Nothing on the wire names a reply. 300 ms is ours: above the pauses between words, below those between replies.
  generationKey: { kind: 'none', arrivalGapMs: 300 },
  commands: [],
  canResume: false,
  // A token opens one session, and no page limits the number of sessions.
  mayOverlapConnections: true,
  keepAlive: null,
  maxMessageRate: null,
  maxOutboundMessageBytes: null,
  maxInboundMessageBytes: LIMITS.maxInboundMessageBytes,
  // Ours, except that the server itself gives up on a missing token after 10 s.
  timeouts: { credentialsMs: 10_000, connectMs: 10_000, acceptMs: 10_000, agentReadyMs: 15_000, closeMs: 1000 },
} as const satisfies Capabilities;

/**
 * The Voice API as a vendor.
 * @throws {VendorOptionsError} `invalid-vendor-options`, when `credentials` is neither a function nor usable credentials.
 */
export function voiceApi(options: VoiceApiOptions): Vendor<VoiceApiCredentials> {
  checkOptions('voiceApi', options, parseCredentials);
  return {
    id: 'voice-api',
    capabilities: CAPABILITIES,
    credentials: options.credentials,
    parseCredentials,
    connectionRequest: ({ ws_url }) => ({ url: ws_url, subprotocols: [] }),
    createSession,
    redactInbound: (data) => (typeof data === 'string' ? redactText(data) : describeAudio(data)),
  };
}

function parseCredentials(value: unknown): ParseResult<VoiceApiCredentials> {
  return readTexts(CREDENTIALS_RULES, value);
}

function createSession({ token }: VoiceApiCredentials): VendorSession {
  let state = INITIAL_STATE;
  const apply = (input: SessionInput): Transition => {
    const transition = reduceSession(state, input);
    state = transition.state;
    return transition;
  };
  const stepOf = ({ send, events }: Transition): SessionStep => ({
    send: send.map(toOutbound),
    events: events.map((event) => maskWords(event, token)),
  });
  return {
    open: () => stepOf(apply({ type: 'opened', token })),
    receive: (data) => stepOf(apply({ type: 'received', parsed: parseServerMessage(data) })),
    command(command) {
      const transition = apply({ type: 'commanded', command });
      return transition.refused ? { ok: false, issues: transition.refused } : { ok: true, step: stepOf(transition) };
    },
    // No message of this protocol has an answer with a limit of its own: acceptance and readiness are in the capabilities.
    pendingWait: () => undefined,
    expireWait: () => ({ send: [], events: [] }),
    resumePoint: () => undefined,
    closed(close) {
      const verdict = judgeClose(close, { lastWord: state.lastWord, wasAccepted: isAccepted(state.phase) });
      apply({ type: 'closed' });
      return maskWords(verdict, token);
    },
  };
}

function toOutbound(message: ClientMessage): OutboundMessage {
  const payload = encodeClientMessage(message);
  if (message.type === 'audio') return { kind: 'audio', payload, redacted: describeAudio(message.bytes) };
  return { kind: 'control', payload, redacted: JSON.stringify({ token: REDACTED }) };
}
