// This file holds the weights that the detector was fitted with. Written by `pnpm --filter @voicewire/dsp-wasm fit:vad`.

/**
 * Logistic weights of the features of assembly/speechScore.ts, in their order, then w₀. Fitted to the development part of
 * the shared recordings that test/vadSplit.ts names, and to seeded noise: test/vadFit. Every one of those recordings has
 * a licence that allows it: public domain, CC0, CC BY, MIT, BSD, Apache 2.0 or CMU ARCTIC.
 */
export const SPEECH_WEIGHTS: readonly number[] = [
  // s_b
  3.64621, -1.82272, -2.99096, 1.38213, 0.447662, -1.02096, -2.77736, 5.03937,
  // q_b
  -0.657527, -1.30421, 3.32192, 8.36498, -2.32302, 2.45195, -2.90354, -0.330211,
  // c_b
  -3.09978, 4.22438, -1.29112, -2.28649, -2.78996, 1.56658, 4.83452, -2.35788,
  // v, m̄, m̃, v̄, ṽ
  2.2878, 2.04439, -5.44095, -2.69459, 18.9793,
  // w₀
  -4.56069,
];
