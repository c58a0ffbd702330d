// This file is the plain twin of assembly/neural in double precision: the network as it was trained, written out.
import type { Tensor } from '../../scripts/neural/packWeights.d.mts';

const PREFIX = 'If_0_then_branch__Inline_0__';
const [CONTEXT, HOP, SIZE, STEP, BINS] = [64, 512, 256, 128, 129];

/** One column per entry, one value per channel. */
type Columns = readonly Float64Array[];

/** Scores hops of 512 samples at 16 kHz, with nothing left out: the transform is the stored one, and all taps count. */
export function makeSileroReference(tensors: ReadonlyMap<string, Tensor>): (hop: Float32Array) => number {
  const weights = (name: string): Float32Array => {
    const tensor = tensors.get(PREFIX + name);
    if (tensor === undefined) throw new Error(`No tensor ${name}.`);
    return tensor.values;
  };
  const basis = weights('stft.forward_basis_buffer');
  const layers = [0, 1, 2, 3].map((i) => ({
    weight: weights(`encoder.${i}.reparam_conv.weight`),
    bias: weights(`encoder.${i}.reparam_conv.bias`),
    stride: i === 1 || i === 2 ? 2 : 1,
  }));
  const [wx, wh] = [weights('decoder.rnn.weight_ih'), weights('decoder.rnn.weight_hh')];
  const [bx, bh] = [weights('decoder.rnn.bias_ih'), weights('decoder.rnn.bias_hh')];
  const [wo, bo] = [weights('decoder.decoder.2.weight'), weights('decoder.decoder.2.bias')];
  const window = new Float64Array(CONTEXT + HOP + CONTEXT);
  let h: Float64Array = new Float64Array(128);
  let c: Float64Array = new Float64Array(128);

  return (hop) => {
    window.copyWithin(0, HOP, HOP + CONTEXT);
    window.set(hop, CONTEXT);
    for (let i = 0; i < CONTEXT; i++) window[CONTEXT + HOP + i] = at(window, CONTEXT + HOP - 2 - i);
    let columns: Columns = [0, 1, 2, 3].map((t) => magnitudes(basis, window.subarray(t * STEP, t * STEP + SIZE)));
    for (const layer of layers) columns = convolve(columns, layer);
    const [x = new Float64Array(0)] = columns;
    const gates = Float64Array.from({ length: 512 }, (_, row) => {
      return at(bx, row) + at(bh, row) + dot(wx, row * 128, x) + dot(wh, row * 128, h);
    });
    const [i, f, g, o] = [0, 1, 2, 3].map((k) => gates.subarray(k * 128, (k + 1) * 128)) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    c = c.map((cell, n) => sigmoid(at(f, n)) * cell + sigmoid(at(i, n)) * Math.tanh(at(g, n)));
    h = c.map((cell, n) => sigmoid(at(o, n)) * Math.tanh(cell));
    return sigmoid(at(bo, 0) + dot(wo, 0, h.map(positive)));
  };
}

function magnitudes(basis: Float32Array, samples: Float64Array): Float64Array {
  const part = (row: number): number => dot(basis, row * SIZE, samples);
  return Float64Array.from({ length: BINS }, (_, k) => Math.hypot(part(k), part(BINS + k)));
}

/** Three taps, a column of zeros on either side, then ReLU. */
function convolve(
  input: Columns,
  { weight, bias, stride }: { readonly weight: Float32Array; readonly bias: Float32Array; readonly stride: number },
): Columns {
  const channels = input[0]?.length ?? 0;
  return Array.from({ length: Math.ceil(input.length / stride) }, (_, t) =>
    Float64Array.from(bias, (start, output) => {
      let sum = start;
      for (let tap = 0; tap < 3; tap++) {
        const column = input[t * stride + tap - 1];
        if (column === undefined) continue;
        for (let i = 0; i < channels; i++) {
          sum += at(weight, (output * channels + i) * 3 + tap) * at(column, i);
        }
      }
      return positive(sum);
    }),
  );
}

function dot(weights: Float32Array, from: number, values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += at(weights, from + i) * at(values, i);
  return sum;
}

function at(values: Float32Array | Float64Array, index: number): number {
  return values[index] ?? Number.NaN;
}

function positive(x: number): number {
  return Math.max(0, x);
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
