// This file watches what is handed to the player: all that may be heard, in order, and nothing of a reply that was cut off.
import type { SessionEvents } from '../../../src/index.ts';
import { DeadReplies } from './deadReplies.ts';
import type { Observation } from '../observation.ts';
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
    let isConnected = false;
    let hasBegun = false;
    /** A connection that opened beside the one that holds, and what it has said: that is heard when it takes over. */
    let successor = -1;
    let waiting: (Observation & { readonly type: 'vendorSaid' })[] = [];
    let isPcm = true;
    /** Samples that arrived and may be heard, in order. Only PCM can be compared sample by sample. */
    let due: number[] = [];
    let dueAt = 0;
    let carried: { readonly stream: string; readonly byte: number } | null = null;
    let fillers: Int16Array[] = [];

    const arrive = (bytes: Uint8Array, stream: string, isAlive: boolean, isHeld = false): void => {
      if (dueAt < due.length && !isHeld)
        report(`${due.length - dueAt} samples of a living reply never reached the player`);
      if (!isHeld && (due.length > FORGET_SAMPLES || dueAt < due.length)) {
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
    const hear = (
      { event, attempt }: Observation & { readonly type: 'vendorSaid' },
      atMs: number,
      isHeld = false,
    ): void => {
      if (event.type !== 'agentAudio') return;
      const isAlive = replies.arrive(event.generation, atMs);
      isPcm = event.format.encoding === 'pcm-s16le';
      if (isPcm) arrive(event.bytes, `${attempt} ${event.streamId ?? event.generation ?? ''}`, isAlive, isHeld);
    };
    /** The connection that waited takes over. All that it said is due at once. */
    const takeOver = (atMs: number): void => {
      successor = -1;
      carried = null;
      replies.restart();
      const held = waiting.splice(0);
      for (const said of held) hear(said, atMs, true);
    };
    const isNextDue = (pcm: Int16Array): boolean =>
      pcm.length <= due.length - dueAt && pcm.every((value, i) => value === due[dueAt + i]);
    const checkWritten = (pcm: Int16Array): void => {
      const filler = fillers.findIndex((samples) => samples.length === pcm.length && samples[0] === pcm[0]);
      if (isNextDue(pcm)) dueAt += pcm.length;
      else if (filler >= 0) fillers.splice(filler, 1);
      else
        report(`${pcm.length} samples were written that are dead, doubled or damaged; ${due.length - dueAt} were due`);
    };
    return {
      see(observation, atMs) {
        if (observation.type === 'attemptBegun' && isConnected && hasBegun) {
          successor = observation.attempt;
          waiting = [];
          return;
        }
        if (observation.type === 'vendorSaid' && observation.attempt === successor)
          return void waiting.push(observation);
        replies.follow(observation, atMs, isUp);
        switch (observation.type) {
          case 'event': {
            if (observation.name === 'handedOver' && successor >= 0) takeOver(atMs);
            if (observation.name !== 'statusChanged') return;
            const { status } = observation.event as SessionEvents['statusChanged'];
            isUp = status === 'connected' || status === 'reconnecting';
            isConnected = status === 'connected';
            if (!isConnected) successor = -1;
            return;
          }
          case 'attemptBegun':
            hasBegun = true;
            carried = null;
            return;
          case 'vendorSaid': {
            const { event } = observation;
            if (event.type === 'filler' && event.content.kind === 'audio') {
              const { bytes } = event.content;
              fillers = [...fillers.slice(-3), new Int16Array(bytes.slice().buffer, 0, bytes.byteLength >> 1)];
            }
            return hear(observation, atMs);
          }
          case 'written':
            // What is written of a connection that waited is written before the change is told.
            if (isPcm && successor >= 0 && waiting.length > 0 && !isNextDue(observation.pcm)) takeOver(atMs);
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
