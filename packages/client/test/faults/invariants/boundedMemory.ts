// This file watches everything that could pile up: timers, sockets, bytes in a socket, frames that wait.
import type { Invariant } from './invariant.ts';

/** Six waits of the reducer, three of a connection, two of a teardown, with room for as many again of another. */
const MAX_TIMERS = 16;
/** A connection, and another that takes its place. */
const MAX_SOCKETS = 2;
/** 60 ms of audio, or a message, before audio is held back; and 64 kB of what is never held back. */
const MAX_BUFFERED_BYTES = 65_536;
/** 1,500 ms of a gap, 200 ms of a choke, a message. */
const MAX_HELD_FRAMES = 75 + 10 + 4;

export const boundedMemory: Invariant = {
  id: 'v',
  holds: 'what waits is bounded: timers, sockets, bytes handed to a socket, frames of speech',
  watch(report) {
    const live = new Set<number>();
    const unmuted: number[] = [];
    let lastSent = -1;
    return {
      see(observation) {
        switch (observation.type) {
          case 'timers':
            if (observation.count > MAX_TIMERS) report(`${observation.count} timers, wanted ${MAX_TIMERS} or fewer`);
            return;
          case 'socketCreated':
            live.add(observation.socket);
            if (live.size > MAX_SOCKETS) report(`${live.size} sockets, wanted ${MAX_SOCKETS} or fewer`);
            return;
          case 'socketClosing':
          case 'socketClosed':
            live.delete(observation.socket);
            return;
          case 'socketSent':
            if (observation.bufferedBytes > MAX_BUFFERED_BYTES)
              report(`the socket holds ${observation.bufferedBytes} bytes, wanted ${MAX_BUFFERED_BYTES} or fewer`);
            return;
          case 'captured':
            if (!observation.isMuted) unmuted.push(observation.frame);
            return;
          case 'audioSent':
            // Whatever waited for longer than the newest frames was given up: an older one that leaves was still held.
            for (const frame of observation.frames) {
              if (frame === null || frame <= lastSent) continue;
              lastSent = frame;
              const held = (unmuted.at(-1) ?? frame) - frame;
              if (held > MAX_HELD_FRAMES) report(`frame ${frame} left with ${held} newer ones behind it`);
            }
            return;
          default:
        }
      },
    };
  },
};
