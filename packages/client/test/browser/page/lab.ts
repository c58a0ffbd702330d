// This file is a page without a program: it hands the client's parts to tests, which put them together themselves.
// The census is first: it has to count before anything opens.
import { endTracks, forgetClosed, interruptContexts, readCensus } from './census.ts';
import { voiceApi } from '@voicewire/protocol/voice-api';
import {
  BrowserAudio,
  createVoiceSession,
  fetchCredentials,
  VoiceError,
  type BrowserSessionOptions,
  type VoiceSession,
} from '../../../dist/browser/index.js';
import { BrowserMicrophone } from '../../../dist/browser/browserMicrophone.js';
import { faultsOfDevices } from '../../../src/ports/audioDevices.contract.ts';
import { createTap, type Tap } from './taps.ts';

/** A session and what it said, as plain data. */
export interface LabCall {
  readonly session: VoiceSession;
  readonly events: { readonly name: string; readonly event: unknown }[];
}

const RECORDED = [
  'statusChanged',
  'agentSpeechStarted',
  'agentSpeechEnded',
  'devicesChanged',
  'playbackBlocked',
  'error',
  'disconnected',
] as const;

/** A session with the sandbox, not connected. Processing is off: its audio is compared. */
function call(options: Partial<BrowserSessionOptions> = {}): LabCall {
  const session = createVoiceSession({
    vendor: voiceApi({ credentials: () => fetchCredentials('/voice-token') }),
    microphone: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    ...options,
  });
  const events: LabCall['events'] = [];
  for (const name of RECORDED) session.on(name, (event) => void events.push({ name, event: plain(event) }));
  return { session, events };
}

/** Errors do not cross to the test process. */
function plain(value: unknown): unknown {
  return value instanceof VoiceError ? { code: value.code, message: value.message } : value;
}

/** A microphone without a session. */
const microphone = (): BrowserMicrophone =>
  new BrowserMicrophone(new BrowserAudio(), { echoCancellation: false, noiseSuppression: false });

/** What a promise came to: `ok`, or the code it was rejected with. */
async function outcomeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'ok',
    (error: unknown) => (error instanceof VoiceError ? error.code : String(error)),
  );
}

const wait = (durationMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, durationMs));

async function until(what: string, isTrue: () => boolean, limitMs = 20_000): Promise<void> {
  for (const endMs = performance.now() + limitMs; !isTrue();) {
    if (performance.now() > endMs) throw new Error(`Waited ${limitMs} ms in vain until ${what}.`);
    await wait(20);
  }
}

/** Everything a test may want. */
export const lab = {
  BrowserAudio,
  call,
  census: readCensus,
  createTap,
  endTracks,
  faultsOfDevices,
  forgetClosed,
  interruptContexts,
  microphone,
  outcomeOf,
  plain,
  until,
  wait,
};

declare global {
  interface Window {
    lab: typeof lab;
    /** What a test keeps from one step to the next. */
    calls: LabCall[];
    context: AudioContext;
    kept: unknown[];
    taps: { first: Tap; second: Tap };
  }
}
window.lab = lab;
window.calls = [];
