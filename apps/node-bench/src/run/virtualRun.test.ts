import { loadDsp } from '@voicewire/dsp-wasm';
import { conversation } from '@voicewire/sandbox/memory';
import { describe, expect, test } from 'vitest';
import { DEFAULT_INPUT, loadUtterance } from '../input/utterance.ts';
import type { Run } from '../result/benchResult.ts';
import { STAGES, TURN_PARTS } from '../result/stages.ts';
import { VENDORS, findVendors } from '../target/vendors.ts';
import type { RunOptions } from './runOptions.ts';
import { runVirtually, type VirtualNetwork } from './virtualRun.ts';

async function measure(options: Partial<RunOptions> = {}, network?: VirtualNetwork): Promise<Run> {
  return measureVendor('voice-api', options, network);
}

async function measureVendor(name: string, options: Partial<RunOptions>, network?: VirtualNetwork): Promise<Run> {
  const [[vendorName, vendor] = []] = findVendors(name);
  if (vendorName === undefined || vendor === undefined) throw new Error(`There is no ${name}.`);
  const utterance = await loadUtterance(DEFAULT_INPUT, await loadDsp());
  const defaults = { sessions: 1, turns: 3, warmupTurns: 1, answerLimitMs: 3000, seed: 1 };
  return runVirtually({ vendorName, vendor, utterance, ...defaults, ...options }, network);
}

const waitsOf = (run: Run) => run.turnRecords.map(({ stages }) => stages.responseWait);
const addTo = (durations: readonly (number | 'inf')[], ms: number) =>
  durations.map((each) => Math.round((Number(each) + ms) * 1000) / 1000);

describe('a virtual run', () => {
  test('gives the same bytes for the same seed, and other numbers for another', async () => {
    const first = JSON.stringify(await measure());
    expect(JSON.stringify(await measure())).toBe(first);
    expect(JSON.stringify(await measure({ seed: 2 }))).not.toBe(first);
  });

  test('measures every stage in every turn, and the parts add up', async () => {
    const run = await measure({ turns: 4 });
    expect([run.turns, run.failedTurns, run.warmupTurns]).toEqual([4, 0, 1]);
    expect(run.turnRecords.map(({ session, turn }) => [session, turn])).toEqual([1, 2, 3, 4].map((turn) => [1, turn]));
    for (const { stages } of run.turnRecords) {
      const sum = TURN_PARTS.reduce((total, part) => total + Number(stages[part]), 0);
      expect(Math.abs(sum - Number(stages.timeToFirstAudio))).toBeLessThan(1e-6);
      // The sandbox waits 560 ms of silence, the client holds 60 ms, and a fade takes 5 ms after at most one 10 ms block.
      expect(Number(stages.responseWait)).toBeGreaterThan(560);
      expect(Number(stages.timeToFirstAudio)).toBeLessThan(1200);
      expect(Number(stages.decodedToJitterOut)).toBeLessThanOrEqual(80);
      expect(Number(stages.bargeInToSilence)).toBeGreaterThan(0);
      expect(Number(stages.bargeInToSilence)).toBeLessThanOrEqual(15.1);
    }
    // 20 ms to be accepted and 100 ms for the agent, as the sandbox is set.
    expect(run.stages.connect?.p50).toBe(120);
    expect(run.stages.captureToWire?.max).toBe(0);
  });

  test('finds 43 ms of network delay again: once each way in responseWait, four times in connect', async () => {
    const [near, far] = [await measure(), await measure({}, { delayMs: 43 })];
    // To one hop of the sandbox's detector: connecting later, it has heard less before the turn, and may judge one hop apart.
    const expected = addTo(waitsOf(near), 86);
    for (const [i, wait] of waitsOf(far).entries()) {
      expect(Math.abs(Number(wait) - (expected[i] ?? NaN))).toBeLessThanOrEqual(20.001);
    }
    // Upgrade there and back, token there, agent_ready back.
    expect(Number(far.stages.connect?.p50) - Number(near.stages.connect?.p50)).toBeCloseTo(172, 6);
    // The speaker takes audio every 10 ms, so that an arrival between two of these instants waits for less.
    const delayMs = Number(far.stages.decodedToJitterOut?.p50) - Number(near.stages.decodedToJitterOut?.p50);
    expect(Math.abs(delayMs)).toBeLessThanOrEqual(10);
  });

  test('finds 300 ms of thinking again, in responseWait and nowhere else', async () => {
    const thinking = { behaviour: { agent: conversation({ thinkMs: 300, silenceMs: 0 }) } };
    const [quick, slow] = [await measure(), await measure({}, thinking)];
    expect(waitsOf(slow)).toEqual(addTo(waitsOf(quick), 300));
    expect(slow.stages.decodedToJitterOut).toEqual(quick.stages.decodedToJitterOut);
    expect(slow.stages.connect).toEqual(quick.stages.connect);
  });

  test('an agent that never answers fails every turn: all is "inf" but connect and captureToWire', async () => {
    const run = await measure({}, { behaviour: { agent: () => ({}) } });
    expect(run.failedTurns).toBe(3);
    expect(run.turnRecords.map(({ failure }) => failure)).toEqual(['no-answer', 'no-answer', 'no-answer']);
    expect([run.stages.responseWait?.min, run.stages.timeToFirstAudio?.p50, run.stages.bargeInToSilence?.max]).toEqual([
      'inf',
      'inf',
      'inf',
    ]);
    expect(run.stages.connect?.p50).toBe(120);
    expect(run.stages.captureToWire?.count).toBeGreaterThan(100);
  });

  test('an answer that comes after the limit counts as none', async () => {
    const run = await measure(
      { answerLimitMs: 2000 },
      { behaviour: { agent: conversation({ thinkMs: 1900, silenceMs: 0 }) } },
    );
    expect(run.turnRecords.map(({ failure }) => failure)).toEqual(['no-answer', 'no-answer', 'no-answer']);
  });

  test('a conversation that breaks off after 2 of 4 turns leaves 2 answered turns and 2 failed ones', async () => {
    const agent = conversation({ thinkMs: 0, silenceMs: 0 });
    const run = await measure(
      { turns: 4, warmupTurns: 0 },
      { behaviour: { agent, voiceApi: { faults: [{ name: 'dropped', delayMs: 17_000 }] } } },
    );
    expect(run.turnRecords.map(({ failure }) => failure)).toEqual([null, null, 'connection-lost', 'connection-lost']);
    expect(run.stages.timeToFirstAudio?.p50).not.toBe('inf');
    expect(run.stages.timeToFirstAudio?.p90).toBe('inf');
  });

  test('3 sessions of 2 turns each are measured side by side', async () => {
    const run = await measure({ sessions: 3, turns: 2 });
    expect([run.sessions, run.turns, run.failedTurns, run.warmupTurns]).toEqual([3, 6, 0, 3]);
    expect(run.stages.connect?.count).toBe(3);
    expect(run.turnRecords.map(({ session, turn }) => `${session}.${turn}`)).toEqual([
      '1.1',
      '1.2',
      '2.1',
      '2.2',
      '3.1',
      '3.2',
    ]);
  });

  test.each([...VENDORS.keys()])(
    '%s: 2 sessions of 2 turns each, every stage, the same bytes for the same seed',
    async (name) => {
      const run = await measureVendor(name, { sessions: 2, turns: 2 });
      expect([run.vendor, run.sessions, run.turns, run.failedTurns]).toEqual([name, 2, 4, 0]);
      expect(Object.keys(run.stages).toSorted()).toEqual([...STAGES].toSorted());
      for (const { stages } of run.turnRecords) {
        expect(Number(stages.responseWait)).toBeGreaterThan(560);
        expect(Number(stages.timeToFirstAudio)).toBeLessThan(1200);
        expect(Number(stages.bargeInToSilence)).toBeLessThanOrEqual(15.1);
      }
      expect(JSON.stringify(await measureVendor(name, { sessions: 2, turns: 2 }))).toBe(JSON.stringify(run));
    },
  );

  test('a turn that begins long after the greeting was cut off is measured like any other', async () => {
    const run = await measure({ sessions: 6, turns: 1, warmupTurns: 0 });
    expect(run.failedTurns).toBe(0);
    expect(run.stages.wireToDecoded?.max).toBe(0);
  });

  test('when no session can connect, the run fails as the client did', async () => {
    const behaviour = { voiceApi: { faults: ['auth-failed'] } } as const;
    await expect(measure({}, { behaviour })).rejects.toMatchObject({ code: 'auth-failed' });
  });
});
