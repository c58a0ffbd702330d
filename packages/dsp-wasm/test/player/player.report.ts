// This file measures the player's stages on speech and writes docs/playerMeasured.md and its pictures.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { lagsOf } from '../../src/player/lags.ts';
import { stretchReference } from '../reference/playerReference.ts';
import { readLabelledClips } from '../sharedSpeech.ts';
import { makeDsp } from '../streams.ts';
import type { Sound } from './playerMeasures.ts';
import { mean, measureGaps, measureJoins, similarityAfterInverse } from './playerMeasures.ts';
import { plotSpectrograms, plotWaveforms } from './playerPlots.ts';
import { concealStream, makeSpeech } from './playerStreams.ts';

const RATIOS = [0.87, 0.95, 1.05, 1.149];
const GAPS_MS = [5, 10, 20, 40, 60];
const SAMPLE_RATE = 16_000;
const docs = new URL('../../docs/', import.meta.url);
const dsp = makeDsp();

interface Cost {
  readonly date: string;
  readonly cpu: string;
  readonly node: string;
  readonly rounds: number;
  readonly rows: readonly {
    readonly name: string;
    readonly sampleRate: number;
    readonly microsecondsPerFrame: number;
    readonly withoutSimd: number;
  }[];
}

function soundsByKind(): [string, Sound[]][] {
  const made = [1, 2, 3].map((seed) => ({ sampleRate: SAMPLE_RATE, samples: makeSpeech(SAMPLE_RATE, 10_000, seed) }));
  const clips = readLabelledClips()?.filter(({ kind }) => kind === 'manual' || kind === 'forced') ?? [];
  const recorded = clips.map(({ samples, sampleRate }) => ({
    sampleRate,
    samples: samples.subarray(0, 10 * sampleRate),
  }));
  return [
    ['made by the test kit, 3 × 10 s', made],
    [`recorded, ${recorded.length} clips, 10 s of each`, recorded],
  ];
}

function stretchRows(name: string, sounds: readonly Sound[]): string[] {
  return RATIOS.map((ratio) => {
    const joins = sounds.map((sound) => measureJoins(sound, ratio));
    const similarities = sounds.map((sound) => similarityAfterInverse(dsp, sound, ratio));
    const cells = [
      mean(similarities).toFixed(3),
      Math.min(...similarities).toFixed(3),
      mean(joins.map(({ joinsPerSecond }) => joinsPerSecond)).toFixed(1),
      Math.max(...joins.map(({ stepRatio }) => stepRatio)).toFixed(2),
      mean(joins.map(({ fluxRatio }) => fluxRatio)).toFixed(2),
    ];
    return `| ${name} | ${ratio} | ${cells.join(' | ')} |`;
  });
}

function gapRows(name: string, sounds: readonly Sound[]): string[] {
  return GAPS_MS.map((gapMs) => {
    const gaps = sounds.map((sound) => measureGaps(dsp, sound, gapMs));
    const cells = [
      mean(gaps.map(({ gainDb }) => gainDb)).toFixed(1),
      mean(gaps.map(({ distanceDb }) => distanceDb)).toFixed(1),
      mean(gaps.map(({ silenceDistanceDb }) => silenceDistanceDb)).toFixed(1),
      Math.max(...gaps.map(({ stepRatio }) => stepRatio)).toFixed(2),
    ];
    return `| ${name} | ${gapMs} | ${cells.join(' | ')} |`;
  });
}

/** What `pnpm bench:dsp` has measured last; nothing before that. */
function costLines(): string[] {
  const file = new URL('playerCost.json', docs);
  if (!existsSync(file)) return [];
  const { date, cpu, node, rounds, rows } = JSON.parse(readFileSync(file, 'utf8')) as Cost;
  return [
    '## Cost',
    '',
    `${date}, ${cpu}, Node ${node}, ${rounds} interleaved rounds, medians of CPU time per 20 ms of audio in blocks of 128,`,
    'copies and calls included. A quantum in which a join is made takes what one join does. "Without SIMD" is `/fallback`.',
    '',
    '| | µs at 24 kHz | without SIMD | µs at 48 kHz | without SIMD |',
    '| --- | --: | --: | --: | --: |',
    ...[...new Set(rows.map(({ name }) => name))].map((name) => {
      const cells = rows
        .filter((row) => row.name === name)
        .flatMap(({ microsecondsPerFrame, withoutSimd }) => [microsecondsPerFrame.toFixed(1), withoutSimd.toFixed(1)]);
      return `| ${name} | ${cells.join(' | ')} |`;
    }),
    '',
  ];
}

function drawPictures(): void {
  const speech = makeSpeech(SAMPLE_RATE, 1500, 5);
  const stretched = [0.85, 1.15].map((ratio) => ({
    ratio,
    ...stretchReference([{ samples: speech, ratio }], lagsOf(SAMPLE_RATE)),
  }));
  const sounds = [
    { title: 'speech-like sound of the test kit', samples: speech },
    ...stretched.map(({ ratio, output, joins }) => ({
      title: `ratio ${ratio}`,
      samples: output,
      spans: joins.map((at): [number, number] => [at, at + 160]),
    })),
  ];
  const shaded = sounds.map((sound, i) => (i === 0 ? sound : { ...sound, title: `${sound.title}, joins shaded` }));
  writeFileSync(new URL('stretchWaveforms.svg', docs), plotWaveforms(shaded, SAMPLE_RATE));
  writeFileSync(new URL('stretchSpectrograms.svg', docs), plotSpectrograms(sounds, SAMPLE_RATE));
  const [from, to] = [1100, 1100 + 1600];
  const isMissing = Array.from(speech, (_, n) => n >= from + 480 && n < from + 800);
  const concealed = concealStream(dsp.createConcealer({ sampleRate: SAMPLE_RATE }), speech, isMissing);
  const near = [
    { title: 'the same sound', samples: speech.subarray(from, to) },
    {
      title: '20 ms missing: concealed, then merged for 10 ms',
      samples: concealed.subarray(from, to),
      spans: [
        [480, 800],
        [800, 960],
      ] as const,
    },
  ];
  writeFileSync(new URL('concealment.svg', docs), plotWaveforms(near, SAMPLE_RATE));
}

describe('the report on the player', () => {
  test('docs/playerMeasured.md and its pictures are written', { timeout: 300_000 }, () => {
    const kinds = soundsByKind().filter(([, sounds]) => sounds.length > 0);
    const lines = [
      '# The player’s kernels, measured',
      '',
      '<!-- Written by test/player/player.report.ts, `pnpm --filter @voicewire/dsp-wasm report:player`: change it there. -->',
      '',
      'What is measured, and by which formulas, is said in [player-kernels.md](player-kernels.md).',
      '',
      '## Time-stretch',
      '',
      'Similarity: stretched by the ratio, then by one over it, against the original; 1 is the same. Step: the largest at any',
      'join over the largest in the speech. Flux: in the middle of joins, over what it is anywhere.',
      '',
      '| speech | ratio | similarity, mean | least | joins per s | step | flux |',
      '| --- | --: | --: | --: | --: | --: | --: |',
      ...kinds.flatMap(([name, sounds]) => stretchRows(name, sounds)),
      '',
      '![Waveforms](stretchWaveforms.svg)',
      '![Spectrograms](stretchSpectrograms.svg)',
      '',
      '## Concealment',
      '',
      'A gap every 190 ms, in speech, noise and pauses alike. Spectral distance: between what was made up and what was missing, mean',
      'over 24 bands up to 3.6 kHz; beside it, that of silence. Gain: how much less wrong than silence the first 10 ms are, sample by',
      'sample; noise that goes on as other noise is wrong by 3 dB, and one loud onset in a gap outweighs all the rest. Step as above.',
      '',
      '| speech | gap ms | gain dB | spectral distance dB | of silence | step |',
      '| --- | --: | --: | --: | --: | --: |',
      ...kinds.flatMap(([name, sounds]) => gapRows(name, sounds)),
      '',
      '![Concealment](concealment.svg)',
      '',
      ...costLines(),
    ];
    drawPictures();
    writeFileSync(new URL('playerMeasured.md', docs), lines.join('\n'));
    expect(kinds.length).toBeGreaterThan(0);
  });
});
