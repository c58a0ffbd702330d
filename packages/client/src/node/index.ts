// This file is the entry point for Node: a session with a WAV file for a microphone, a speaker of choice, and `ws`.
import {
  fetchCredentials as fetchCredentialsWith,
  type FetchCredentialsOptions,
} from '../credentials/fetchCredentials.ts';
import { createSession } from '../index.ts';
import { Mp3Decoders } from '../mp3/mp3Decoders.ts';
import type { AudioDecoders } from '../downlink/audioDecoder.ts';
import type { AudioInput } from '../ports/audioInput.ts';
import type { AudioOutput } from '../ports/audioOutput.ts';
import type { Clock } from '../ports/clock.ts';
import type { SocketConnector } from '../ports/socket.ts';
import type { SessionOptions } from '../session/options.ts';
import type { VoiceSession } from '../session/session.ts';
import { nodeBase64 } from './nodeBase64.ts';
import { nodeClock } from './nodeClock.ts';
import { nodeEncoders } from './nodeEncoders.ts';
import { nodeSockets } from './nodeSocket.ts';
import { WavDevices, type WavFile } from './wavFile.ts';

export * from '../index.ts';
export { VirtualMicrophone, type SpokenSpan, type VirtualMicrophoneOptions } from '../virtual/virtualMicrophone.ts';
export { VirtualSpeaker, type VirtualSpeakerOptions } from '../virtual/virtualSpeaker.ts';
export { readWav, type WavAudio } from '../audioFile/wav.ts';
export { Mp3Decoders } from '../mp3/mp3Decoders.ts';
export { nodeClock } from './nodeClock.ts';
export { recordVoiceNote, sendVoiceNote, type NodeNoteOptions, type RecordNoteOptions } from './nodeNotes.ts';
export { wavFile, type WavFile } from './wavFile.ts';

export interface NodeSessionOptions extends SessionOptions {
  /** What the user says: a WAV file played in real time (silence after its end), or an input of your own. */
  readonly input: WavFile | AudioInput;
  /** Where the agent is heard: a WAV file that records the whole call, or an output of your own. */
  readonly output: WavFile | AudioOutput;
  /** Default: real time. */
  readonly clock?: Clock;
  /** Default: the `ws` package. */
  readonly sockets?: SocketConnector;
  /** Decodes what is not PCM. Default: MP3, by `mpg123-decoder`. */
  readonly decoders?: AudioDecoders;
}

/** A session between an input and an output. Opens nothing before `connect()`. */
export function createVoiceSession(options: NodeSessionOptions): VoiceSession {
  const { input, output, clock = nodeClock, sockets = nodeSockets, decoders = new Mp3Decoders(), ...session } = options;
  const devices = new WavDevices(clock);
  const ports = {
    clock,
    sockets,
    base64: nodeBase64,
    random: Math.random,
    decoders,
    encoders: nodeEncoders,
    input: devices.input(input),
    output: devices.output(output),
  };
  return createSession(ports, session);
}

/** `fetchCredentials` over Node's own `fetch`. See there for the errors. */
export function fetchCredentials<Credentials = unknown>(
  url: string,
  options: Omit<FetchCredentialsOptions, 'fetch'> = {},
): Promise<Credentials> {
  return fetchCredentialsWith(url, { ...options, fetch });
}
