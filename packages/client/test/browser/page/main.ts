// This file is the page of the browser tests: one session, driven by two buttons, with a tap behind the playout.
import { voiceApi } from '@voicewire/protocol/voice-api';
import {
  BrowserAudio,
  createVoiceSession,
  fetchCredentials,
  VoiceError,
  type SessionStats,
} from '../../../dist/browser/index.js';

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
    recorded(): number[];
  }
}

const query = new URLSearchParams(location.search);
const record: PageRecord = { events: [], connect: [], sampleRate: 0, contextState: 'none', liveTracks: 0 };
window.record = record;

const recordedBlocks: Float32Array[] = [];
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

const audio = new BrowserAudio({
  destination: (sessionContext) => {
    context = sessionContext;
    record.sampleRate = sessionContext.sampleRate;
    const entry = new GainNode(sessionContext);
    void sessionContext.audioWorklet.addModule(new URL('./recorder.worklet.js', import.meta.url)).then(() => {
      const recorder = new AudioWorkletNode(sessionContext, 'test-recorder', { outputChannelCount: [1] });
      recorder.port.onmessage = ({ data }: MessageEvent<Float32Array>) => void recordedBlocks.push(data);
      entry.connect(recorder).connect(sessionContext.destination);
    });
    return entry;
  },
  ...(contextRate !== null && { context: new AudioContext({ sampleRate: Number(contextRate) }) }),
  ...(query.has('worklet') && { captureWorkletUrl: query.get('worklet') ?? '' }),
});

const session = createVoiceSession({
  vendor: voiceApi({ credentials: () => fetchCredentials(query.get('credentials') ?? '/voice-token') }),
  microphone: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
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
window.recorded = () => recordedBlocks.flatMap((block) => [...block]);

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
