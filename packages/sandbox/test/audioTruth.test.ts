import { loadDsp } from '@voicewire/dsp-wasm';
import { expect, test } from 'vitest';
import { createTestSignal } from '../src/core.ts';
import { createRig } from './support/rig.ts';

const dsp = await loadDsp();

/** The test signal as a client's microphone path makes it of 48 kHz. */
function captureSignal(durationMs: number): Int16Array {
  const chain: number[] = [];
  const capture = dsp.createCaptureChain({
    inputSampleRate: 48_000,
    onFrame: (pcm) => chain.push(...pcm),
  });
  const signal = createTestSignal(48_000, durationMs);
  for (let at = 0; at + 128 <= signal.length; at += 128) capture.process(signal.subarray(at, at + 128));
  capture.dispose();
  return Int16Array.from(chain);
}

const breachesOf = (rig: ReturnType<typeof createRig>): string[] =>
  rig.record.violations.map(({ ruleId, detail }) => `${ruleId} ${detail}`);

test('the test signal through a capture chain breaks no rule; without the tracker neither', () => {
  for (const audioTruth of ['signal', 'auto', 'content', 'off'] as const) {
    const rig = createRig({ audioTruth });
    rig.connectClient().speak(captureSignal(4000));
    expect(rig.verdicts).toEqual([]);
  }
});

test('a frame that a client forgot is T-01 with its 320 samples, and only where the signal is judged, as by default', () => {
  const pcm = captureSignal(4000);
  const gap = Int16Array.from([...pcm.subarray(0, 32_000), ...pcm.subarray(32_320)]);
  for (const level of [{}, { audioTruth: 'auto' }, { audioTruth: 'signal' }] as const) {
    const rig = createRig(level);
    rig.connectClient().speak(gap);
    expect(breachesOf(rig)).toEqual(['T-01 320 samples are missing']);
  }
  const other = createRig({ audioTruth: 'content' });
  other.connectClient().speak(gap);
  expect(other.verdicts).toEqual([]);
});

test('by default, one missing sample, a wrong rate and folded tones are found in the test signal', () => {
  const toPcm = (signal: Float32Array): Int16Array => Int16Array.from(signal, (x) => Math.round(x * 32_767));
  const signal48 = createTestSignal(48_000, 4000);
  const cases: readonly (readonly [Int16Array, RegExp])[] = [
    [captureSignal(4000).filter((_, i) => i !== 31_999), /^T-01 1 sample is missing$/],
    [toPcm(signal48), /^T-02 the samples were taken at 48000 Hz, wanted 16000$/],
    [toPcm(signal48.filter((_, i) => i % 3 === 0)), /^T-06 a tone above 8 kHz appears at 4000 Hz/],
  ];
  for (const [pcm, breach] of cases) {
    const rig = createRig();
    rig.connectClient().speak(pcm);
    expect(breachesOf(rig)[0]).toMatch(breach);
  }
});
