// This file holds the weights that the detector was fitted with. Written by `pnpm --filter @voicewire/dsp-wasm fit:vad`.

/**
 * Logistic weights of the features of assembly/speechScore.ts, in their order, then w₀. Fitted to the development part of
 * the shared recordings that test/vadSplit.ts names, and to seeded noise: test/vadFit. Every one of those recordings has
 * a licence that allows it: public domain, CC0, CC BY, MIT, BSD, Apache 2.0 or CMU ARCTIC.
 */
export const SPEECH_WEIGHTS: readonly number[] = [
  // s_b
  3.84442, -1.47094, -3.26873, 2.03256, 0.364958, -1.44916, -3.11746, 5.41116,
  // q_b
  -0.264075, -1.23886, 1.96278, 9.44055, -1.80202, 1.82993, -2.05618, -0.906012,
  // c_b
  -3.62322, 4.38932, -0.832471, -2.75273, -3.6051, 2.18753, 5.0255, -2.24645,
  // v, m̄, m̃, v̄, ṽ
  2.66237, 2.09379, -6.12878, -2.72237, 18.0288,
  // w₀
  -4.70848,
];
