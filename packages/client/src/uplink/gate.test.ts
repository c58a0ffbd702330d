import { describe, expect, test } from 'vitest';
import { Gate, type MuteStyle } from './gate.ts';

/** Frame `n` holds the value n + 1 in all its samples, so that none is all zeros. */
function frame(n: number): Int16Array {
  return new Int16Array(320).fill(n + 1);
}

function createGate(muteStyle: MuteStyle = 'zeros') {
  const passed: number[] = [];
  const endsMs: number[] = [];
  const gate = new Gate(muteStyle, (pcm, captureEndMs) => {
    passed.push((pcm[0] ?? 0) - 1);
    endsMs.push(captureEndMs);
  });
  return { gate, passed, endsMs };
}

describe('Gate', () => {
  test('passes nothing while closed and keeps the newest 25 frames, 500 ms', () => {
    const { gate, passed } = createGate();
    for (let n = 0; n < 40; n++) gate.push(frame(n), n * 20);
    expect(passed).toEqual([]);
    gate.open();
    gate.finish();
    expect(passed).toEqual(Array.from({ length: 25 }, (_, i) => i + 15));
    expect(gate.counters).toEqual({ passedFrames: 25, droppedBeforeOpenFrames: 15, mutedFrames: 0 });
  });

  test('catches up at twice real time: two frames leave for each that comes, in order, until none waits', () => {
    const { gate, passed } = createGate();
    for (let n = 0; n < 25; n++) gate.push(frame(n), 0);
    gate.open();
    for (let n = 25; n < 49; n++) gate.push(frame(n), 0);
    expect(passed.length).toBe(48);
    gate.push(frame(49), 0);
    gate.push(frame(50), 0);
    expect(passed).toEqual(Array.from({ length: 51 }, (_, i) => i));
  });

  test('hands the capture time on with its frame', () => {
    const { gate, endsMs } = createGate();
    gate.push(frame(0), 20);
    gate.open();
    gate.push(frame(1), 40);
    expect(endsMs).toEqual([20, 40]);
  });

  test('sends zeros while muted where the vendor needs a steady stream', () => {
    const { gate, passed } = createGate('zeros');
    gate.open();
    gate.push(frame(7), 0);
    gate.setMuted(true);
    gate.push(frame(8), 0);
    gate.setMuted(false);
    gate.push(frame(9), 0);
    expect(passed).toEqual([7, -1, 9]);
    expect(gate.counters.mutedFrames).toBe(1);
  });

  test('sends nothing while muted elsewhere', () => {
    const { gate, passed } = createGate('nothing');
    gate.open();
    gate.setMuted(true);
    gate.push(frame(1), 0);
    gate.setMuted(false);
    gate.push(frame(2), 0);
    expect(passed).toEqual([2]);
  });

  test('muting does not reach back into the pre-roll', () => {
    const { gate, passed } = createGate('zeros');
    gate.push(frame(3), 0);
    gate.setMuted(true);
    gate.open();
    gate.push(frame(4), 0);
    expect(passed).toEqual([3, -1]);
  });

  test('a gate that was closed keeps the newest 25 frames again, and none of them twice', () => {
    const { gate, passed } = createGate();
    gate.open();
    gate.push(frame(0), 0);
    gate.close();
    for (let n = 1; n < 31; n++) gate.push(frame(n), 0);
    expect(passed).toEqual([0]);
    gate.open();
    gate.finish();
    expect(passed).toEqual([0, ...Array.from({ length: 25 }, (_, i) => i + 6)]);
  });

  test('a gate that never opened counts all that it dropped', () => {
    const { gate, passed } = createGate();
    for (let n = 0; n < 30; n++) gate.push(frame(n), 0);
    gate.finish();
    expect(passed).toEqual([]);
    expect(gate.counters.droppedBeforeOpenFrames).toBe(30);
  });
});
