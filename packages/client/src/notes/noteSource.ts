// This file gets what is to be sent from whatever the user gave.
import type { NoteContent as WholeNote, VoiceNoteCapabilities } from '@voicewire/protocol';
import { createVoiceError } from '../errors.ts';
import { errorOfRefusal } from './noteErrors.ts';
import { NoteRecording, RECORDING_SAMPLE_RATE } from './noteRecording.ts';

/** The part of a `Blob` that is used. */
export interface BlobLike {
  /** Bytes. */
  readonly size: number;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** A whole file, of a kind that the vendor takes; or a recording, which may still be running. */
export type NoteSource = Uint8Array | BlobLike | NoteRecording;

/** What is sent. */
export type NoteContent<Source = NoteSource> =
  /** A whole WAV or MP3 file, or a recording. A running recording is sent when it is stopped. */
  | { readonly audio: Source; readonly text?: never }
  /** Written instead of spoken; answered, told and heard like a spoken note. */
  | { readonly text: string; readonly audio?: never };

/** What is sent, whole: words, or a file as bytes. @throws {VoiceError} As `readNote`. */
export async function readContent(
  { audio, text }: NoteContent,
  capabilities: VoiceNoteCapabilities,
): Promise<WholeNote> {
  return text === undefined ? { audio: await readNote(audio, capabilities) } : { text };
}

/**
 * The file as bytes; of a recording, once it was stopped.
 * @throws {VoiceError} `note-refused` for a file that is too large; `unsupported-sample-rate` where the vendor cannot take
 * recordings; what `NoteRecording.finished` fails with.
 */
async function readNote(source: NoteSource, capabilities: VoiceNoteCapabilities): Promise<Uint8Array> {
  if (source instanceof NoteRecording) return readRecording(source, capabilities);
  if (source instanceof Uint8Array) return source;
  const { maxUploadBytes } = capabilities;
  if (source.size <= maxUploadBytes) return new Uint8Array(await source.arrayBuffer());
  const expected = `at most ${maxUploadBytes} bytes`;
  throw errorOfRefusal([{ path: ['audio'], expected, received: `${source.size} bytes` }]);
}

function readRecording(recording: NoteRecording, capabilities: VoiceNoteCapabilities): Promise<Uint8Array> {
  const { uploads, uploadSampleRate, maxUploadBytes, maxUploadMs } = capabilities;
  if (!uploads.includes('wav') || uploadSampleRate !== RECORDING_SAMPLE_RATE) {
    const happened = `Recordings are WAV at ${RECORDING_SAMPLE_RATE} Hz, which the vendor does not take.`;
    throw createVoiceError('unsupported-sample-rate', happened, { details: { uploads, uploadSampleRate } });
  }
  recording.limitTo(maxUploadMs, maxUploadBytes);
  return recording.finished();
}
