// This file renders the clips that ship with the package, with flite 2.2 and its voice slt, and packs them into
// clips/english.vwc. The same flite gives the same bytes. Run it with `pnpm make:clips`, which builds first; with
// `--check` it only compares.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readWav } from '../dist/node/wavSamples.js';
import { packClipFile } from '../dist/speech/clipFile.js';
import { encodeMulaw } from '../dist/speech/mulaw.js';
import { listClipTexts } from '../dist/speech/vocabulary.js';

const SAMPLE_RATE = 16_000;
const OUTPUT = new URL('../clips/english.vwc', import.meta.url);
/** The voice as it is speaks slowly; 10 % faster sounds like conversation and saves as much space. */
const STRETCH = 0.9;
/** Below this, sound at the ends of a clip is cut off (-54 dB). */
const SILENCE_LEVEL = 64;
/** What stays of the silence around a clip, in samples (10 ms). */
const MARGIN_SAMPLES = 160;

const folder = mkdtempSync(join(tmpdir(), 'voicewire-clips-'));
try {
  const clips = listClipTexts().map(({ text, prompt }) => ({ text, audio: encodeMulaw(trim(speak(prompt))) }));
  const bytes = packClipFile({ sampleRate: SAMPLE_RATE, voice: 'flite 2.2 slt' }, clips);
  const seconds = clips.reduce((sum, { audio }) => sum + audio.length, 0) / SAMPLE_RATE;
  console.log(`${clips.length} clips, ${seconds.toFixed(1)} s, ${(bytes.length / 1e6).toFixed(2)} MB`);
  if (!process.argv.includes('--check')) writeFileSync(OUTPUT, bytes);
  else if (Buffer.compare(readFileSync(OUTPUT), bytes) !== 0) throw new Error('clips/english.vwc is out of date.');
} finally {
  rmSync(folder, { recursive: true });
}

function speak(prompt) {
  const path = join(folder, 'clip.wav');
  execFileSync('flite', ['-voice', 'slt', '--setf', `duration_stretch=${STRETCH}`, '-o', path, '-t', prompt]);
  const { sampleRate, pcm } = readWav(readFileSync(path));
  if (sampleRate !== SAMPLE_RATE) throw new Error(`flite spoke at ${sampleRate} Hz, wanted ${SAMPLE_RATE}.`);
  return pcm;
}

/** Without the silence at both ends. */
function trim(pcm) {
  const isSound = (sample) => Math.abs(sample) >= SILENCE_LEVEL;
  const first = Math.max(0, pcm.findIndex(isSound) - MARGIN_SAMPLES);
  const last = Math.min(pcm.length, pcm.findLastIndex(isSound) + 1 + MARGIN_SAMPLES);
  return pcm.subarray(first, last);
}
