// This file defines every error a user of the client can meet: five classes, one catalogue of stable codes.

/** Which class an error belongs to, whether a retry makes sense, and what the person reading it can do. */
interface CatalogueEntry {
  readonly kind: 'device' | 'transport' | 'protocol' | 'audio-format' | 'state';
  readonly isRetryable: boolean;
  /** What to do, as one sentence. Shown after the message. */
  readonly advice: string;
}

/** All codes, each with a heading in `docs/errors.md`. Codes are stable: they are never renamed, only added. */
export const ERROR_CATALOGUE = {
  'microphone-denied': {
    kind: 'device',
    isRetryable: false,
    advice: 'Allow the microphone for this page in the browser, then connect again.',
  },
  'microphone-not-found': {
    kind: 'device',
    isRetryable: true,
    advice: 'Plug a microphone in, or choose another input device.',
  },
  'microphone-failed': {
    kind: 'device',
    isRetryable: true,
    advice: 'Close other programs that use the microphone, then connect again.',
  },
  'microphone-ended': {
    kind: 'device',
    isRetryable: true,
    advice: 'The device was unplugged or its permission withdrawn; choose another and connect again.',
  },
  'speaker-not-found': {
    kind: 'device',
    isRetryable: true,
    advice: 'Plug the loudspeaker in, or choose another output device.',
  },
  'speaker-failed': {
    kind: 'device',
    isRetryable: true,
    advice: 'The browser refused the loudspeaker, see the cause; choose another output device.',
  },
  'capture-stalled': {
    kind: 'device',
    isRetryable: true,
    advice: 'The audio system delivers no samples; check the device, then connect again.',
  },
  'audio-blocked': {
    kind: 'device',
    isRetryable: true,
    advice: 'Call connect() from a click or a key press, so that the browser lets the page make sound.',
  },
  'audio-unsupported': {
    kind: 'device',
    isRetryable: false,
    advice: 'Use a browser with AudioWorklet and WebAssembly SIMD, on https or localhost.',
  },
  'detector-load-failed': {
    kind: 'state',
    isRetryable: true,
    advice: 'Install @ricky0123/vad-web and onnxruntime-web, serve its model and the runtime, and see the cause.',
  },
  'code-load-failed': {
    kind: 'state',
    isRetryable: true,
    advice: 'Connect again when the network is back; reload the page where that does not help, as after a deployment.',
  },
  'worklet-load-failed': {
    kind: 'device',
    isRetryable: false,
    advice: "Serve the worklet files from this origin and allow them: script-src 'self' 'wasm-unsafe-eval'.",
  },
  'worklet-failed': {
    kind: 'device',
    isRetryable: true,
    advice: 'The audio thread stopped; see the cause, then connect again.',
  },
  'input-not-readable': {
    kind: 'device',
    isRetryable: false,
    advice: 'Check that the input file exists and may be read.',
  },
  'output-not-writable': {
    kind: 'device',
    isRetryable: false,
    advice: 'Check that the folder of the output file exists and may be written.',
  },

  'credentials-rejected': {
    kind: 'transport',
    isRetryable: false,
    advice: 'The server refused the key; check the API key on your server.',
  },
  'credentials-forbidden': {
    kind: 'transport',
    isRetryable: false,
    advice: 'The key is valid but switched off; enable it with the vendor.',
  },
  'credentials-unavailable': {
    kind: 'transport',
    isRetryable: true,
    advice: 'The credentials server has trouble; try again in a moment.',
  },
  'credentials-timeout': {
    kind: 'transport',
    isRetryable: true,
    advice: 'The credentials server did not answer in time; check that it runs and try again.',
  },
  'credentials-failed': {
    kind: 'transport',
    isRetryable: true,
    advice: 'Your credentials function failed; see the cause.',
  },
  'secret-in-browser': {
    kind: 'state',
    isRetryable: false,
    advice: 'Keep the key on your server and give pages short-lived tokens: @voicewire/relay does that.',
  },
  'credentials-invalid': {
    kind: 'protocol',
    isRetryable: false,
    advice: 'The credentials have the wrong shape; see the issues.',
  },

  'connect-failed': {
    kind: 'transport',
    isRetryable: true,
    advice: 'The server could not be reached; check the address, the network and that the server runs.',
  },
  'connect-timeout': {
    kind: 'transport',
    isRetryable: true,
    advice: 'The server did not answer in time; check the network and try again.',
  },
  'accept-timeout': {
    kind: 'transport',
    isRetryable: true,
    advice: 'The server took the connection but never accepted the session; try again.',
  },
  'agent-not-ready': {
    kind: 'transport',
    isRetryable: true,
    advice: 'The agent did not report ready; the session goes on, and it may still answer.',
  },
  'reply-timeout': {
    kind: 'transport',
    isRetryable: false,
    advice: 'The note may have been taken: sent again, it could be said twice, so ask the user.',
  },
  'connection-lost': { kind: 'transport', isRetryable: true, advice: 'The connection broke; connect again.' },
  'closed-by-server': {
    kind: 'transport',
    isRetryable: false,
    advice: 'The server closed the connection; see details.vendorCode.',
  },
  'server-shutdown': {
    kind: 'transport',
    isRetryable: true,
    advice: 'The server is restarting; connect again in a moment.',
  },

  'auth-failed': {
    kind: 'protocol',
    isRetryable: true,
    advice: 'The token was refused or had expired; connect again with a fresh one.',
  },
  'auth-timeout': {
    kind: 'protocol',
    isRetryable: true,
    advice: 'The server waited in vain for the token; connect again.',
  },
  'auth-invalid': {
    kind: 'protocol',
    isRetryable: false,
    advice: 'The server could not read the first message; check that the vendor matches the server.',
  },
  forbidden: {
    kind: 'protocol',
    isRetryable: false,
    advice: 'The token is valid but lacks a permission; grant it with the vendor.',
  },
  'conversation-not-found': {
    kind: 'protocol',
    isRetryable: false,
    advice: "Check the ids in the vendor options, and that the region is your organization's own.",
  },
  'conversation-busy': {
    kind: 'protocol',
    isRetryable: false,
    advice: 'Another connection holds the conversation, or it is finished; continue or finish that one first.',
  },
  'conversation-held': {
    kind: 'protocol',
    isRetryable: true,
    advice: 'Connect again in half a minute: the conversation goes on where it was.',
  },
  'conversation-gone': {
    kind: 'protocol',
    isRetryable: true,
    advice: 'Connect again to begin a new conversation; tell the agent what it should know of the old one.',
  },
  'message-rejected': {
    kind: 'protocol',
    isRetryable: false,
    advice: 'A message broke the protocol; the raw events show which was last.',
  },
  'audio-rejected': {
    kind: 'protocol',
    isRetryable: false,
    advice: 'The vendor does not take this audio format; check the audio options of the vendor.',
  },
  'idle-timeout': {
    kind: 'transport',
    isRetryable: true,
    advice: 'The connection was silent for too long, perhaps because the page slept; connect again.',
  },
  'rate-limited': {
    kind: 'transport',
    isRetryable: true,
    advice: 'Too many messages were sent; wait before connecting again.',
  },
  'session-setup-failed': {
    kind: 'protocol',
    isRetryable: true,
    advice: 'The server could not start an agent; try again in a moment.',
  },
  'answer-overdue': {
    kind: 'transport',
    isRetryable: true,
    advice: 'The server did not answer in time; the session goes on without the answer.',
  },
  'vendor-error': {
    kind: 'protocol',
    isRetryable: false,
    advice: 'The vendor reported a problem; see details.vendorCode.',
  },
  'malformed-message': {
    kind: 'protocol',
    isRetryable: false,
    advice: 'A message from the server could not be read and was dropped; the session goes on.',
  },
  'odd-audio-length': {
    kind: 'protocol',
    isRetryable: false,
    advice: 'The server cut audio inside a sample; the halves are joined and nothing is lost.',
  },

  'unsupported-sample-rate': {
    kind: 'audio-format',
    isRetryable: false,
    advice: 'Use a common rate from 8 to 192 kHz, such as 16, 44.1 or 48 kHz.',
  },
  'unsupported-audio-file': {
    kind: 'audio-format',
    isRetryable: false,
    advice: 'Use a WAV file with 16-bit PCM or 32-bit float samples.',
  },
  'unexpected-sample-rate': {
    kind: 'audio-format',
    isRetryable: false,
    advice: "Set the vendor's option for the sample rate of agent audio to what the server sends.",
  },
  'audio-undecodable': {
    kind: 'audio-format',
    isRetryable: false,
    advice: 'Ask the vendor for PCM, or give the session a decoder for this format.',
  },
  'encoder-failed': {
    kind: 'audio-format',
    isRetryable: true,
    advice: 'Serve the encoder file from this origin, or let the vendor take PCM.',
  },
  'downlink-overflow': {
    kind: 'audio-format',
    isRetryable: false,
    advice: 'The server sent more audio than is kept for playing; the newest was dropped.',
  },

  'connect-aborted': {
    kind: 'state',
    isRetryable: true,
    advice: 'disconnect() or the abort signal ended the attempt.',
  },
  'session-busy': { kind: 'state', isRetryable: true, advice: 'Wait for disconnect() to finish, then connect again.' },
  'not-connected': { kind: 'state', isRetryable: true, advice: 'Connect first, or wait for connect() to resolve.' },
  'command-not-offered': {
    kind: 'state',
    isRetryable: false,
    advice: 'This vendor has no such message; capabilities.commands lists what it has.',
  },
  'command-refused': {
    kind: 'state',
    isRetryable: true,
    advice: 'The protocol does not allow it at this moment; see details.issues and try again later.',
  },
  'note-aborted': {
    kind: 'state',
    isRetryable: true,
    advice: 'The abort signal ended it; send the note again if it is still wanted.',
  },
  'note-refused': { kind: 'state', isRetryable: false, advice: 'Nothing was sent; correct what details.issues names.' },
  'note-too-long': {
    kind: 'audio-format',
    isRetryable: false,
    advice: 'Record a shorter note; what was recorded is still in the recording.',
  },
  'note-empty': { kind: 'audio-format', isRetryable: true, advice: 'Hold the button for as long as you speak.' },
  'device-not-selectable': {
    kind: 'state',
    isRetryable: false,
    advice: 'Devices are chosen in browsers, and only there where the browser lets a page choose.',
  },
  'invalid-option': { kind: 'state', isRetryable: false, advice: 'Correct the option named in details.' },
} as const satisfies Record<string, CatalogueEntry>;

/** Stable, documented error code. */
export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** Numbers (with unit suffixes) and short words that explain an error. Never secrets, never audio. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** Base of every error the client throws or reports. */
export class VoiceError extends Error {
  readonly code: ErrorCode;
  /** True when trying again, perhaps after the advice in the message, can help. */
  readonly retryable: boolean;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, happened: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(
      `${happened} ${ERROR_CATALOGUE[code].advice}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = new.target.name;
    this.code = code;
    this.retryable = ERROR_CATALOGUE[code].isRetryable;
    this.details = options.details ?? {};
  }
}

/** Microphone, speaker, permission, audio thread. */
export class DeviceError extends VoiceError {}
/** Socket, credentials server, timeouts, closes. */
export class TransportError extends VoiceError {}
/** Wire data or credentials that are wrong or unexpected. */
export class ProtocolError extends VoiceError {}
/** Sample rates, lengths, codecs, files. */
export class AudioFormatError extends VoiceError {}
/** A call that is not allowed now, or an option that is wrong. */
export class StateError extends VoiceError {}

const CLASS_OF_KIND = {
  device: DeviceError,
  transport: TransportError,
  protocol: ProtocolError,
  'audio-format': AudioFormatError,
  state: StateError,
} as const;

/** Makes the error of the class that the catalogue names for `code`. */
export function createVoiceError(
  code: ErrorCode,
  happened: string,
  options: { details?: ErrorDetails; cause?: unknown } = {},
): VoiceError {
  return new CLASS_OF_KIND[ERROR_CATALOGUE[code].kind](code, happened, options);
}

/**
 * Passes a `VoiceError` through and wraps anything else, keeping it as the cause. A typed error of another package of
 * ours keeps its code where the catalogue has it; everything else gets `code`.
 */
export function asVoiceError(thrown: unknown, code: ErrorCode, happened: string): VoiceError {
  if (thrown instanceof VoiceError) return thrown;
  const foreign: unknown = thrown instanceof Error ? Reflect.get(thrown, 'code') : undefined;
  if (isErrorCode(foreign)) return createVoiceError(foreign, (thrown as Error).message, { cause: thrown });
  return createVoiceError(code, happened, { cause: thrown });
}

function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_CATALOGUE, value);
}
