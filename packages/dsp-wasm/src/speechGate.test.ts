import { describe, expect, test } from 'vitest';
import { AudioFormatError } from './audioFormatError.ts';
import type { SpeechGateEvent, SpeechGateOptions } from './speechGate.ts';
import { SpeechGate } from './speechGate.ts';

/** Events with the number of the frame, from 0, that brought them. `runs` are pairs of a score and a count of frames. */
function eventsOf(options: SpeechGateOptions, runs: readonly (readonly [score: number, frameCount: number])[]) {
  const gate = new SpeechGate(options);
  const scores = runs.flatMap(([score, frameCount]) => Array<number>(frameCount).fill(score));
  return scores.flatMap((score, frame) => {
    const event = gate.process(score);
    return event === null ? [] : [{ frame, ...event }];
  });
}

function started(frame: number, startMs: number) {
  return { frame, type: 'speechStarted', startMs };
}

function ended(frame: number, endMs: number) {
  return { frame, type: 'speechEnded', endMs };
}

describe('SpeechGate', () => {
  test('60 ms of speech start an utterance 200 ms before them, 400 ms of silence end it where they began', () => {
    expect(
      eventsOf({}, [
        [0, 20],
        [0.9, 10],
        [0, 30],
      ]),
    ).toEqual([started(22, 200), ended(49, 600)]);
  });

  test('40 ms of speech are too short, however often they come', () => {
    expect(
      eventsOf({}, [
        [0, 5],
        [1, 2],
        [0, 1],
        [1, 2],
        [0, 1],
        [1, 2],
        [0, 5],
      ]),
    ).toEqual([]);
  });

  test('a pause of 380 ms belongs to the utterance, one of 400 ms ends it', () => {
    expect(
      eventsOf({ preRollMs: 0 }, [
        [1, 10],
        [0, 19],
        [1, 1],
        [0, 20],
      ]),
    ).toEqual([started(2, 0), ended(49, 600)]);
  });

  test('between 0.35 and 0.5 the last judgement stays', () => {
    expect(
      eventsOf({ preRollMs: 0 }, [
        [0.4, 5],
        [0.5, 1],
        [0.35, 30],
        [0.34, 20],
      ]),
    ).toEqual([started(7, 100), ended(55, 720)]);
  });

  test('pre-roll reaches neither before the stream nor into the utterance before', () => {
    expect(
      eventsOf({ holdMs: 60 }, [
        [1, 5],
        [0, 4],
        [1, 5],
      ]),
    ).toEqual([started(2, 0), ended(7, 100), started(11, 100)]);
  });

  test('frames of 32 ms: times are rounded up to whole frames', () => {
    const options = { frameMs: 32, startMs: 60, holdMs: 100, preRollMs: 33 };
    expect(
      eventsOf(options, [
        [0, 4],
        [1, 2],
        [0, 4],
      ]),
    ).toEqual([started(5, 64), ended(9, 192)]);
  });

  test('a start of 0 ms takes the first frame of speech; NaN counts as silence', () => {
    expect(
      eventsOf({ startMs: 0, holdMs: 0, preRollMs: 0 }, [
        [Number.NaN, 1],
        [1, 1],
        [Number.NaN, 1],
      ]),
    ).toEqual([started(1, 20), ended(2, 40)]);
  });

  test('end() closes a running utterance at its last frame of speech, once', () => {
    const gate = new SpeechGate();
    const events: (SpeechGateEvent | null)[] = [1, 1, 1, 1, 0, 0].map((score) => gate.process(score));
    expect(events[2]).toEqual({ type: 'speechStarted', startMs: 0 });
    expect(gate.isSpeaking).toBe(true);
    expect(gate.end()).toEqual({ type: 'speechEnded', endMs: 80 });
    expect(gate.isSpeaking).toBe(false);
    expect(gate.end()).toBeNull();
  });

  test('reset makes it as new', () => {
    const gate = new SpeechGate();
    const run = () => [0, 1, 1, 1, 1].map((score) => gate.process(score));
    const first = run();
    gate.reset();
    expect(run()).toEqual(first);
  });

  test.each<[string, SpeechGateOptions]>([
    ['frameMs', { frameMs: 0 }],
    ['onScore', { onScore: 0 }],
    ['onScore', { onScore: 1.1 }],
    ['offScore', { onScore: 0.5, offScore: 0.6 }],
    ['startMs', { startMs: -1 }],
    ['holdMs', { holdMs: Number.NaN }],
    ['preRollMs', { preRollMs: Number.POSITIVE_INFINITY }],
  ])('%s is checked: %o', (name, options) => {
    const create = () => new SpeechGate(options);
    expect(create).toThrow(AudioFormatError);
    expect(create).toThrow(new RegExp(name));
  });
});
