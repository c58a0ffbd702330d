// This file finds the one model that the weights may come from, and refuses any other.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readTensors } from './onnx.mjs';
import { packWeights } from './packWeights.mjs';

/** Silero VAD 6.2, as @ricky0123/vad-web 0.0.31 ships it. */
const FILE = 'silero_vad_v6.onnx';
const SHA256 = '1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3';

/**
 * @returns {Uint8Array}
 * @throws {Error} When the installed file is another one.
 */
export function readSourceModel() {
  const folder = dirname(createRequire(import.meta.url).resolve('@ricky0123/vad-web'));
  const model = readFileSync(join(folder, FILE));
  const sha256 = createHash('sha256').update(model).digest('hex');
  if (sha256 !== SHA256) throw new Error(`${FILE} has the SHA-256 ${sha256}, not ${SHA256}.`);
  return model;
}

/** @param {Uint8Array} model @returns {import('./packWeights.mjs').PackedWeights} */
export function packModel(model) {
  return packWeights(readTensors(model));
}
