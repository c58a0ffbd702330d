import { describe, expect, test } from 'vitest';
import { Gate, type MuteStyle } from './gate.ts';

/** Frame `n` holds the value n + 1 in all its samples, so that none is all zeros. */
function frame(n: number): Int16Array {
  return new Int16Array(320).fill(n + 1);
}

function createGate(muteStyle: MuteStyle = 'zeros', messageFrames = 1) {
  const passed: number[] = [];
  const endsMs: number[] = [];
  const reports: string[] = [];
  const socket = { isClogged: false };
  const gate = new Gate(muteStyle, messageFrames, {
    pass: (pcm, captureEndMs) => {
      passed.push((pcm[0] ?? 0) - 1);
      endsMs.push(captureEndMs);
    },
    cutMessage: () => reports.push(`cut after ${passed.length}`),
    canPass: () => !socket.isClogged,
    onCongested: (count) => reports.push(`congested ${count}`),
    onLost: (count) => reports.push(`lost ${count}`),
  });
  let nowMs = 0;
  /** One frame, 20 ms after the one before it. */
  const push = (n: number, captureEndMs = n * 20, isSilent = false, pauseMs = 20): void => {
    nowMs += pauseMs;
    gate.push(frame(n), captureEndMs, isSilent, nowMs);
  };
  /** Frames from `from` up to `to`, as they are captured. */
  const speak = (from: number, to: number, isSilent: (n: number) => boolean = () => false): void => {
    for (let n = from; n < to; n++) push(n, n * 20, isSilent(n));
  };
  const open = (): void => gate.open(nowMs);
  const lose = (): void => gate.lose(nowMs);
  return { gate, passed, endsMs, reports, socket, push, speak, open, lose };
}

describe('Gate', () => {
  test('passes nothing while closed and keeps the newest 25 frames, 500 ms', () => {
    const { gate, passed, speak, open } = createGate();
    speak(0, 40);
    expect(passed).toEqual([]);
    open();
    speak(40, 70);
    expect(passed).toEqual(range(15, 70));
    expect(gate.counters).toMatchObject({ passedFrames: 55, droppedBeforeOpenFrames: 15, mutedFrames: 0 });
  });

  test('catches up at twice real time: two frames leave for each that comes, in order, until none waits', () => {
    const { passed, push, speak, open } = createGate();
    speak(0, 25);
    open();
    speak(25, 49);
    expect(passed.length).toBe(48);
    push(49, 0);
    push(50, 0);
    expect(passed).toEqual(Array.from({ length: 51 }, (_, i) => i));
  });

  test('hands the capture time on with its frame', () => {
    const { endsMs, push, open } = createGate();
    push(0, 20);
    open();
    push(1, 40);
    expect(endsMs).toEqual([20, 40]);
  });

  test('sends zeros while muted where the vendor needs a steady stream', () => {
    const { gate, passed, push, open } = createGate('zeros');
    open();
    push(7, 0);
    gate.setMuted(true);
    push(8, 0);
    gate.setMuted(false);
    push(9, 0);
    expect(passed).toEqual([7, -1, 9]);
    expect(gate.counters.mutedFrames).toBe(1);
  });

  test('sends nothing while muted elsewhere', () => {
    const { gate, passed, push, open } = createGate('nothing');
    open();
    gate.setMuted(true);
    push(1, 0);
    gate.setMuted(false);
    push(2, 0);
    expect(passed).toEqual([2]);
  });

  test('muting does not reach back into the pre-roll', () => {
    const { gate, passed, push, open } = createGate('zeros');
    push(3, 0);
    gate.setMuted(true);
    open();
    push(4, 0);
    expect(passed).toEqual([3, -1]);
  });

  test('a gate that was closed keeps the newest 25 frames again, and none of them twice', () => {
    const { gate, passed, push, speak, open } = createGate();
    open();
    push(0, 0);
    gate.close();
    speak(1, 31);
    expect(passed).toEqual([0]);
    open();
    speak(31, 60);
    expect(passed).toEqual([0, ...range(6, 60)]);
  });

  test('a gate that never opened counts all that it dropped', () => {
    const { gate, passed, speak } = createGate();
    speak(0, 30);
    gate.finish();
    expect(passed).toEqual([]);
    expect(gate.counters.droppedBeforeOpenFrames).toBe(30);
  });
});

describe('Gate on a socket that is clogged', () => {
  test('frames wait 140 ms, then the oldest silent one is dropped, then the oldest; each is counted and reported', () => {
    const { gate, passed, reports, socket, speak, open } = createGate();
    open();
    speak(0, 5);
    socket.isClogged = true;
    speak(5, 12);
    expect(gate.counters.congestedFrames).toBe(0);
    speak(12, 15, (n) => n === 13);
    expect(gate.counters.congestedFrames).toBe(3);
    socket.isClogged = false;
    speak(15, 25);
    expect(passed).toEqual([0, 1, 2, 3, 4, ...range(7, 13), ...range(14, 25)]);
    expect(passed.length + gate.counters.congestedFrames).toBe(25);
    expect(reports).toEqual(['congested 3']);
  });

  test('5 s of it are reported every 200 ms, to the frame, and caught up at twice real time at most', () => {
    const { gate, passed, reports, socket, speak, open } = createGate();
    open();
    socket.isClogged = true;
    speak(0, 250);
    socket.isClogged = false;
    const before = passed.length;
    speak(250, 255);
    expect(passed.length - before).toBe(10);
    speak(255, 280);
    const reported = reports.reduce((sum, report) => sum + Number(report.split(' ')[1]), 0);
    expect(reported).toBe(gate.counters.congestedFrames);
    expect(passed.length + reported).toBe(280);
    expect(passed.at(-1)).toBe(279);
    expect(reports.length).toBeGreaterThan(20);
  });

  test('what there is to catch up after the opening is no congestion', () => {
    const { gate, passed, socket, speak, open } = createGate();
    speak(0, 25);
    open();
    speak(25, 35);
    socket.isClogged = true;
    speak(35, 38);
    socket.isClogged = false;
    speak(38, 70);
    expect(gate.counters.congestedFrames).toBe(0);
    expect(passed).toEqual(range(0, 70));
  });
});

describe('Gate when frames do not come one by one', () => {
  test.each([2, 3, 5])('a device that delivers %d at once is not held up', (count) => {
    const { passed, push, open } = createGate();
    open();
    const waiting: number[] = [];
    for (let n = 0; n < 60; n++) {
      push(n, n * 20, false, n % count === 0 ? count * 20 : 0);
      waiting.push(n + 1 - passed.length);
    }
    expect(Math.max(...waiting.slice(20))).toBe(0);
  });

  test('1,400 ms that a blocked loop held up are caught up at twice real time, and nothing of them is dropped', () => {
    const { passed, gate, push, speak, open } = createGate();
    open();
    speak(0, 10);
    for (let n = 10; n < 80; n++) push(n, n * 20, false, n === 10 ? 1_400 : 0);
    expect(passed.length).toBeLessThanOrEqual(12);
    for (let n = 80; n < 170; n++) {
      const before = passed.length;
      speak(n, n + 1);
      expect(passed.length - before).toBeLessThanOrEqual(2);
    }
    expect(passed).toEqual(range(0, 170));
    expect(gate.counters.congestedFrames).toBe(0);
  });

  test('of 10 s that a blocked loop held up, the last 1,500 ms and what may wait anyway are kept, and the rest is reported', () => {
    const { passed, gate, reports, push, speak, open } = createGate();
    open();
    for (let n = 0; n < 500; n++) push(n, n * 20, false, n === 0 ? 10_000 : 0);
    speak(500, 620);
    const reported = reports.reduce((sum, report) => sum + Number(report.split(' ')[1]), 0);
    expect(passed.length + reported).toBe(620);
    expect(reported).toBe(gate.counters.congestedFrames);
    expect(passed.at(-1)).toBe(619);
  });
});

describe('what waits for too long', () => {
  test('is no pre-roll any more, also when nothing is captured after it', () => {
    const { gate, passed, speak, open } = createGate('nothing');
    open();
    gate.close();
    speak(0, 25);
    gate.setMuted(true);
    speak(25, 200);
    open();
    speak(200, 210);
    expect(passed).toEqual([]);
    expect(gate.counters.droppedBeforeOpenFrames).toBe(25);
  });

  test('is lost with the connection, also when nothing is captured after it', () => {
    const { gate, passed, reports, speak, open, lose } = createGate('nothing');
    open();
    lose();
    speak(0, 25);
    gate.setMuted(true);
    speak(25, 100);
    open();
    speak(100, 110);
    expect(passed).toEqual([]);
    expect(reports).toEqual(['lost 25']);
  });

  test('and was not caught up when the connection broke again, has waited since the first gap', () => {
    const { passed, reports, speak, open, lose } = createGate();
    open();
    lose();
    speak(0, 50);
    open();
    speak(50, 52);
    lose();
    speak(52, 90);
    open();
    speak(90, 100);
    expect(passed).toEqual([...range(0, 4), ...range(90, 100)]);
    expect(reports).toEqual(['lost 86']);
  });
});

describe('Gate with messages of 3 frames', () => {
  test('lets whole messages out, at twice real time at most, and keeps what is no message yet', () => {
    const { gate, passed, reports, speak, open } = createGate('zeros', 3);
    speak(0, 25);
    open();
    const counts: number[] = [];
    for (let n = 25; n < 55; n++) {
      speak(n, n + 1);
      counts.push(passed.length);
    }
    expect(counts.every((count) => count % 3 === 0)).toBe(true);
    for (let i = 6; i < counts.length; i++) expect((counts[i] ?? 0) - (counts[i - 6] ?? 0)).toBeLessThanOrEqual(15);
    expect(passed).toEqual(range(0, 54));
    expect(reports).toEqual([]);
    expect(gate.counters.congestedFrames).toBe(0);
  });

  test('a vendor that stops listening in mid-message loses nothing: what was begun leaves with the next opening', () => {
    const { gate, passed, speak, open } = createGate('zeros', 3);
    open();
    speak(0, 5);
    gate.close();
    speak(5, 7);
    open();
    speak(7, 12);
    expect(passed).toEqual(range(0, 12));
  });

  test('a connection that comes back takes no half message of the one before', () => {
    const { gate, passed, speak, open, lose } = createGate('zeros', 3);
    open();
    speak(0, 4);
    lose();
    speak(4, 90);
    open();
    speak(90, 96);
    expect(passed).toEqual([0, 1, 2, ...range(90, 96)]);
    expect(gate.counters).toMatchObject({ passedFrames: 9, lostFrames: 87 });
  });
});

describe('mute where nothing is sent', () => {
  test('sends what is no whole message yet at once, so that it is not the beginning of what is said later', () => {
    const { gate, passed, reports, speak, open } = createGate('nothing', 3);
    open();
    speak(0, 4);
    gate.setMuted(true);
    expect(passed).toEqual(range(0, 4));
    expect(reports).toEqual(['cut after 4']);
    speak(4, 70);
    gate.setMuted(false);
    speak(70, 73);
    expect(passed).toEqual([...range(0, 4), ...range(70, 73)]);
  });
});

describe('the end of a session', () => {
  test('that is behind sends 100 ms at once and the rest at twice real time, while it may', () => {
    const { gate, passed, reports, speak, open } = createGate();
    speak(0, 25);
    open();
    for (let nowMs = 520; nowMs <= 600; nowMs += 20) gate.tick(nowMs);
    expect(passed.length).toBe(10);
    expect(gate.isBehind).toBe(true);
    gate.finish();
    expect(passed).toEqual(range(0, 15));
    expect(reports).toEqual(['congested 10']);
  });
});

describe('the end of a turn', () => {
  test('cuts the last message short, behind everything that was said before it', () => {
    const { gate, passed, reports, speak, open } = createGate('nothing', 3);
    speak(0, 20);
    open();
    speak(20, 22);
    gate.endTurn(() => reports.push(`out after ${passed.length}`));
    expect(passed.length).toBeLessThan(22);
    gate.setMuted(true);
    speak(22, 60);
    expect(passed).toEqual(range(0, 22));
    expect(reports).toEqual(['cut after 22', 'out after 22']);
  });

  test('is out at once where nothing waits, and waits for a connection that is gone', () => {
    const { gate, passed, reports, speak, open, lose } = createGate('nothing', 3);
    open();
    speak(0, 3);
    gate.endTurn(() => reports.push('first'));
    expect(reports).toEqual(['first']);
    lose();
    speak(3, 7);
    gate.endTurn(() => reports.push('second'));
    gate.setMuted(true);
    speak(7, 20);
    expect(reports).toEqual(['first']);
    open();
    speak(20, 25);
    expect(passed).toEqual(range(0, 7));
    expect(reports).toEqual(['first', 'cut after 7', 'second']);
  });

  test('comes with a mute that stops the stream: no frame of before leads what is said after it', () => {
    const { gate, passed, reports, speak, open } = createGate('nothing', 3);
    open();
    speak(0, 4);
    gate.setMuted(true);
    expect(passed).toEqual(range(0, 4));
    expect(reports).toEqual(['cut after 4']);
    speak(4, 60);
    gate.setMuted(false);
    speak(60, 63);
    expect(passed).toEqual([...range(0, 4), ...range(60, 63)]);
  });

  test('is out, too, when its audio was dropped', () => {
    const { gate, reports, socket, speak, open } = createGate();
    open();
    socket.isClogged = true;
    speak(0, 3);
    gate.endTurn(() => reports.push('out'));
    speak(3, 12);
    expect(reports).toEqual(['out']);
  });
});

describe('a session that ends while its socket is clogged', () => {
  test('gives up what has waited for 200 ms, when the socket takes audio again in half a second only', () => {
    const { gate, passed, reports, socket, speak, open } = createGate();
    open();
    speak(0, 10);
    socket.isClogged = true;
    speak(10, 17);
    for (let nowMs = 360; nowMs <= 420; nowMs += 20) gate.tick(nowMs);
    expect(gate.isBehind).toBe(true);
    for (let nowMs = 440; nowMs <= 860; nowMs += 20) gate.tick(nowMs);
    expect(gate.isBehind).toBe(false);
    socket.isClogged = false;
    gate.finish();
    expect(passed).toEqual(range(0, 10));
    expect(reports).toEqual(['congested 7']);
  });

  test('says what did not leave', () => {
    const { gate, passed, reports, socket, speak, open } = createGate();
    open();
    speak(0, 3);
    socket.isClogged = true;
    speak(3, 8);
    gate.finish();
    expect(passed).toEqual([0, 1, 2]);
    expect(gate.counters).toMatchObject({ congestedFrames: 5, droppedBeforeOpenFrames: 0 });
    expect(reports).toEqual(['congested 5']);
  });
});

describe('Gate without a connection', () => {
  test('a gap of up to 1,500 ms is kept and replayed whole', () => {
    const { passed, reports, speak, open, lose } = createGate();
    open();
    speak(0, 10);
    lose();
    speak(10, 85);
    open();
    speak(85, 200);
    expect(passed).toEqual(range(0, 200));
    expect(reports).toEqual([]);
  });

  test('a longer one is given up whole, and reported with its length when it is over', () => {
    const { gate, passed, reports, speak, open, lose } = createGate();
    open();
    speak(0, 10);
    lose();
    speak(10, 86);
    expect(reports).toEqual([]);
    speak(86, 110);
    open();
    speak(110, 120);
    expect(passed).toEqual([...range(0, 10), ...range(110, 120)]);
    expect(reports).toEqual(['lost 100']);
    expect(gate.counters.lostFrames).toBe(100);
  });

  test('what was muted is no loss of speech; a gap that never ends is reported at the end of the session', () => {
    const { gate, reports, speak, open, lose } = createGate();
    open();
    lose();
    gate.setMuted(true);
    speak(0, 90);
    gate.setMuted(false);
    speak(90, 95);
    gate.finish();
    expect(reports).toEqual(['lost 5']);
  });

  test('a second gap starts anew', () => {
    const { passed, reports, speak, open, lose } = createGate();
    open();
    lose();
    speak(0, 80);
    open();
    lose();
    speak(80, 100);
    open();
    speak(100, 130);
    expect(passed).toEqual(range(80, 130));
    expect(reports).toEqual(['lost 80']);
  });
});

/** Whole numbers from `from` up to `to`. */
function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
