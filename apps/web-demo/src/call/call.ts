// This file is one call: it opens a session with the agent and tells the page what becomes of it.
import {
  createVoiceSession,
  type BrowserAudio,
  type MicrophoneOptions,
  type VoiceSession,
} from '@voicewire/client/browser';
import type { Vendor } from '@voicewire/protocol';
import type { CallAction } from './callState.ts';
import { describeSpeech, EVENT_TEXTS, isWorthLogging } from './eventText.ts';
import { problemOf } from './problem.ts';

export interface CallSettings {
  /** Its credentials come from this page's own server; keys stay there. */
  readonly vendor: Vendor;
  readonly microphone: MicrophoneOptions;
  readonly audio: BrowserAudio;
  readonly isMuted: boolean;
  /** 0 to 1. */
  readonly volume: number;
}

export interface CallListeners {
  readonly dispatch: (action: CallAction) => void;
  /** One line for the log. */
  readonly log: (name: string, text: string) => void;
  /** Agent speech begins to be heard, on the line of `performance.now()`. */
  readonly agentAudible: (atMs: number) => void;
  /** Agent speech has been heard to its end, on the same line. */
  readonly agentSilent: (atMs: number) => void;
  /** Of the newest agent utterance: packet received → heard. */
  readonly agentDelayed: (delayMs: number) => void;
}

/** All but the wire's own, of which there are too many. */
const LOGGED_EVENTS = Object.keys(EVENT_TEXTS).filter((name) => name !== 'raw') as Exclude<
  keyof typeof EVENT_TEXTS,
  'raw'
>[];

/** Makes the session of one call, with everything wired; `connect()` on it starts the call. */
export function createCall(settings: CallSettings, listeners: CallListeners): VoiceSession {
  const session = createVoiceSession({
    vendor: settings.vendor,
    microphone: settings.microphone,
    audio: settings.audio,
    onListenerFault: reportError,
  });
  session.setMicMuted(settings.isMuted);
  session.setVolume(settings.volume);
  for (const name of LOGGED_EVENTS) logEvent(session, name, listeners);
  session.on('raw', (event) => {
    if (isWorthLogging(event.text)) listeners.log('raw', EVENT_TEXTS.raw(event));
  });
  followStates(session, listeners);
  followSpeech(session, listeners);
  return session;
}

function logEvent<Name extends keyof typeof EVENT_TEXTS>(
  session: VoiceSession,
  name: Name,
  listeners: CallListeners,
): void {
  session.on(name, (event) => listeners.log(name, EVENT_TEXTS[name](event)));
}

function followStates(session: VoiceSession, { dispatch }: CallListeners): void {
  session.on('statusChanged', ({ status }) => dispatch({ type: 'statusChanged', status }));
  session.on('agentStateChanged', ({ agentState }) => dispatch({ type: 'agentStateChanged', agentState }));
  session.on('error', (error) => {
    // The error that ends a call comes after the status has changed.
    const kind = session.status === 'failed' ? 'failure' : 'notice';
    dispatch({ type: 'problemArose', problem: problemOf(error, kind) });
  });
  session.on('disconnected', ({ code, error }) => {
    if (error === undefined) dispatch({ type: 'callEnded', code });
  });
}

function followSpeech(session: VoiceSession, listeners: CallListeners): void {
  let startedMs = 0;
  session.on('agentSpeechStarted', ({ receivedMs, audibleMs }) => {
    startedMs = audibleMs;
    listeners.agentAudible(audibleMs);
    listeners.agentDelayed(audibleMs - receivedMs);
  });
  session.on('agentSpeechEnded', ({ audibleMs }) => {
    listeners.agentSilent(audibleMs);
    listeners.log('agentSpeechEnded', describeSpeech(audibleMs - startedMs));
  });
}
