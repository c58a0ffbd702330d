// This file sends a voice note and gives the reply as events: the entry of everything beside it.
import { createVoiceError } from '../errors.ts';
import type { AbortSignalLike } from '../ports/abortSignal.ts';
import { EventQueue } from './eventQueue.ts';
import type { VoiceNoteEvent } from './noteEvents.ts';
import type { NotePorts, SendNoteOptions } from './noteOptions.ts';
import { NoteRun } from './noteRun.ts';

/**
 * Sends one note. Nothing happens before the loop over the events begins, and it can begin once. Each event is given as it
 * arrives; the loop ends when the reply was heard to its end, and throws when there is no whole reply. Leaving the loop
 * early ends the note as `signal` does.
 *
 * Whatever the status of the answer, only a reply that is complete is a success. What had arrived before a failure has
 * been given, and heard, by the time the loop throws.
 *
 * @throws {VoiceError} In the loop: `note-aborted`, `note-refused` (not sent; see `details.issues`), `note-too-long`,
 * `note-empty`, what a recording's device fails with, `credentials-…`, `connect-failed`, `connect-timeout`, `reply-timeout`,
 * `connection-lost`, `closed-by-server`, and what the vendor's statuses mean. `details.retry` is `ask` where the note may
 * have been taken: only the user can decide to say it again.
 * @throws {StateError} `invalid-option`, at once.
 */
export function sendNote(ports: NotePorts, options: SendNoteOptions): AsyncIterable<VoiceNoteEvent> {
  const { resendForMs = 0, signal, audio, text } = options;
  if (!(resendForMs >= 0)) {
    const happened = `resendForMs is ${resendForMs}, but must be 0 or more.`;
    throw createVoiceError('invalid-option', happened, { details: { resendForMs } });
  }
  if ((audio === undefined) === (text === undefined)) {
    throw createVoiceError('invalid-option', 'A note has either audio or text.');
  }
  let hasBegun = false;
  return {
    [Symbol.asyncIterator]() {
      if (hasBegun) throw createVoiceError('invalid-option', 'A note is sent once: there is one loop over its events.');
      hasBegun = true;
      return start(ports, options, signal);
    },
  };
}

function start(
  ports: NotePorts,
  options: SendNoteOptions,
  signal: AbortSignalLike | undefined,
): AsyncIterator<VoiceNoteEvent, undefined> {
  const events = new EventQueue();
  const run = new NoteRun(ports, options, events);
  const cancel = (): void => run.cancel();
  signal?.addEventListener('abort', cancel);
  if (signal?.aborted === true) cancel();
  const running = run.run().finally(() => signal?.removeEventListener('abort', cancel));
  return {
    next: () => events.next(),
    async return() {
      cancel();
      await running;
      return { done: true, value: undefined };
    },
  };
}
