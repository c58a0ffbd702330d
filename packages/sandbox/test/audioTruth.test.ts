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

test('the test signal through a capture chain breaks no rule; without the tracker neither', () => {
  for (const audioTruth of ['signal', 'content', 'off'] as const) {
    const rig = createRig({ audioTruth });
    rig.connectClient().speak(captureSignal(4000));
    expect(rig.verdicts).toEqual([]);
  }
});

test('a frame that a client forgot is T-01 with its 320 samples, and only where the signal is judged', () => {
  const pcm = captureSignal(4000);
  const gap = Int16Array.from([...pcm.subarray(0, 32_000), ...pcm.subarray(32_320)]);
  const rig = createRig({ audioTruth: 'signal' });
  rig.connectClient().speak(gap);
  expect(rig.record.violations.map(({ ruleId, detail }) => `${ruleId} ${detail}`)).toEqual([
    'T-01 320 samples are missing',
  ]);
  const other = createRig({ audioTruth: 'content' });
  other.connectClient().speak(gap);
  expect(other.verdicts).toEqual([]);
});
