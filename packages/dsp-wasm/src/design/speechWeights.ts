// This file holds the weights that the detector was fitted with. Written by `pnpm --filter @voicewire/dsp-wasm fit:vad`.

/**
 * Logistic weights of the features of assembly/speechScore.ts, in their order, then w₀. Fitted to the development part of
 * the shared recordings that test/vadSplit.ts names, and to seeded noise: test/vadFit. Every one of those recordings has
 * a licence that allows it: public domain, CC0, CC BY, MIT, BSD or Apache 2.0.
 */
export const SPEECH_WEIGHTS: readonly number[] = [
  // s_b
  2.43783, -0.336722, -2.50812, 1.20543, -0.5132, -0.859036, -2.70622, 5.1071,
  // q_b
  0.0035824, -2.20742, 2.33491, 8.57259, -0.969926, 1.62082, -3.16629, -0.226506,
  // c_b
  -2.66085, 4.54745, -2.12868, -1.91395, -3.69802, 1.59411, 6.58082, -3.23028,
  // v, m̄, m̃, v̄, ṽ
  2.48086, 1.78956, -5.44887, -3.19528, 19.1541,
  // w₀
  -4.2768,
];
