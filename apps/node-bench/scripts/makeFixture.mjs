// This file makes the default input: a short question, spoken by flite (BSD-style licence), and its sidecar.
//
// Needs the `flite` command. The same flite version gives the same file; run it again only to change the words.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readWav } from '@voicewire/client/node';

const TEXT = 'Could you tell me how long you heard me speak?';
const VOICE = 'slt';
/** Before the speech, so that a detector has heard the room, and after it. */
const MARGIN_S = 0.3;
/** Quieter than this is silence: far below speech, above the dither of a synthesizer. */
const SILENCE_DB = -50;
/** Length of the windows whose level is compared with it. */
const WINDOW_S = 0.005;

const target = fileURLToPath(new URL('../fixtures/question.wav', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'voicewire-fixture-'));
try {
  const spoken = join(folder, 'spoken.wav');
  execFileSync('flite', ['-voice', VOICE, '-t', TEXT, '-o', spoken]);
  const { sampleRate, samples } = readWav(readFileSync(spoken));
  const { first, end } = findSpeech(samples, Math.round(WINDOW_S * sampleRate));
  const margin = Math.round(MARGIN_S * sampleRate);
  const speech = samples.subarray(first, end);
  const padded = new Float32Array(speech.length + 2 * margin);
  padded.set(speech, margin);
  writeFileSync(target, encodeWav(padded, sampleRate));
  const seconds = (/** @type {number} */ sample) => Math.round((sample / sampleRate) * 1e6) / 1e6;
  const span = [seconds(margin), seconds(margin + speech.length)].join(', ');
  const method = `flite, voice ${VOICE}; ${WINDOW_S * 1000} ms windows above ${SILENCE_DB} dBFS, digital silence around them`;
  // By hand, in the shape the formatter keeps.
  const fields = [`"text": ${JSON.stringify(TEXT)}`, `"segments": [[${span}]]`, `"method": ${JSON.stringify(method)}`];
  writeFileSync(`${target}.json`, `{\n  ${fields.join(',\n  ')}\n}\n`);
  console.log(`${target}: ${seconds(padded.length)} s at ${sampleRate} Hz, speech ${span} s`);
} finally {
  rmSync(folder, { recursive: true });
}

/**
 * First sample of the first window that is not silent, and end of the last one.
 *
 * @param {Float32Array} samples
 * @param {number} windowSamples
 */
function findSpeech(samples, windowSamples) {
  let first = samples.length;
  let end = 0;
  for (let start = 0; start + windowSamples <= samples.length; start += windowSamples) {
    const energy = samples.subarray(start, start + windowSamples).reduce((sum, value) => sum + value * value, 0);
    if (10 * Math.log10(energy / windowSamples + 1e-12) < SILENCE_DB) continue;
    first = Math.min(first, start);
    end = start + windowSamples;
  }
  if (end === 0) throw new Error('flite spoke nothing.');
  return { first, end };
}

/**
 * Mono 16-bit PCM.
 *
 * @param {Float32Array} samples
 * @param {number} sampleRate
 */
function encodeWav(samples, sampleRate) {
  const data = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const bytes = new Uint8Array(data.buffer);
  const tag = (/** @type {number} */ at, /** @type {string} */ text) => bytes.set(new TextEncoder().encode(text), at);
  tag(0, 'RIFF');
  data.setUint32(4, 36 + samples.length * 2, true);
  tag(8, 'WAVEfmt ');
  data.setUint32(16, 16, true);
  data.setUint16(20, 1, true);
  data.setUint16(22, 1, true);
  data.setUint32(24, sampleRate, true);
  data.setUint32(28, sampleRate * 2, true);
  data.setUint16(32, 2, true);
  data.setUint16(34, 16, true);
  tag(36, 'data');
  data.setUint32(40, samples.length * 2, true);
  samples.forEach((value, i) =>
    data.setInt16(44 + i * 2, Math.max(-32768, Math.min(32767, Math.round(value * 32768))), true),
  );
  return bytes;
}
