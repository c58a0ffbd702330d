// This file is the page of the voice note tests: a button to hold while speaking, and a tap behind the playout.
import { amigoNotes, type AmigoNotesOptions } from '@voicewire/protocol/amigo-notes';
import { BrowserAudio, recordVoiceNote, sendVoiceNote, VoiceError } from '../../../dist/browser/index.js';
import { createTaps, type Taps } from './taps.ts';

/** What the tests read. Plain data only, so that it crosses to the test process. */
export interface NoteRecord {
  readonly events: { readonly type: string; readonly detail: string }[];
  /** Of the loop: `running`, `completed`, or the code of what it threw. */
  outcome: string;
  sampleRate: number;
  liveTracks: number;
  /** From `abort()` to the end of the loop. */
  abortMs: number;
}

declare global {
  interface Window {
    noteRecord: NoteRecord;
    /** Whom to send to, before the button is pressed. */
    setUp(options: AmigoNotesOptions): void;
    /** Base64 of 32-bit floats at the context's rate. */
    readNoteTap(place: keyof Taps): Promise<string>;
  }
}

const record: NoteRecord = { events: [], outcome: 'none', sampleRate: 0, liveTracks: 0, abortMs: Number.NaN };
window.noteRecord = record;

const context = new AudioContext();
const taps = await createTaps(context);
record.sampleRate = context.sampleRate;
window.readNoteTap = (place) => taps[place].read();

const audio = new BrowserAudio({ context, destination: () => taps.speaker.node });
let vendor: ReturnType<typeof amigoNotes> | null = null;
window.setUp = (options) => (vendor = amigoNotes(options));

const tracks: MediaStreamTrack[] = [];
const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (constraints) => {
  const stream = await getUserMedia(constraints);
  tracks.push(...stream.getTracks());
  return stream;
};
setInterval(() => (record.liveTracks = tracks.filter(({ readyState }) => readyState === 'live').length), 50);

let recording: ReturnType<typeof recordVoiceNote> | null = null;
let abort = new AbortController();

async function follow(options: Parameters<typeof sendVoiceNote>[0]): Promise<void> {
  record.outcome = 'running';
  try {
    for await (const event of sendVoiceNote(options)) {
      record.events.push({ type: event.type, detail: event.type === 'playbackFailed' ? event.error.message : '' });
    }
    record.outcome = 'completed';
  } catch (thrown) {
    record.outcome = thrown instanceof VoiceError ? thrown.code : String(thrown);
  }
}

const button = document.querySelector('#talk');
button?.addEventListener('pointerdown', () => {
  if (vendor === null) return;
  abort = new AbortController();
  const microphone = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  recording = recordVoiceNote({ microphone, audio });
  void follow({ vendor, audio: recording, signal: abort.signal });
});
button?.addEventListener('pointerup', () => void recording?.stop());
document.querySelector('#abort')?.addEventListener('click', () => {
  const abortedMs = performance.now();
  abort.abort();
  const watch = setInterval(() => {
    if (record.outcome === 'running') return;
    clearInterval(watch);
    record.abortMs = performance.now() - abortedMs;
  }, 1);
});
