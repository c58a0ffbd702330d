// This file makes Amigo's real-time voice a vendor: the one value a session engine needs.
import type { AudioFormat } from '../neutral/audioFormat.ts';
import type { Capabilities } from '../neutral/capabilities.ts';
import type { ParseResult } from '../neutral/parseResult.ts';
import type {
  OutboundMessage,
  PlatformBase64,
  ResumePoint,
  SessionStep,
  Vendor,
  VendorSession,
} from '../neutral/vendor.ts';
import { ANY_WORD, checkOptions, readTexts } from '../neutral/vendorOptions.ts';
import type { TextRules } from '../wire/shape.ts';
import { maskWords } from '../wire/maskWords.ts';
import { describeAudio, redactText } from '../wire/redact.ts';
import { judgeClose } from './closeVerdict.ts';
import { LIMITS, SUBPROTOCOL_PREFIX } from './constants.ts';
import { parseServerMessage } from './decode.ts';
import { encodeClientMessage } from './encode.ts';
import type { ClientMessage } from './messages.ts';
import {
  audioConfigOf,
  faultsOfOptions,
  greetingOf,
  socketUrl,
  uplinkFormatOf,
  type AmigoCredentials,
  type AmigoOptions,
} from './options.ts';
import { reduceSession } from './session.ts';
import { initialState, waitingCommands, type SessionInput, type SessionSettings, type Transition } from './state.ts';

const CREDENTIALS_RULES: TextRules = {
  /**
   * A token becomes part of a subprotocol, for which RFC 6455 takes the tokens of HTTP: no `=` and no `/`, so no padding
   * and no standard base64. The WebSocket constructor throws a SyntaxError on anything else.
   */
  token: [/^[!#$%&'*+\-.^_`|~\w]+$/, 'a JWT in base64url, without padding'],
  'expiresAt?': ANY_WORD,
};

/**
 * Amigo's real-time voice as a vendor.
 * @throws {VendorOptionsError} `invalid-vendor-options`, for options that cannot work.
 */
export function amigo(options: AmigoOptions): Vendor<AmigoCredentials> {
  checkOptions('amigo', options, parseCredentials, faultsOfOptions(options));
  const capabilities = capabilitiesOf(options);
  return {
    id: 'amigo',
    capabilities,
    credentials: options.credentials,
    parseCredentials,
    connectionRequest: ({ token }) => ({ url: socketUrl(options), subprotocols: [SUBPROTOCOL_PREFIX + token] }),
    createSession: ({ token }, resume, base64) =>
      createSession(settingsOf(options, capabilities, resume, base64), token, resume !== undefined),
    redactInbound: (data) => (typeof data === 'string' ? redactText(data) : describeAudio(data)),
  };
}

/** What this protocol offers and demands, with these options. */
function capabilitiesOf(options: AmigoOptions): Capabilities {
  const {
    audioFormat = 'pcm',
    uplinkFormat = 'pcm',
    turnMode = 'vad',
    downstreamSampleRate = LIMITS.sampleRate,
  } = options;
  const uplinkAudio = uplinkFormatOf(options);
  const downlinkAudio: AudioFormat =
    audioFormat === 'pcm' ? { encoding: 'pcm-s16le', sampleRate: downstreamSampleRate } : { encoding: 'mp3' };
  // In MP3, either way, the server detects no turns.
  const canDetectTurns = audioFormat === 'pcm' && uplinkFormat === 'pcm';
  return {
    uplinkAudio,
    downlinkAudio,
    uplinkMessageMs: LIMITS.audioMessageMs,
    uplinkFraming: 'base64-json',
    // "Continuous audio streaming is required" where the server detects turns ([rt] "VAD Requirements").
    needsContinuousUplink: turnMode === 'vad',
    turnDetector: turnMode === 'vad' ? 'server' : 'client',
    generationKey: { kind: 'id' },
    commands: [
      'endUserTurn',
      'sendUserMessage',
      'sendContextualUpdate',
      'finish',
      'sendRaw',
      ...(canDetectTurns ? (['setTurnDetector'] as const) : []),
    ],
    canResume: true,
    // One per user and service ([rt] "Rate Limits").
    mayOverlapConnections: false,
    keepAlive: { idleMs: LIMITS.keepAliveMs },
    // 50 below the vendor's figure: ours, for clocks that disagree about a minute.
    maxMessageRate: { messageCount: LIMITS.messagesPerMinute - 50, windowMs: 60_000 },
    maxOutboundMessageBytes: LIMITS.maxMessageBytes,
    maxInboundMessageBytes: LIMITS.maxInboundMessageBytes,
    // Ours. Readiness comes with turn detection, which is asked for twice; a farewell needs half a second to arrive.
    timeouts: { credentialsMs: 10_000, connectMs: 10_000, acceptMs: 10_000, agentReadyMs: 12_000, closeMs: 500 },
  };
}

function settingsOf(
  options: AmigoOptions,
  { downlinkAudio, turnDetector, commands }: Capabilities,
  resume: ResumePoint | undefined,
  base64: PlatformBase64 = {},
): SessionSettings {
  const conversationId = resume?.conversationId ?? options.conversationId;
  return {
    greeting: greetingOf(options, conversationId),
    conversationId,
    detector: resume?.turnDetector ?? turnDetector,
    canDetectTurns: commands.includes('setTurnDetector'),
    responseFormat: options.responseFormat ?? 'voice',
    downlinkAudio,
    audioConfig: audioConfigOf(options),
    base64,
    readFiller: options.readFiller,
  };
}

function parseCredentials(value: unknown): ParseResult<AmigoCredentials> {
  return readTexts(CREDENTIALS_RULES, value);
}

function createSession(settings: SessionSettings, token: string, wasResuming: boolean): VendorSession {
  let state = initialState(settings);
  const apply = (input: SessionInput): Transition => {
    const transition = reduceSession(state, input, settings);
    state = transition.state;
    return transition;
  };
  const stepOf = ({ send, events }: Transition): SessionStep => ({
    send: send.map(toOutbound),
    events: events.map((event) => maskWords(event, token)),
  });
  return {
    open: () => stepOf(apply({ type: 'opened' })),
    receive: (data) => stepOf(apply({ type: 'received', parsed: parseServerMessage(data) })),
    command(command) {
      const transition = apply({ type: 'commanded', command });
      return transition.refused ? { ok: false, issues: transition.refused } : { ok: true, step: stepOf(transition) };
    },
    waitingCommands: () => waitingCommands(state),
    pendingWait: () => state.wait,
    expireWait: (wait) => stepOf(apply({ type: 'expired', wait })),
    resumePoint() {
      const { conversationId, wasAccepted, isCompleted, detector: turnDetector } = state;
      if (conversationId === undefined || !wasAccepted || isCompleted) return undefined;
      return { conversationId, turnDetector };
    },
    closed(close) {
      const verdict = judgeClose(close, { ...state, wasResuming });
      apply({ type: 'closed' });
      return maskWords(verdict, token);
    },
  };
}

function toOutbound(message: ClientMessage): OutboundMessage {
  const payload = encodeClientMessage(message);
  if (message.type !== 'client.new-audio-message' || message.audio === null) {
    return { kind: 'control', payload, redacted: redactText(payload) };
  }
  // The first message of a stream describes it: without it, the server cannot read those that follow.
  const kind = message.audio_config === undefined ? 'audio' : 'control';
  return { kind, payload, redacted: `[audio ${payload.length} characters]` };
}
