// This file lays Silero's weights out in the order in which the kernel reads them, without those that never count.
//
// A kernel reads its weights once per hop from front to back: for each block of outputs, for each input, the outputs'
// weights side by side. Taps of a convolution that would only ever meet its zero padding are left out.

/** @typedef {import('./onnx.mjs').Tensor} Tensor */

const PREFIX = 'If_0_then_branch__Inline_0__';
/** What the 16 kHz branch must be made of; anything else is another network. */
const SHAPES = /** @type {const} */ ({
  'stft.forward_basis_buffer': [258, 1, 256],
  'encoder.0.reparam_conv.weight': [128, 129, 3],
  'encoder.0.reparam_conv.bias': [128],
  'encoder.1.reparam_conv.weight': [64, 128, 3],
  'encoder.1.reparam_conv.bias': [64],
  'encoder.2.reparam_conv.weight': [64, 64, 3],
  'encoder.2.reparam_conv.bias': [64],
  'encoder.3.reparam_conv.weight': [128, 64, 3],
  'encoder.3.reparam_conv.bias': [128],
  'decoder.rnn.weight_ih': [512, 128],
  'decoder.rnn.weight_hh': [512, 128],
  'decoder.rnn.bias_ih': [512],
  'decoder.rnn.bias_hh': [512],
  'decoder.decoder.2.weight': [1, 128, 1],
  'decoder.decoder.2.bias': [1],
});
/** How far the stored transform may be from a Fourier transform under a periodic Hann window, which replaces it. */
const LARGEST_BASIS_ERROR = 2e-7;

/** @typedef {{ matrices: Float32Array, vectors: Float32Array }} PackedWeights `vectors`: biases, and the decoder's weights. */

/**
 * @param {Map<string, Tensor>} tensors Of the whole model.
 * @returns {PackedWeights}
 * @throws {Error} That names the tensor which is missing, or is of another shape.
 */
export function packWeights(tensors) {
  const find = (/** @type {keyof typeof SHAPES} */ name) => findTensor(tensors, name);
  checkBasis(find('stft.forward_basis_buffer'));
  const matrices = [
    packBlocks(find('encoder.0.reparam_conv.weight'), { outputs: 128, inputs: 129, taps: [0, 1, 2], block: 8 }),
    packBlocks(find('encoder.1.reparam_conv.weight'), { outputs: 64, inputs: 128, taps: [0, 1, 2], block: 16 }),
    // Two columns come in and one goes out: its first tap lies before the first column. Inputs: column by column.
    packBlocks(byColumn(find('encoder.2.reparam_conv.weight'), [1, 2]), {
      outputs: 64,
      inputs: 128,
      taps: [0],
      block: 32,
    }),
    // One column comes in: only the middle tap meets it.
    packBlocks(byColumn(find('encoder.3.reparam_conv.weight'), [1]), {
      outputs: 128,
      inputs: 64,
      taps: [0],
      block: 32,
    }),
    packBlocks(find('decoder.rnn.weight_ih'), { outputs: 512, inputs: 128, taps: [0], block: 32 }),
    packBlocks(find('decoder.rnn.weight_hh'), { outputs: 512, inputs: 128, taps: [0], block: 32 }),
  ];
  const recurrentBias = find('decoder.rnn.bias_hh');
  const vectors = [
    ...[0, 1, 2, 3].map((i) => find(/** @type {'encoder.0.reparam_conv.bias'} */ (`encoder.${i}.reparam_conv.bias`))),
    find('decoder.rnn.bias_ih').map((bias, i) => bias + (recurrentBias[i] ?? 0)),
    find('decoder.decoder.2.weight'),
    find('decoder.decoder.2.bias'),
  ];
  return { matrices: join(matrices), vectors: join(vectors) };
}

/** @param {Map<string, Tensor>} tensors @param {keyof typeof SHAPES} name */
function findTensor(tensors, name) {
  const wanted = SHAPES[name].join(' x ');
  const tensor = tensors.get(PREFIX + name);
  if (tensor?.shape.join(' x ') === wanted) return tensor.values;
  throw new Error(`${PREFIX + name} should be ${wanted}, not ${tensor?.shape.join(' x ') ?? 'missing'}.`);
}

/** The kernel computes the transform; it must be the one that the network was trained on. @param {Float32Array} basis */
function checkBasis(basis) {
  const size = 256;
  const bins = size / 2 + 1;
  const wrong = basis.findIndex((value, at) => {
    const [row, n] = [Math.floor(at / size), at % size];
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size);
    const turns = (2 * Math.PI * ((row % bins) * n)) / size;
    const wanted = window * (row < bins ? Math.cos(turns) : -Math.sin(turns));
    return Math.abs(value - wanted) > LARGEST_BASIS_ERROR;
  });
  if (wrong >= 0) throw new Error(`The transform differs from a Fourier transform at ${wrong}.`);
}

/** [output][input][tap] to [output][tap of `taps`][input]. @param {Float32Array} weights @param {readonly number[]} taps */
function byColumn(weights, taps) {
  const [inputs, tapCount] = [64, 3];
  const rows = weights.length / (inputs * tapCount);
  return Float32Array.from({ length: rows * taps.length * inputs }, (_, at) => {
    const [row, rest] = [Math.floor(at / (taps.length * inputs)), at % (taps.length * inputs)];
    const tap = taps[Math.floor(rest / inputs)] ?? 0;
    return weights[(row * inputs + (rest % inputs)) * tapCount + tap] ?? Number.NaN;
  });
}

/**
 * [output][input][tap] to [block of outputs][input][tap][output of the block].
 *
 * @param {Float32Array} weights
 * @param {{ outputs: number, inputs: number, taps: readonly number[], block: number }} layout
 */
function packBlocks(weights, { outputs, inputs, taps, block }) {
  const packed = new Float32Array(outputs * inputs * taps.length);
  let at = 0;
  for (let first = 0; first < outputs; first += block) {
    for (let input = 0; input < inputs; input++) {
      for (const tap of taps) {
        for (let output = first; output < first + block; output++) {
          packed[at++] = weights[(output * inputs + input) * taps.length + tap] ?? Number.NaN;
        }
      }
    }
  }
  return packed;
}

/** @param {readonly Float32Array[]} parts */
function join(parts) {
  const joined = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
