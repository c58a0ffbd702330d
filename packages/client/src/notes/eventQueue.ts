// This file hands events from whoever makes them to a loop that takes them at its own pace.
import type { VoiceNoteEvent } from './noteEvents.ts';

/** Events that may wait for a slow loop before nothing more is read from the network. */
const MAX_EVENTS = 4096;
/** Audio that may wait likewise: a minute of PCM at 16 kHz. Not less: servers drop who reads nothing for long. */
const MAX_AUDIO_BYTES = 2_000_000;

type Waiter = {
  readonly resolve: (result: IteratorResult<VoiceNoteEvent, undefined>) => void;
  readonly reject: (error: unknown) => void;
};

/** A queue with one reader. Never drops; its bounds are kept by a writer that waits for `room`. */
export class EventQueue {
  private readonly events: VoiceNoteEvent[] = [];
  private readonly readers: Waiter[] = [];
  private readonly writers: (() => void)[] = [];
  private audioBytes = 0;
  private end: { readonly error: unknown } | 'open' | 'done' = 'open';

  /** False while so much waits that the writer should pause. */
  get hasRoom(): boolean {
    return this.events.length < MAX_EVENTS && this.audioBytes < MAX_AUDIO_BYTES;
  }

  /** Resolves once the reader has caught up, or is gone. */
  room(): Promise<void> {
    if (this.hasRoom) return Promise.resolve();
    return new Promise((resolve) => this.writers.push(resolve));
  }

  push(event: VoiceNoteEvent): void {
    if (this.end !== 'open') return;
    const reader = this.readers.shift();
    if (reader !== undefined) return reader.resolve({ done: false, value: event });
    this.events.push(event);
    this.audioBytes += audioBytesOf(event);
  }

  /** No more events follow. */
  close(): void {
    this.finish('done');
  }

  /** No more events follow: once the reader has taken those that wait, it gets this. */
  fail(error: unknown): void {
    this.finish({ error });
  }

  /** Drops what waits: the reader is gone. */
  clear(): void {
    this.events.length = 0;
    this.audioBytes = 0;
    this.wakeWriters();
  }

  next(): Promise<IteratorResult<VoiceNoteEvent, undefined>> {
    const event = this.events.shift();
    if (event !== undefined) {
      this.audioBytes -= audioBytesOf(event);
      if (this.hasRoom) this.wakeWriters();
      return Promise.resolve({ done: false, value: event });
    }
    if (this.end === 'open') return new Promise((resolve, reject) => this.readers.push({ resolve, reject }));
    return this.takeEnd();
  }

  private finish(end: { readonly error: unknown } | 'done'): void {
    if (this.end !== 'open') return;
    this.end = end;
    for (const { resolve, reject } of this.readers.splice(0)) this.takeEnd().then(resolve, reject);
  }

  /** An error is thrown once; whoever asks again is told that it is over, as with any iterator. */
  private takeEnd(): Promise<IteratorResult<VoiceNoteEvent, undefined>> {
    const { end } = this;
    this.end = 'done';
    return typeof end === 'object' ? Promise.reject(end.error) : Promise.resolve({ done: true, value: undefined });
  }

  private wakeWriters(): void {
    for (const wake of this.writers.splice(0)) wake();
  }
}

function audioBytesOf(event: VoiceNoteEvent): number {
  return event.type === 'agentAudio' ? event.bytes.byteLength : 0;
}
