// This file is the entry point for browsers: a session with microphone, speaker and WebSocket wired.
import {
  fetchCredentials as fetchCredentialsWith,
  type FetchCredentialsOptions,
} from '../credentials/fetchCredentials.ts';
import type { SessionOptions, SessionPorts } from '../session/options.ts';
import { VoiceSession } from '../session/session.ts';
import { BrowserAudio } from './browserAudio.ts';
import { browserBase64 } from './browserBase64.ts';
import { browserClock } from './browserClock.ts';
import { browserLifecycle } from './browserLifecycle.ts';
import { BrowserMicrophone } from './browserMicrophone.ts';
import { browserSockets } from './browserSocket.ts';
import { BrowserSpeaker } from './browserSpeaker.ts';
import { loadCode } from './loadCode.ts';
import type { MicrophoneOptions } from './microphoneConstraints.ts';

export * from '../core.ts';
export { recordVoiceNote, sendVoiceNote, type BrowserNoteOptions, type RecordNoteOptions } from './browserNotes.ts';
export { BrowserAudio } from './browserAudio.ts';
export type { BrowserAudioOptions } from './browserAudioOptions.ts';
export type { MicrophoneOptions } from './microphoneConstraints.ts';

export interface BrowserSessionOptions extends SessionOptions {
  readonly microphone?: MicrophoneOptions;
  /** Shares one AudioContext among sessions, or brings your own. Default: one of its own. */
  readonly audio?: BrowserAudio;
}

/** A session that listens to the microphone and speaks through the loudspeaker. Opens nothing before `connect()`. */
export function createVoiceSession(options: BrowserSessionOptions): VoiceSession {
  const { microphone = {}, audio = new BrowserAudio(), ...session } = options;
  const ports = {
    clock: browserClock,
    sockets: browserSockets,
    base64: browserBase64,
    random: Math.random,
    input: new BrowserMicrophone(audio, microphone),
    output: new BrowserSpeaker(audio),
    devices: audio.devices,
    decoders: audio.decoders,
    encoders: audio.encoders,
    lifecycle: browserLifecycle,
  };
  return createSession(ports, session);
}

/** A session over any ports. What a call needs beyond its devices is loaded with the first one. */
export function createSession(ports: SessionPorts, options: SessionOptions): VoiceSession {
  return new VoiceSession(ports, options, () => loadCode(import('../session/callParts.ts')));
}

/** `fetchCredentials` over the page's own `fetch`. See there for the errors. */
export function fetchCredentials<Credentials = unknown>(
  url: string,
  options: Omit<FetchCredentialsOptions, 'fetch'> = {},
): Promise<Credentials> {
  return fetchCredentialsWith(url, { ...options, fetch: (...request) => fetch(...request) });
}
