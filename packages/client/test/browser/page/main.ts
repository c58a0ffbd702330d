// This file is the page of the browser tests: one session, driven by two buttons, with a tap behind the playout.
import { amigo, type AmigoOptions } from '@voicewire/protocol/amigo';
import { soca, type SocaOptions } from '@voicewire/protocol/soca';
import { voiceApi } from '@voicewire/protocol/voice-api';
import {
  BrowserAudio,
  createVoiceSession,
  fetchCredentials,
  VoiceError,
  type SessionStats,
} from '../../../dist/browser/index.js';
import { browserBase64 } from '../../../dist/browser/browserBase64.js';
import { faultsOfBase64 } from '../../../src/ports/base64.contract.ts';
import { createTaps, type Taps } from './taps.ts';

/** What the tests read. Plain data only, so that it crosses to the test process. */
export interface PageRecord {
  readonly events: { readonly name: string; readonly event: unknown }[];
  readonly connect: { readonly outcome: string; readonly message: string; readonly details: unknown }[];
  sampleRate: number;
  contextState: string;
  liveTracks: number;
}

declare global {
  interface Window {
    record: PageRecord;
    stats(): SessionStats;
    captureToWireMs(): readonly number[];
    setMuted(isMuted: boolean): void;
    interrupt(): void;
    /** Base64 of 32-bit floats at the context's rate. */
    readTap(place: keyof Taps): Promise<string>;
    /** What the contract says of this browser's base64, and whether it has the methods of ECMAScript 2026. */
    faultsOfBase64(): { readonly isNative: boolean; readonly faults: readonly string[] };
  }
}

const query = new URLSearchParams(location.search);
const record: PageRecord = { events: [], connect: [], sampleRate: 0, contextState: 'none', liveTracks: 0 };
window.record = record;

const contextRate = query.get('contextRate');
let context: AudioContext | null = null;

// Tracks are counted at the source, so that a leak cannot hide.
const tracks: MediaStreamTrack[] = [];
const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (constraints) => {
  const stream = await getUserMedia(constraints);
  tracks.push(...stream.getTracks());
  return stream;
};

// A context of the page's own: to tap it, its recorder must be there before the session builds its graph.
const ownContext =
  query.has('tap') || contextRate !== null
    ? new AudioContext(contextRate === null ? {} : { sampleRate: Number(contextRate) })
    : null;
const taps = query.has('tap') && ownContext !== null ? await createTaps(ownContext) : null;

const audio = new BrowserAudio({
  destination: (sessionContext) => {
    context = sessionContext;
    record.sampleRate = sessionContext.sampleRate;
    return taps?.speaker.node ?? sessionContext.destination;
  },
  ...(ownContext !== null && { context: ownContext }),
  ...(query.has('worklet') && { captureWorkletUrl: query.get('worklet') ?? '' }),
});

/** The vendor that the address asks for, with options as JSON; without one, the Voice API. */
function vendorOf(name: string | null) {
  const options: unknown = JSON.parse(query.get('options') ?? '{}');
  // An address to ask, or the credentials themselves.
  const given = query.get('credentials') ?? `/${name ?? 'voice'}-token`;
  const credentials = (): unknown => (given.startsWith('{') ? JSON.parse(given) : fetchCredentials(given));
  if (name === 'soca') return soca({ ...(options as SocaOptions), credentials });
  const baseUrl = new URL('/amigo', location.href).href;
  if (name === 'amigo') return amigo({ ...(options as AmigoOptions), baseUrl, credentials });
  return voiceApi({ credentials });
}

const asked = vendorOf(query.get('vendor'));
/** Limits as JSON, so that nobody has to sit out the usual ones. */
const timeouts = { ...asked.capabilities.timeouts, ...(JSON.parse(query.get('timeouts') ?? '{}') as object) };

const session = createVoiceSession({
  vendor: { ...asked, capabilities: { ...asked.capabilities, timeouts } },
  microphone: {
    echoCancellation: false,
    noiseSuppression: false,
    autoGainControl: false,
    vad: query.get('vad') === 'neural' ? 'neural' : 'built-in',
  },
  bargeIn: query.has('bargeIn') ? {} : false,
  audio,
});

for (const name of [
  'statusChanged',
  'agentStateChanged',
  'agentSpeechStarted',
  'agentSpeechEnded',
  'interrupted',
  'error',
  'disconnected',
  'unknownMessage',
  'raw',
] as const) {
  session.on(
    name,
    (event) =>
      void record.events.push({
        name,
        event: event instanceof VoiceError ? { code: event.code, message: event.message } : event,
      }),
  );
}

window.stats = () => session.stats();
window.captureToWireMs = () => session.exportReport().captureToWireMs;
window.setMuted = (isMuted) => session.setMicMuted(isMuted);
window.interrupt = () => session.interrupt();
window.readTap = (place) => taps?.[place].read() ?? Promise.reject(new Error('Open the page with ?tap.'));

window.faultsOfBase64 = () => ({
  isNative: browserBase64.encodeWhole !== undefined,
  faults: faultsOfBase64(browserBase64),
});

setInterval(() => {
  record.contextState = context?.state ?? 'none';
  record.liveTracks = tracks.filter(({ readyState }) => readyState === 'live').length;
}, 50);

document.querySelector('#connect')?.addEventListener('click', () => {
  session.connect().then(
    () => record.connect.push({ outcome: 'connected', message: '', details: null }),
    (error: unknown) => {
      const { code, message, details } =
        error instanceof VoiceError ? error : { code: 'untyped', message: String(error), details: null };
      record.connect.push({ outcome: code, message, details });
    },
  );
});
document.querySelector('#disconnect')?.addEventListener('click', () => void session.disconnect());
