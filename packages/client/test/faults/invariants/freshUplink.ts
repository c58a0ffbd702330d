// This file watches the age and the rate of what is sent: no stale speech, and no faster than twice real time.
import type { SessionEvents } from '../../../src/index.ts';
import type { Invariant } from './invariant.ts';

const FRAME_MS = 20;
/** What may wait while connected, and what the grain of messages and of capture adds: a 10 ms block and a frame. */
const MAX_AGE_MS = 200;
const GRAIN_MS = 30;
/**
 * What a choke keeps of speech may be older: silence gives way to it first. A choke of a second is a lost connection, and one
 * that dropped anything is reported.
 */
const CHOKE_MS = 1_000;
/** Kept while the vendor does not listen yet, and while the connection is gone; caught up at twice real time. */
const PREROLL_MS = 500;
const GAP_MS = 1_500;
/** The densest stretch of this length on one connection is compared with the steady rate. */
const DENSITY_WINDOW_MS = 100;
const MAX_DENSITY_RATIO = 2;

export const freshUplink: Invariant = {
  id: 'iii',
  holds:
    'speech that is sent is at most 200 ms old once the uplink has caught up, and leaves at twice real time at most',
  watch(report) {
    const capturedMs: number[] = [];
    let messageFrames = 1;
    let openedMs = -Infinity;
    let allowanceMs = 0;
    let isLeaving = false;
    let congestedMs = -Infinity;
    /** Older than they may be, unless a choke is reported that held them. */
    let stale: { readonly atMs: number; readonly breach: string }[] = [];
    /** By attempt: one that is to take over is kept warm with zeros, in the cadence of the one that holds. */
    const sent = new Map<number, { atMs: number; frames: number }[]>();

    const checkAge = (frame: number, atMs: number): void => {
      const ageMs = atMs - (capturedMs[frame] ?? atMs);
      // A choke holds back what was still to be caught up as well: it counts from the opening, not from the last message.
      const catchUpMs = Math.max(0, allowanceMs - (atMs - openedMs));
      const limitMs = MAX_AGE_MS + messageFrames * FRAME_MS + GRAIN_MS + catchUpMs;
      if (ageMs <= limitMs) return;
      const breach = `frame ${frame} left at an age of ${ageMs} ms, wanted ${limitMs} ms or less`;
      if (ageMs > limitMs + CHOKE_MS) report(breach);
      else if (atMs - congestedMs > CHOKE_MS) stale.push({ atMs, breach });
    };
    const checkDensity = (attempt: number, sentFrames: number, atMs: number): void => {
      const recent = (sent.get(attempt) ?? []).filter((entry) => entry.atMs > atMs - DENSITY_WINDOW_MS);
      recent.push({ atMs, frames: sentFrames });
      sent.set(attempt, recent);
      if (isLeaving) return;
      const frames = recent.reduce((sum, entry) => sum + entry.frames, 0);
      // A window of five frames can hold the ends of two messages, and a block of the microphone brings frames in pairs.
      const limit = (MAX_DENSITY_RATIO * DENSITY_WINDOW_MS) / FRAME_MS + 2 * messageFrames;
      if (frames > limit) report(`${frames} frames left within ${DENSITY_WINDOW_MS} ms, wanted ${limit} or less`);
    };
    return {
      see(observation, atMs) {
        switch (observation.type) {
          case 'called':
            if (observation.method === 'disconnect' || observation.method === 'finish') isLeaving = true;
            return;
          case 'event': {
            if (observation.name === 'congested') {
              congestedMs = atMs;
              stale = stale.filter((entry) => atMs - entry.atMs > CHOKE_MS);
            }
            if (observation.name !== 'statusChanged') return;
            const { status } = observation.event as SessionEvents['statusChanged'];
            // What is left goes out at once when the session ends.
            if (status === 'disconnecting') isLeaving = true;
            if (status === 'connecting') isLeaving = false;
            if (status === 'reconnecting') allowanceMs = GAP_MS;
            return;
          }
          case 'captured':
            capturedMs[observation.frame] = atMs;
            return;
          case 'attemptBegun':
            messageFrames = observation.capabilities.uplinkMessageMs / FRAME_MS;
            return;
          case 'vendorSaid':
            if (observation.event.type === 'uplinkOpened') openedMs = atMs;
            if (observation.event.type === 'sessionAccepted') allowanceMs = Math.max(allowanceMs, PREROLL_MS);
            return;
          case 'audioSent':
            for (const frame of observation.frames) if (frame !== null) checkAge(frame, atMs);
            checkDensity(observation.attempt, observation.frames.length, atMs);
            return;
          case 'concluded':
            for (const { breach } of stale) report(breach);
            return;
          default:
        }
      },
    };
  },
};
