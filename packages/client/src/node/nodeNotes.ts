// This file sends voice notes from Node: files or recordings up by `fetch`, replies into a file or an output of choice.
import { readFile } from 'node:fs/promises';
import { asVoiceError } from '../errors.ts';
import { Mp3Decoders } from '../mp3/mp3Decoders.ts';
import { fetchHttp } from '../notes/fetchHttp.ts';
import type { VoiceNoteEvent } from '../notes/noteEvents.ts';
import type { NoteTerms, SendNoteOptions } from '../notes/noteOptions.ts';
import { NoteRecording, type NoteRecordingOptions } from '../notes/noteRecording.ts';
import type { NoteContent, NoteSource } from '../notes/noteSource.ts';
import { sendNote } from '../notes/sendNote.ts';
import type { AudioInput } from '../ports/audioInput.ts';
import type { AudioOutput } from '../ports/audioOutput.ts';
import type { Clock } from '../ports/clock.ts';
import type { HttpPort } from '../ports/http.ts';
import { nodeBase64 } from './nodeBase64.ts';
import { nodeClock } from './nodeClock.ts';
import { WavDevices, type WavFile } from './wavFile.ts';

/** Audio is a whole WAV or MP3 file as bytes, `Blob` or path; or a recording. */
export type NodeNoteOptions = NodeNoteTerms & NoteContent<NoteSource | WavFile>;

interface NodeNoteTerms extends NoteTerms {
  /** Where the reply is heard: a WAV file, or an output of your own. Default: nowhere. */
  readonly output?: WavFile | AudioOutput;
  /** Default: real time. */
  readonly clock?: Clock;
  /** Default: Node's own `fetch`. */
  readonly http?: HttpPort;
}

export interface RecordNoteOptions extends NoteRecordingOptions {
  /** What is recorded: a WAV file played in real time, or an input of your own. */
  readonly input: WavFile | AudioInput;
  /** Default: real time. */
  readonly clock?: Clock;
}

const nodeHttp = fetchHttp(
  (url, init) => fetch(url, init as RequestInit),
  () => new AbortController(),
);

/** Records from an input, from now until `stop()`. */
export function recordVoiceNote({ input, clock = nodeClock, ...options }: RecordNoteOptions): NoteRecording {
  return new NoteRecording(new WavDevices(clock).input(input), options);
}

/** Sends a voice note. See `sendNote` for how it goes and what it throws; also `input-not-readable`. */
export function sendVoiceNote(options: NodeNoteOptions): AsyncIterable<VoiceNoteEvent> {
  const { output, clock = nodeClock, http = nodeHttp, ...note } = options;
  const ports = { clock, http, random: Math.random, nowEpochMs: Date.now, platform: nodeBase64 };
  if (output === undefined) return sendNote(ports, withSource(note));
  const heard = { output: new WavDevices(clock).output(output), decoders: new Mp3Decoders() };
  return sendNote({ ...ports, ...heard }, withSource(note));
}

function withSource(note: NoteTerms & NoteContent<NoteSource | WavFile>): SendNoteOptions {
  if (note.audio === undefined) return note;
  return { ...note, audio: 'kind' in note.audio ? fileSource(note.audio) : note.audio };
}

/** Read when it is needed. Its size is judged with its content. */
function fileSource({ path }: WavFile): NoteSource {
  return {
    size: 0,
    async arrayBuffer() {
      const bytes = await readFile(path).catch((cause: unknown) => {
        throw asVoiceError(cause, 'input-not-readable', `The file "${path}" could not be read.`);
      });
      return new Uint8Array(bytes).buffer;
    },
  };
}
