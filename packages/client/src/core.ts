// This file exports what is the same on every platform: types, errors, and voice notes over ports.
export {
  AudioFormatError,
  DeviceError,
  ERROR_CATALOGUE,
  ProtocolError,
  StateError,
  TransportError,
  VoiceError,
  type ErrorCode,
  type ErrorDetails,
} from './errors.ts';
export { fetchCredentials, type FetchCredentialsOptions } from './credentials/fetchCredentials.ts';
export type { AbortSignalLike } from './ports/abortSignal.ts';
export {
  DEFAULT_DEVICE_ID,
  type AudioDevice,
  type AudioDevices,
  type AudioDevicesSink,
  type DevicesChange,
  type DevicesChangeCause,
} from './ports/audioDevices.ts';
export type {
  AudioInput,
  AudioInputCounters,
  AudioInputSink,
  CapturedFrame,
  Latency,
  LatencyBasis,
} from './ports/audioInput.ts';
export type { AudioOutput, AudioOutputCounters, AudioOutputSink, PlayedSample } from './ports/audioOutput.ts';
export type { Clock } from './ports/clock.ts';
export type { Lifecycle, LifecycleChange } from './ports/lifecycle.ts';
export type { Socket, SocketClose, SocketConnector, SocketHandlers, SocketRequest } from './ports/socket.ts';
export type { HttpExchange, HttpHead, HttpPort, HttpUpload } from './ports/http.ts';
export {
  fetchHttp,
  NoteRecording,
  sendNote,
  type AbortSource,
  type BlobLike,
  type NoteContent,
  type NotePorts,
  type NoteRecordingOptions,
  type NoteTerms,
  type NoteSource,
  type SendNoteOptions,
  type StreamingFetch,
  type StreamingResponse,
  type VoiceNoteEvent,
} from './notes/index.ts';
export type { DisconnectReason } from './session/disconnectReason.ts';
export type {
  AgentInterrupted,
  AgentSpeechStarted,
  SessionEventName,
  SessionEvents,
  SessionListener,
} from './session/events.ts';
export type { AgentState, SessionStatus } from './session/status.ts';
export type { AudioDecoder, AudioDecoders, AudioDecoderSink } from './downlink/audioDecoder.ts';
export type { ReconnectOptions } from './session/retryPolicy.ts';
export type { BargeInOptions, ListenerOptions, SessionOptions, SessionPorts, VadOptions } from './session/options.ts';
export type { VoiceSession } from './session/session.ts';
export type { SessionReport, SessionStats } from './session/stats.ts';
export type { DurationSummary } from './timing/sampleRing.ts';
