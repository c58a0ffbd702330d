// This file makes Soca a vendor: the one value a session engine needs.
import type { Capabilities } from '../neutral/capabilities.ts';
import type { ParseResult } from '../neutral/parseResult.ts';
import type {
  CredentialsSource,
  OutboundMessage,
  PlatformBase64,
  ResumePoint,
  SessionStep,
  Vendor,
  VendorSession,
} from '../neutral/vendor.ts';
import { ANY_WORD, WEB_SOCKET_URL, checkOptions, faultsOfTexts, readTexts } from '../neutral/vendorOptions.ts';
import type { TextRules } from '../wire/shape.ts';
import { maskWords } from '../wire/maskWords.ts';
import { describeAudio, redactText } from '../wire/redact.ts';
import { judgeClose } from './closeVerdict.ts';
import { LIMITS, URLS } from './constants.ts';
import { parseServerMessage } from './decode.ts';
import { encodeClientMessage } from './encode.ts';
import type { RelayStartMessage, StartMessage, TokenStartMessage } from './clientMessages.ts';
import type { ClientMessage } from './messages.ts';
import { initialState, reduceSession, type SessionInput, type Transition } from './session.ts';
import { DOWNLINK_AUDIO } from './speech.ts';

/** The account's key and a session of it: for servers, and for pages whose users may see the key. */
export interface SocaKeyCredentials {
  /** Secret and long-lived: the key of the whole account. */
  readonly privateKey: string;
  /** From `parseSessionAnswer`: a server creates it with `sessionRequest`. */
  readonly sessionId: string;
}

/** A relay of yours that holds the key, and what opens it. For browsers. */
export interface SocaRelayCredentials {
  /** Where the relay is, `ws://` or `wss://`. */
  readonly relayUrl: string;
  /** Secret: opens the relay, not the vendor. */
  readonly token: string;
}

/** What opens one session. */
export type SocaCredentials = SocaKeyCredentials | SocaRelayCredentials;

/** Options of {@link soca}. */
export interface SocaOptions {
  readonly agentId: string;
  /** The WebSocket's address, unless a relay's is given with the credentials. Default `wss://api.soca.ai/voice-ws`. */
  readonly url?: string;
  /** What the user speaks. Absent: the server's default, Indonesian. */
  readonly language?: 'id' | 'en';
  /** The field of the first message that holds the key. `token` is for older deployments. Default `private_key`. */
  readonly keyField?: 'private_key' | 'token';
  /** Best as a function, called for every attempt. What it gives is checked. */
  readonly credentials: CredentialsSource<SocaCredentials>;
}

/** What this protocol offers and demands. */
export const CAPABILITIES = {
  uplinkAudio: { encoding: 'pcm-s16le', sampleRate: LIMITS.sampleRate },
  downlinkAudio: DOWNLINK_AUDIO,
  uplinkMessageMs: LIMITS.frameMs,
  uplinkFraming: 'binary',
  // The server listens for interruptions while the agent speaks, and no page mentions muting.
  needsContinuousUplink: true,
  turnDetector: 'server',
  generationKey: { kind: 'id' },
  commands: ['endUserTurn', 'interrupt'],
  // By the session id; whether the agent remembers is up to the server.
  canResume: true,
  // No page says what two sockets of one session do to each other.
  mayOverlapConnections: false,
  keepAlive: null,
  maxMessageRate: null,
  // Only audio has a limit, and `sendAudio` keeps it.
  maxOutboundMessageBytes: null,
  maxInboundMessageBytes: LIMITS.maxInboundMessageBytes,
  // Ours: no page gives any.
  timeouts: { credentialsMs: 10_000, connectMs: 10_000, acceptMs: 10_000, agentReadyMs: 10_000, closeMs: 1000 },
} as const satisfies Capabilities;

const OPTION_RULES: TextRules = { agentId: ANY_WORD, 'url?': WEB_SOCKET_URL, 'language?': [/^(id|en)$/, 'id or en'] };
const KEY_RULES = { privateKey: ANY_WORD, sessionId: ANY_WORD };
const RELAY_RULES = { relayUrl: WEB_SOCKET_URL, token: ANY_WORD };

/**
 * Soca as a vendor.
 * @throws {VendorOptionsError} `invalid-vendor-options`, for options that cannot work, literal credentials included.
 */
export function soca(options: SocaOptions): Vendor<SocaCredentials> {
  checkOptions('soca', options, parseCredentials, faultsOfTexts(OPTION_RULES, options));
  return {
    id: 'soca',
    capabilities: CAPABILITIES,
    credentials: options.credentials,
    parseCredentials,
    connectionRequest(credentials) {
      const url = 'relayUrl' in credentials ? credentials.relayUrl : (options.url ?? URLS.socket);
      return { url, subprotocols: [] };
    },
    createSession: (credentials, resume, base64) => createSession(options, credentials, resume, base64),
    redactInbound: (wire) => (typeof wire === 'string' ? redactText(wire) : describeAudio(wire)),
  };
}

function parseCredentials(value: unknown): ParseResult<SocaCredentials> {
  return readTexts('relayUrl' in Object(value) ? RELAY_RULES : KEY_RULES, value);
}

/** The first message. A resumed session is asked for by its id. */
function greetingOf(
  options: SocaOptions,
  credentials: SocaCredentials,
  resume?: ResumePoint,
): StartMessage | TokenStartMessage | RelayStartMessage {
  const { agentId, language, keyField } = options;
  const rest = { agent_id: agentId, ...(language && { lang: language }), sr: LIMITS.sampleRate } as const;
  const resumedId = resume?.conversationId;
  if ('relayUrl' in credentials) {
    return { type: 'relay.start', token: credentials.token, ...(resumedId && { session_id: resumedId }), ...rest };
  }
  const { privateKey, sessionId } = credentials;
  const session = { session_id: resumedId ?? sessionId, ...rest };
  if (keyField === 'token') return { type: 'tokenStart', token: privateKey, ...session };
  return { type: 'start', private_key: privateKey, ...session };
}

function createSession(
  options: SocaOptions,
  credentials: SocaCredentials,
  resume?: ResumePoint,
  base64?: PlatformBase64,
): VendorSession {
  const secret = 'relayUrl' in credentials ? credentials.token : credentials.privateKey;
  const greeting = greetingOf(options, credentials, resume);
  let state = initialState(greeting.session_id);
  const apply = (input: SessionInput): Transition => {
    const transition = reduceSession(state, input, base64);
    state = transition.state;
    return transition;
  };
  const stepOf = ({ send, events }: Transition): SessionStep => ({
    send: send.map(toOutbound),
    events: events.map((event) => maskWords(event, secret)),
  });
  return {
    open: () => stepOf(apply({ type: 'opened', greeting })),
    receive: (wire) => stepOf(apply({ type: 'received', parsed: parseServerMessage(wire) })),
    command(command) {
      const transition = apply({ type: 'commanded', command });
      return transition.refused ? { ok: false, issues: transition.refused } : { ok: true, step: stepOf(transition) };
    },
    pendingWait: () => state.wait,
    expireWait: (wait) => stepOf(apply({ type: 'waitExpired', wait })),
    resumePoint() {
      const { sessionId, wasAccepted } = state;
      return wasAccepted && sessionId ? { conversationId: sessionId } : undefined;
    },
    closed(close) {
      const verdict = judgeClose(close, state);
      apply({ type: 'closed' });
      return maskWords(verdict, secret);
    },
  };
}

function toOutbound(message: ClientMessage): OutboundMessage {
  const payload = encodeClientMessage(message);
  if (message.type === 'audio') return { kind: 'audio', payload, redacted: describeAudio(message.bytes) };
  return { kind: 'control', payload, redacted: redactText(String(payload)) };
}
