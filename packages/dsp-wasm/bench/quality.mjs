// This file measures what a subject does to sound, by the same tones for everyone.
import { findStrongestLine, fitSine, makeImpulse, makeTone, measureDelaySamples } from '@voicewire/testkit';

const ANALYSED_SAMPLES = 8192;
/** Below full scale, so that int16 subjects do not clip. */
const TONE_AMPLITUDE = 0.989;
/** Longer than any run-in here: the native FFT resampler's is 42 ms. */
const RUN_IN_MS = 120;

/**
 * @param {import('./subjects.mjs').OpenSubject} subject @param {number} from @param {number} to
 * @returns {Promise<{ aliasDb: number, rippleDb: number, snrDb: number, latencyMs: number }>} `aliasDb` is the strongest
 *   line that should not be there, of any tone in the pass band or above 1.125 × the lower Nyquist frequency.
 */
export async function measureQuality(subject, from, to) {
  const nyquistHz = Math.min(from, to) / 2;
  let aliasDb = Number.NEGATIVE_INFINITY;
  for (const frequencyHz of spreadHz(1.125 * nyquistHz, from / 2, 8)) {
    const output = await convertTone(subject, from, to, frequencyHz);
    aliasDb = Math.max(aliasDb, findStrongestLine(output, { sampleRate: to }).levelDb);
  }
  let rippleDb = 0;
  let snrDb = Number.POSITIVE_INFINITY;
  for (const frequencyHz of spreadHz(0.02 * nyquistHz, 0.875 * nyquistHz, 8)) {
    const output = await convertTone(subject, from, to, frequencyHz);
    const fit = fitSine(output, frequencyHz, to);
    rippleDb = Math.max(rippleDb, Math.abs(20 * Math.log10(fit.amplitudeRatio / TONE_AMPLITUDE)));
    snrDb = Math.min(snrDb, fit.snrDb);
    aliasDb = Math.max(aliasDb, findStrongestLine(output, { sampleRate: to, ignoreHz: [frequencyHz] }).levelDb);
  }
  return { aliasDb, rippleDb, snrDb, latencyMs: await measureLatencyMs(subject, from, to) };
}

/** The filter's delay, and what a subject that works in batches holds back before it answers. */
async function measureLatencyMs(
  /** @type {import('./subjects.mjs').OpenSubject} */ subject,
  /** @type {number} */ from,
  /** @type {number} */ to,
) {
  const impulseAt = 441 * 20;
  const { output, heldBackMs } = await subject.convert(makeImpulse(impulseAt * 3, impulseAt));
  const wanted = makeImpulse(output.length, Math.floor((impulseAt * to) / from));
  return heldBackMs + (measureDelaySamples(wanted, output) * 1000) / to;
}

/** The steady part of a tone after conversion. */
async function convertTone(
  /** @type {import('./subjects.mjs').OpenSubject} */ subject,
  /** @type {number} */ from,
  /** @type {number} */ to,
  /** @type {number} */ frequencyHz,
) {
  const runInSamples = Math.ceil((RUN_IN_MS * to) / 1000);
  const sampleCount = Math.ceil(((2 * runInSamples + ANALYSED_SAMPLES) * from) / to);
  const tone = makeTone({ frequencyHz, sampleRate: from, sampleCount, amplitudeRatio: TONE_AMPLITUDE });
  const { output } = await subject.convert(tone);
  return output.subarray(runInSamples, runInSamples + ANALYSED_SAMPLES);
}

/** `count` frequencies from `startHz` to just below `endHz`; none when the band is empty. */
function spreadHz(/** @type {number} */ startHz, /** @type {number} */ endHz, /** @type {number} */ count) {
  if (endHz <= startHz) return [];
  return Array.from({ length: count }, (_, i) => startHz + ((endHz - startHz) * i) / count + (i === 0 ? 0 : Math.PI));
}
