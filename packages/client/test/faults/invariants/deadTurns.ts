// This file watches what is handed to the player: all that may be heard, in order, and nothing of a reply that was cut off.
import type { SessionEvents } from '../../../src/index.ts';
import { DeadReplies } from './deadReplies.ts';
import type { Invariant } from './invariant.ts';

/** Written samples are forgotten in lots of this many. */
const FORGET_SAMPLES = 100_000;

export const deadTurns: Invariant = {
  id: 'iv',
  holds:
    'the player gets every sample of the replies that live, once and in order, and not one of a reply that was cut off',
  watch(report) {
    const replies = new DeadReplies();
    let isUp = false;
    let isPcm = true;
    /** Samples that arrived and may be heard, in order. Only PCM can be compared sample by sample. */
    let due: number[] = [];
    let dueAt = 0;
    let carried: { readonly stream: string; readonly byte: number } | null = null;
    let fillers: Int16Array[] = [];

    const arrive = (bytes: Uint8Array, stream: string, isAlive: boolean): void => {
      if (dueAt < due.length) report(`${due.length - dueAt} samples of a living reply never reached the player`);
      if (due.length > FORGET_SAMPLES || dueAt < due.length) {
        due = [];
        dueAt = 0;
      }
      let low = carried?.stream === stream ? carried.byte : -1;
      for (const byte of bytes) {
        if (low < 0) {
          low = byte;
          continue;
        }
        if (isAlive) due.push(((byte << 24) | (low << 16)) >> 16);
        low = -1;
      }
      carried = low < 0 ? null : { stream, byte: low };
    };
    const checkWritten = (pcm: Int16Array): void => {
      const filler = fillers.findIndex((samples) => samples.length === pcm.length && samples[0] === pcm[0]);
      const isNext = pcm.length <= due.length - dueAt && pcm.every((value, i) => value === due[dueAt + i]);
      if (isNext) dueAt += pcm.length;
      else if (filler >= 0) fillers.splice(filler, 1);
      else
        report(`${pcm.length} samples were written that are dead, doubled or damaged; ${due.length - dueAt} were due`);
    };
    return {
      see(observation, atMs) {
        replies.follow(observation, atMs, isUp);
        switch (observation.type) {
          case 'event': {
            if (observation.name !== 'statusChanged') return;
            const { status } = observation.event as SessionEvents['statusChanged'];
            isUp = status === 'connected' || status === 'reconnecting';
            return;
          }
          case 'attemptBegun':
            carried = null;
            return;
          case 'vendorSaid': {
            const { event, attempt } = observation;
            if (event.type === 'filler' && event.content.kind === 'audio') {
              const { bytes } = event.content;
              fillers = [...fillers.slice(-3), new Int16Array(bytes.slice().buffer, 0, bytes.byteLength >> 1)];
            }
            if (event.type !== 'agentAudio') return;
            const isAlive = replies.arrive(event.generation, atMs);
            isPcm = event.format.encoding === 'pcm-s16le';
            if (isPcm) arrive(event.bytes, `${attempt} ${event.streamId ?? event.generation ?? ''}`, isAlive);
            return;
          }
          case 'written':
            if (isPcm) return checkWritten(observation.pcm);
            if (observation.reply !== undefined && replies.isDead(observation.reply.generation))
              report(
                `${observation.pcm.length} samples of the dead reply ${observation.reply.generation} were written`,
              );
            return;
          default:
        }
      },
    };
  },
};
