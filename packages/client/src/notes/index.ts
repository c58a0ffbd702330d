// This file exports what the entry points offer for voice notes.
export { fetchHttp, type AbortSource, type StreamingFetch, type StreamingResponse } from './fetchHttp.ts';
export type { VoiceNoteEvent } from './noteEvents.ts';
export { NoteRecording, type NoteRecordingOptions } from './noteRecording.ts';
export type { BlobLike, NoteContent, NoteSource } from './noteSource.ts';
export type { NotePorts, NoteTerms, SendNoteOptions } from './noteOptions.ts';
export { sendNote } from './sendNote.ts';
