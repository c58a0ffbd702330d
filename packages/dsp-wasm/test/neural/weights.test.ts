import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSeededRandom } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { readTensors } from '../../scripts/neural/onnx.mjs';
import { packWeights } from '../../scripts/neural/packWeights.mjs';
import { packModel, readSourceModel } from '../../scripts/neural/sourceModel.mjs';
import { encodeWeightFile, toHalf } from '../../scripts/neural/weightFile.mjs';
import { decodeWeights } from '../../src/neural/weightText.ts';
import { joinPlanes, MATRIX_FLOATS, readWeightFile, VECTOR_FLOATS } from '../../src/neural/weightFile.ts';
import { open, SHIPPED_WEIGHTS } from './detectors.ts';

const model = readSourceModel();
const weights = packModel(model);

describe('the shipped weights', () => {
  test('are what the script makes of the pinned model, byte for byte', () => {
    expect(Buffer.compare(encodeWeightFile(weights, 16, model), SHIPPED_WEIGHTS)).toBe(0);
    expect([weights.matrices.length, weights.vectors.length]).toEqual([MATRIX_FLOATS, VECTOR_FLOATS]);
  });

  test('come out of the text inside the package as they are in the file', () => {
    expect(Buffer.compare(decodeWeights(), SHIPPED_WEIGHTS)).toBe(0);
  });

  test('stand in the memory as the nearest half floats, widened exactly', () => {
    const { buffer, regions } = open().stage.stage;
    const at = regions[0]?.offsetBytes ?? expect.fail('No regions.');
    const floats = new Float32Array(buffer, at, MATRIX_FLOATS);
    const wrong = weights.matrices.findIndex((trained, i) => toHalf(trained) !== toHalf(floats[i] ?? Number.NaN));
    expect(wrong).toBe(-1);
    // Half of the last of eleven bits, or of the smallest subnormal number.
    const tooFar = weights.matrices.findIndex((trained, i) => {
      return Math.abs(trained - (floats[i] ?? Number.NaN)) > Math.max(Math.abs(trained) * 2 ** -11, 2 ** -25);
    });
    expect(tooFar).toBe(-1);
  });
});

describe('the notice beside the weights', () => {
  test('carries their licence, and says which model they came from', () => {
    const notice = readFileSync(new URL('../../assets/NOTICE', import.meta.url), 'utf8');
    expect(notice).toContain('Copyright (c) 2020-present Silero Team');
    expect(notice).toContain(createHash('sha256').update(model).digest('hex'));
  });
});

describe('half floats', () => {
  test('are read back by the kernel for all 63488 finite patterns, subnormal ones too', () => {
    const halves = Uint16Array.from({ length: 65_536 }, (_, i) => i).filter((half) => (half & 0x7c00) !== 0x7c00);
    const file = encodeWeightFile(weights, 16, model);
    const planes = file.subarray(64, 64 + 2 * MATRIX_FLOATS);
    const first = (half: number, i: number): void => {
      planes[i] = half >> 8;
      planes[MATRIX_FLOATS + i] = half;
    };
    halves.forEach(first);
    const joined = new Uint8Array(2 * MATRIX_FLOATS);
    joinPlanes(planes, joined);
    expect([...new Uint16Array(joined.buffer, 0, 5)]).toEqual([0, 1, 2, 3, 4]);
    const { kernels, buffer, regions } = open().stage.stage;
    const at = regions[0]?.offsetBytes ?? expect.fail('No regions.');
    new Uint8Array(buffer, at + 2 * MATRIX_FLOATS, joined.length).set(joined);
    kernels.expandHalves(at + 2 * MATRIX_FLOATS, at, MATRIX_FLOATS);
    const floats = new Float32Array(buffer, at, halves.length);
    expect(halves.findIndex((half, i) => valueOfHalf(half) !== floats[i])).toBe(-1);
    expect(halves.findIndex((half) => toHalf(valueOfHalf(half)) !== half && half !== 0x8000)).toBe(-1);
  });

  test('are the nearest ones, ties to even', () => {
    const random = createSeededRandom(8);
    const wrong = Array.from({ length: 5000 }, () =>
      Math.fround((random.next() - 0.5) * 2 ** random.integer(-20, 4)),
    ).filter((value) => {
      const half = toHalf(value);
      const error = Math.abs(valueOfHalf(half) - value);
      return [half - 1, half + 1].some((neighbour) => {
        const other = Math.abs(valueOfHalf(neighbour & 0xffff) - value);
        return other < error || (other === error && half % 2 === 1);
      });
    });
    expect(wrong.filter((value) => value !== 0)).toEqual([]);
    expect(() => toHalf(70_000)).toThrow('too large');
  });
});

describe('a weight file', () => {
  const spoil = (at: number, value: number): Uint8Array => {
    const file = SHIPPED_WEIGHTS.slice();
    file[at] = value;
    return file;
  };

  test.each([
    ['is empty', new Uint8Array(0), 'header'],
    ['ends early', SHIPPED_WEIGHTS.subarray(0, 100_000), 'should have 447300 bytes'],
    ['is something else', spoil(0, 1), 'not a weight file'],
    ['has a later version', spoil(4, 2), 'not a weight file'],
    ['has 8 bits per weight', spoil(5, 8), '16 or 32'],
    ['has another number of weights', spoil(8, 1), 'another network'],
    ['has one wrong byte', spoil(300_000, (SHIPPED_WEIGHTS[300_000] ?? 0) ^ 1), 'damaged'],
  ])('that %s is refused with invalid-weights', (_, file, words) => {
    try {
      readWeightFile(file);
      expect.fail('It was taken.');
    } catch (error) {
      expect(error).toMatchObject({ code: 'invalid-weights', message: expect.stringContaining(words) });
    }
  });

  test('may be an ArrayBuffer, or lie anywhere in a larger one', () => {
    const larger = new Uint8Array(SHIPPED_WEIGHTS.length + 10);
    larger.set(SHIPPED_WEIGHTS, 3);
    const inside = readWeightFile(larger.subarray(3, 3 + SHIPPED_WEIGHTS.length));
    expect(readWeightFile(SHIPPED_WEIGHTS.slice().buffer).vectors).toEqual(inside.vectors);
  });
});

describe('the extraction', () => {
  test('refuses a model with a tensor missing, of another shape, or with another transform', () => {
    const tensors = readTensors(model);
    const bias = 'If_0_then_branch__Inline_0__encoder.2.reparam_conv.bias';
    const basis = 'If_0_then_branch__Inline_0__stft.forward_basis_buffer';
    const without = new Map(tensors);
    without.delete(bias);
    expect(() => packWeights(without)).toThrow('should be 64, not missing');
    const reshaped = new Map(tensors).set(bias, { shape: [65], values: new Float32Array(65) });
    expect(() => packWeights(reshaped)).toThrow('should be 64, not 65');
    const { shape, values } = tensors.get(basis) ?? expect.fail('No transform.');
    const bent = new Map(tensors).set(basis, { shape, values: values.map((x, i) => (i === 999 ? x + 1e-5 : x)) });
    expect(() => packWeights(bent)).toThrow('differs from a Fourier transform at 999');
  });

  test('refuses what is no model: cut off, or other bytes', () => {
    expect(() => readTensors(model.subarray(0, 1000))).toThrow('not an ONNX model');
    expect(() => readTensors(Uint8Array.of(0xff, 0xff))).toThrow('not an ONNX model');
  });
});

function valueOfHalf(half: number): number {
  const sign = half >> 15 === 1 ? -1 : 1;
  const [exponent, mantissa] = [(half >> 10) & 31, half & 1023];
  return sign * (exponent === 0 ? mantissa * 2 ** -24 : (1024 + mantissa) * 2 ** (exponent - 25));
}
