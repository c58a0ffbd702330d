import { loadDsp } from '@voicewire/dsp-wasm';
import { assertNear, decodeWav, findSharedFile } from '@voicewire/testkit';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createRateConverter } from '../src/node/rateConverter.ts';
import { createRig } from './support/rig.ts';

const recording = findSharedFile('data/e2e/fakemic_two_turns_48k.wav');
const labels = findSharedFile('data/labels.json');
/** A pause inside a turn is shorter than the silence that ends one; the detector is late by its smoothing. */
const TOLERANCE_MS = 250;

interface Labels {
  readonly [file: string]: { readonly segments: readonly (readonly [startS: number, endS: number])[] };
}

describe('recorded speech', () => {
  test('of two turns, with digital silence between them, both are found, and each is answered', async ({ skip }) => {
    if (recording === null || labels === null) skip('the shared recordings are not beside the repository');
    const dsp = await loadDsp();
    const { samples, sampleRate } = decodeWav(readFileSync(recording ?? ''));
    const pcm = createRateConverter(dsp)({ sampleRate, pcm: samples });
    const rig = createRig({ agent: 'conversation' });
    const client = rig.connectClient();
    client.keepSilent(8000);
    client.speak(pcm);
    client.keepSilent(12_000);
    const { segments } = (JSON.parse(readFileSync(labels ?? '', 'utf8')) as Labels)[
      'e2e/fakemic_two_turns_48k.wav'
    ] ?? { segments: [] };
    expect(segments.length).toBe(2);
    expect(rig.record.utterances.length).toBe(2);
    for (const [i, [startS, endS]] of segments.entries()) {
      const heard = rig.record.utterances[i];
      assertNear(`start of turn ${i + 1}`, (heard?.startSample ?? 0) / 16 - 8000, startS * 1000, TOLERANCE_MS, 'ms');
      assertNear(`end of turn ${i + 1}`, (heard?.endSample ?? 0) / 16 - 8000, endS * 1000, TOLERANCE_MS, 'ms');
    }
    expect(rig.verdicts).toEqual([]);
    expect(rig.record.lines.length).toBeGreaterThanOrEqual(3);
  });
});
