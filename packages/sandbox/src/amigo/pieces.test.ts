import { loadDsp } from '@voicewire/dsp-wasm';
import { describe, expect, test } from 'vitest';
import { FaultPlan } from '../server/faultPlan.ts';
import { pcmToBytes } from '../server/pcmBytes.ts';
import { RateConverter } from '../speech/rateConverter.ts';
import type { AmigoFault, AmigoFaultName } from './faults.ts';
import { FAULTS } from './faults.ts';
import type { AmigoSettings } from './options.ts';
import { AMIGO_DEFAULTS } from './options.ts';
import type { PieceFormat } from './pieces.ts';
import { LineCutter, encodeContent } from './pieces.ts';

const dsp = await loadDsp();
const rates = new RateConverter((pair) => dsp.createResampler(pair));
const ramp = (samples: number): Int16Array => Int16Array.from({ length: samples }, (_, i) => i % 20_000);
const line = (text: string, samples: number) => ({ text, pcm: ramp(samples) });

function cutter(settings: Partial<AmigoSettings> = {}, faults: readonly AmigoFault[] = [], text = false): LineCutter {
  const format: PieceFormat = {
    responseFormat: text ? 'text' : 'voice',
    audioFormat: 'pcm',
    settings: { ...AMIGO_DEFAULTS, ...settings },
    faults: new FaultPlan<AmigoFaultName>(FAULTS, faults),
    rates,
    mp3: undefined,
  };
  return new LineCutter(format);
}

const joined = (pieces: ReturnType<LineCutter['cut']>): Uint8Array =>
  Uint8Array.from(pieces.flatMap(({ content }) => [...(content as Uint8Array)]));

describe('LineCutter', () => {
  test.each([0, 1, 319, 1600, 1601, 16_000, 33_333])(
    'a line of %d samples comes out whole, in pieces of 100 ms',
    (samples) => {
      const pieces = cutter().cut(line('Hello.', samples));
      expect(joined(pieces)).toEqual(pcmToBytes(ramp(samples)));
      expect(pieces.length).toBe(Math.max(1, Math.ceil(samples / 1600)));
      expect(pieces.reduce((sum, { durationMs }) => sum + durationMs, 0)).toBeCloseTo(samples / 16, 6);
      expect(pieces.flatMap(({ pcm }) => [...(pcm ?? [])])).toEqual([...ramp(samples)]);
    },
  );

  test.each([1, 3, 20, 99.9, 60_000])('with pieces of %d ms, too', (pieceMs) => {
    expect(joined(cutter({ pieceMs }).cut(line('Hello.', 5000)))).toEqual(pcmToBytes(ramp(5000)));
  });

  test('lines follow each other after 220 ms; the alignment of all runs over the whole message', () => {
    const lines = cutter();
    const first = lines.cut(line('Hi.', 16_000));
    const second = lines.cut(line('You?', 8000));
    expect(joined(second).length).toBe(2 * (3520 + 8000));
    expect(
      joined(second)
        .slice(0, 2 * 3520)
        .every((byte) => byte === 0),
    ).toBe(true);
    expect(first[0]?.alignment).toEqual([
      [0, 'H'],
      [333, 'i'],
      [666, '.'],
    ]);
    expect(second[0]?.alignment?.[0]).toEqual([1220, ' ']);
    expect([...first, ...second].filter(({ alignment }) => alignment !== null).length).toBe(2);
  });

  test('at another rate there are as many ms', () => {
    const pieces = cutter({ pcmSampleRate: 24_000 }).cut(line('Hello.', 16_000));
    expect(joined(pieces).length).toBe(48_000);
    expect(pieces.reduce((sum, { durationMs }) => sum + durationMs, 0)).toBeCloseTo(1000, 6);
  });

  test('odd lengths and single bytes lose nothing', () => {
    for (const faults of [['odd-pieces'], ['tiny-pieces'], ['huge-pieces']] as const) {
      expect(joined(cutter({}, faults).cut(line('Hello.', 16_000)))).toEqual(pcmToBytes(ramp(16_000)));
    }
  });

  test('text comes in three words at a time, with the blanks between them and between lines', () => {
    const lines = cutter({}, [], true);
    const pieces = [...lines.cut(line('One two three four.', 100)), ...lines.cut(line('Five.', 100))];
    expect(pieces.map(({ content }) => encodeContent(content))).toEqual(['One two three ', 'four.', ' Five.']);
    expect(pieces.every(({ alignment }) => alignment === null)).toBe(true);
  });

  test('a line without words is a piece all the same', () => {
    expect(cutter({}, [], true).cut(line('', 0)).length).toBe(1);
  });
});
