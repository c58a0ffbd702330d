// This file holds the weights that the detector was fitted with. Written by `pnpm --filter @voicewire/dsp-wasm fit:vad`.

/**
 * Logistic weights of the features of assembly/speechScore.ts, in their order, then w₀. Fitted to the development part of
 * the shared recordings that test/vadSplit.ts names, and to seeded noise: test/vadFit. Every one of those recordings has
 * a licence that allows it: public domain, CC0, CC BY, MIT, BSD or Apache 2.0.
 */
export const SPEECH_WEIGHTS: readonly number[] = [
  // s_b
  2.438, -0.337, -2.508, 1.205, -0.513, -0.859, -2.706, 5.107,
  // q_b
  0.004, -2.207, 2.335, 8.573, -0.97, 1.621, -3.166, -0.227,
  // c_b
  -2.661, 4.547, -2.129, -1.914, -3.698, 1.594, 6.581, -3.23,
  // v, m̄, m̃, v̄, ṽ
  2.481, 1.79, -5.449, -3.195, 19.154,
  // w₀
  -4.277,
];
