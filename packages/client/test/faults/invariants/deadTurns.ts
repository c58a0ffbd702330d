// This file watches what is handed to the player: all that may be heard, in order, and nothing of a reply that was cut off.
import type { SessionEvents } from '../../../src/index.ts';
import { DeadReplies } from './deadReplies.ts';
import type { Invariant } from './invariant.ts';

/** Written samples are forgotten in lots of this many. */
const FORGET_SAMPLES = 100_000;

/** Samples of one connection that arrived and may be heard, in order. Only PCM can be compared sample by sample. */
interface Line {
  due: number[];
  at: number;
  /** Not the connection that is heard, yet. */
  isWaiting: boolean;
}

export const deadTurns: Invariant = {
  id: 'iv',
  holds:
    'the player gets every sample of the replies that live, once and in order, and not one of a reply that was cut off',
  watch(report) {
    /** By attempt: another connection continues nothing, and a vendor may count its replies anew. */
    const replies = new Map<number, DeadReplies>();
    let isUp = false;
    let isPcm = true;
    /** By attempt: two connections can be open while one takes over from the other. */
    const lines = new Map<number, Line>();
    const carried = new Map<string, number>();
    const open = new Set<number>();
    const attemptOf = new Map<number, number>();
    let attempt = -1;
    let fillers: Int16Array[] = [];

    const lineOf = (of: number): Line => {
      const line = lines.get(of) ?? { due: [], at: 0, isWaiting: false };
      lines.set(of, line);
      return line;
    };
    const arrive = (of: number, bytes: Uint8Array, stream: string, isAlive: boolean): void => {
      const line = lineOf(of);
      const missing = line.due.length - line.at;
      if (missing > 0 && !line.isWaiting) report(`${missing} samples of a living reply never reached the player`);
      if (!line.isWaiting && (line.due.length > FORGET_SAMPLES || missing > 0)) {
        line.due = [];
        line.at = 0;
      }
      let low = carried.get(stream) ?? -1;
      for (const byte of bytes) {
        if (low < 0) {
          low = byte;
          continue;
        }
        if (isAlive) line.due.push(((byte << 24) | (low << 16)) >> 16);
        low = -1;
      }
      carried.set(stream, low);
    };
    const isNextOf = ({ due, at }: Line, pcm: Int16Array): boolean =>
      pcm.length <= due.length - at && pcm.every((value, i) => value === due[at + i]);
    const checkWritten = (pcm: Int16Array): void => {
      const filler = fillers.findIndex((samples) => samples.length === pcm.length && samples[0] === pcm[0]);
      const line = [...lines.values()].find((candidate) => isNextOf(candidate, pcm));
      if (line !== undefined) {
        line.at += pcm.length;
        if (line.at === line.due.length) line.isWaiting = false;
      } else if (filler >= 0) fillers.splice(filler, 1);
      else report(`${pcm.length} samples were written that are dead, doubled or damaged`);
    };
    return {
      see(observation, atMs) {
        if (observation.type === 'attemptBegun') replies.set(observation.attempt, new DeadReplies());
        for (const [of, own] of replies) {
          const isOwn = 'attempt' in observation ? observation.attempt === of : lines.get(of)?.isWaiting !== true;
          if (isOwn) own.follow(observation, atMs, isUp);
        }
        switch (observation.type) {
          case 'event': {
            if (observation.name !== 'statusChanged') return;
            const { status } = observation.event as SessionEvents['statusChanged'];
            isUp = status === 'connected' || status === 'reconnecting';
            return;
          }
          case 'attemptBegun':
            ({ attempt } = observation);
            // What takes over from a connection that holds is heard when it has.
            lineOf(attempt).isWaiting = open.size > 0;
            return;
          case 'socketCreated':
            attemptOf.set(observation.socket, attempt);
            open.add(attempt);
            return;
          case 'socketClosing':
          case 'socketClosed':
            open.delete(attemptOf.get(observation.socket) ?? -1);
            return;
          case 'vendorSaid': {
            const { event, attempt: of } = observation;
            if (event.type === 'filler' && event.content.kind === 'audio') {
              const { bytes } = event.content;
              fillers = [...fillers.slice(-3), new Int16Array(bytes.slice().buffer, 0, bytes.byteLength >> 1)];
            }
            if (event.type !== 'agentAudio') return;
            const isAlive = replies.get(of)?.arrive(event.generation, atMs) === true;
            isPcm = event.format.encoding === 'pcm-s16le';
            if (isPcm) arrive(of, event.bytes, `${of} ${event.streamId ?? event.generation ?? ''}`, isAlive);
            return;
          }
          case 'written':
            if (isPcm) return checkWritten(observation.pcm);
            if (observation.reply === undefined) return;
            if (replies.get(observation.reply.attempt)?.isDead(observation.reply.generation) === true) {
              const { generation } = observation.reply;
              report(`${observation.pcm.length} samples of the dead reply ${generation} were written`);
            }
            return;
          default:
        }
      },
    };
  },
};
