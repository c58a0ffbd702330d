import { assertSameSamples, createSeededRandom, makeNoise } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { Dsp } from '../../src/dsp.ts';
import { scalarWasmBytes } from '../../src/fallback.ts';
import { openStage } from '../../src/load/stage.ts';
import { MemoryMap } from '../../src/memory/memoryMap.ts';
import { CONCEALER_STRUCT_BYTES, createConcealer } from '../../src/player/concealer.ts';
import { createGain, GAIN_STRUCT_BYTES } from '../../src/player/gain.ts';
import { createTimeStretch, STRETCH_STRUCT_BYTES } from '../../src/player/timeStretch.ts';
import { SUPPORTED_SAMPLE_RATES } from '../../src/sampleRates.ts';
import { createDsp } from '../../src/sync.ts';
import { expectCanariesAlive, setCanaries } from '../canaries.ts';
import { compileKernels, joinFloats, makeDsp } from '../streams.ts';
import { concealStream, makeSpeech, stretchStream } from './playerStreams.ts';

const module = compileKernels();

describe("the player's kernels", () => {
  test('fit into the places that the host reserves for their structs', () => {
    const { kernels } = openStage(module, new MemoryMap());
    for (const [kind, bytes] of [STRETCH_STRUCT_BYTES, CONCEALER_STRUCT_BYTES, GAIN_STRUCT_BYTES].entries()) {
      expect(kernels.playerStructBytes(kind)).toBeGreaterThan(0);
      expect(kernels.playerStructBytes(kind)).toBeLessThanOrEqual(bytes);
    }
  });

  test.each(SUPPORTED_SAMPLE_RATES)(
    '%i Hz: write nothing outside their regions in blocks of random length',
    (sampleRate) => {
      const random = createSeededRandom(sampleRate + 3);
      for (const maxInputSamples of [1, 37, 4096]) {
        const options = { sampleRate, maxInputSamples };
        const stretch = createTimeStretch(module, options);
        const concealer = createConcealer(module, options);
        const gain = createGain(module, options);
        const stages = [stretch.stage, concealer.stage, gain.stage];
        const buffers = stages.map(({ buffer }) => buffer);
        for (const stage of stages) setCanaries(stage);
        for (let i = 0; i < 300; i++) {
          const block = makeNoise(random, random.integer(0, maxInputSamples), 2);
          if (i % 10 === 0) stretch.ratio = i % 40 === 0 ? 1 : random.integer(0, 1) === 0 ? 0.85 : 1.15;
          stretch.process(block);
          if (i % 60 === 59) stretch.flush();
          if (random.integer(0, 4) === 0) concealer.conceal(block.length);
          else concealer.process(block);
          if (i % 7 === 0) gain.rampTo(random.next(), random.integer(0, 100));
          gain.process(block);
        }
        for (const stage of stages) expectCanariesAlive(stage);
        expect(stages.map(({ buffer }) => buffer)).toEqual(buffers);
      }
    },
  );

  test('give the same bits without SIMD', () => {
    const scalar = createDsp(scalarWasmBytes());
    const speech = joinFloats([makeSpeech(22_050, 800), makeNoise(createSeededRandom(81), 3000)]);
    const isMissing = Array.from(speech, (_, n) => n % 5000 > 4000 && n % 5000 < 4500);
    const run = (dsp: Dsp): Float32Array => {
      const gain = dsp.createGain({ sampleRate: 22_050 });
      gain.rampTo(0.3, 40);
      return joinFloats([
        stretchStream(dsp.createTimeStretch({ sampleRate: 22_050 }), [
          { samples: speech, ratio: 0.87 },
          { samples: speech, ratio: 1.13 },
        ]),
        concealStream(dsp.createConcealer({ sampleRate: 22_050 }), speech, isMissing),
        gain.process(speech.subarray(0, 4095)).slice(),
        dsp.crossFade(speech, speech.toReversed()),
      ]);
    };
    assertSameSamples('everything', run(scalar), run(makeDsp()));
  });
});
