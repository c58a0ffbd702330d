// This file sends voice notes from a page: recorded from its microphone, sent by its `fetch`, heard from its loudspeaker.
import { fetchHttp } from '../notes/fetchHttp.ts';
import type { VoiceNoteEvent } from '../notes/noteEvents.ts';
import type { NoteTerms } from '../notes/noteOptions.ts';
import type { NoteContent } from '../notes/noteSource.ts';
import { NoteRecording, type NoteRecordingOptions } from '../notes/noteRecording.ts';
import { sendNote } from '../notes/sendNote.ts';
import { BrowserAudio } from './browserAudio.ts';
import { browserBase64 } from './browserBase64.ts';
import { browserClock } from './browserClock.ts';
import { BrowserMicrophone } from './browserMicrophone.ts';
import { BrowserSpeaker } from './browserSpeaker.ts';
import type { MicrophoneOptions } from './microphoneConstraints.ts';

export type BrowserNoteOptions = BrowserNoteTerms & NoteContent;

interface BrowserNoteTerms extends NoteTerms {
  /** Where the reply is heard; `false`: nowhere. Default: where `audio` was recorded, or an AudioContext of its own. */
  readonly output?: BrowserAudio | false;
}

export interface RecordNoteOptions extends NoteRecordingOptions {
  readonly microphone?: MicrophoneOptions;
  /** Shares one AudioContext, or brings your own. Default: one of its own. */
  readonly audio?: BrowserAudio;
}

/** A recording that knows through what it was made: the reply is heard through the same. */
class PageRecording extends NoteRecording {
  constructor(
    readonly audio: BrowserAudio,
    { microphone = {}, ...options }: RecordNoteOptions,
  ) {
    super(new BrowserMicrophone(audio, microphone), options);
  }
}

const http = fetchHttp(
  (url, init) => fetch(url, init as RequestInit),
  () => new AbortController(),
);

/**
 * Records from the microphone, from now until `stop()`. Call it from the press of a button, and hand the recording to
 * `sendVoiceNote` in the same breath, so that the browser allows the reply to be heard.
 */
export function recordVoiceNote(options: RecordNoteOptions = {}): NoteRecording {
  return new PageRecording(options.audio ?? new BrowserAudio(), options);
}

/** Sends a voice note and plays the reply. See `sendNote` for how it goes and what it throws. */
export function sendVoiceNote(options: BrowserNoteOptions): AsyncIterable<VoiceNoteEvent> {
  const { output, ...note } = options;
  const ports = { clock: browserClock, http, random: Math.random, nowEpochMs: Date.now, platform: browserBase64 };
  if (output === false) return sendNote(ports, note);
  const audio = output ?? (note.audio instanceof PageRecording ? note.audio.audio : new BrowserAudio());
  return holding(audio, sendNote({ ...ports, output: new BrowserSpeaker(audio), decoders: audio.decoders }, note));
}

/** Opens the AudioContext with the loop, which is in the click, and not seconds later with the first sound. */
async function* holding(
  audio: BrowserAudio,
  events: AsyncIterable<VoiceNoteEvent>,
): AsyncGenerator<VoiceNoteEvent, undefined> {
  // A context that does not open is told by the speaker, as a `playbackFailed`.
  audio.context.acquire().catch(() => undefined);
  try {
    yield* events;
  } finally {
    await audio.context.release();
  }
}
