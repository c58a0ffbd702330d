// This file makes the noise that the detector is fitted with: coloured, now and then with a motor in it, or swelling.
import type { SeededRandom } from '@voicewire/testkit';
import { makeNoise } from '@voicewire/testkit';

const PEAK_COUNT = 4;
const HARMONIC_COUNT = 8;

/** Peak 0.5. */
export function makeColouredNoise(random: SeededRandom, sampleRate: number, sampleCount: number): Float32Array {
  let noise: Float64Array = Float64Array.from(makeNoise(random, sampleCount));
  noise = tilted(noise, between(random, 0, 0.97));
  for (let i = 0; i < PEAK_COUNT; i++) {
    noise = peaked(noise, logBetween(random, 80, 0.45 * sampleRate) / sampleRate, between(random, -12, 12));
  }
  noise = scaledToPeak(noise, 1);
  if (random.next() < 0.5) noise = addMotor(random, noise, sampleRate);
  if (random.next() < 0.5) noise = swelling(random, noise, sampleRate);
  return Float32Array.from(scaledToPeak(noise, 0.5));
}

/** Uniform. */
export function between(random: SeededRandom, low: number, high: number): number {
  return low + (high - low) * random.next();
}

function logBetween(random: SeededRandom, low: number, high: number): number {
  return low * (high / low) ** random.next();
}

/** A one-pole low-pass: white at `pole` 0, close to a random walk at 0.97. */
function tilted(x: Float64Array, pole: number): Float64Array {
  let y = 0;
  return x.map((value) => (y = value + pole * y));
}

/** R. Bristow-Johnson's peaking section, Q = 1. */
function peaked(x: Float64Array, frequency: number, gainDb: number): Float64Array {
  const gain = 10 ** (gainDb / 40);
  const alpha = Math.sin(2 * Math.PI * frequency) / 2;
  const twiceCosine = 2 * Math.cos(2 * Math.PI * frequency);
  let [x1, x2, y1, y2] = [0, 0, 0, 0];
  return x.map((value) => {
    const fed = (1 + alpha * gain) * value - twiceCosine * x1 + (1 - alpha * gain) * x2;
    const y = (fed + twiceCosine * y1 - (1 - alpha / gain) * y2) / (1 + alpha / gain);
    [x1, x2, y1, y2] = [value, x1, y, y1];
    return y;
  });
}

function addMotor(random: SeededRandom, x: Float64Array, sampleRate: number): Float64Array {
  const fundamental = between(random, 60, 300) / sampleRate;
  const harmonics = Array.from(
    { length: HARMONIC_COUNT },
    () => [between(random, 0, 0.15), between(random, 0, 6)] as const,
  );
  return x.map((value, n) =>
    harmonics.reduce(
      (sum, [amplitude, phase], i) => sum + amplitude * Math.sin(2 * Math.PI * fundamental * (i + 1) * n + phase),
      value,
    ),
  );
}

function swelling(random: SeededRandom, x: Float64Array, sampleRate: number): Float64Array {
  const depth = between(random, 0.05, 0.4);
  const frequency = between(random, 0.1, 4) / sampleRate;
  return x.map((value, n) => value * (1 + depth * Math.sin(2 * Math.PI * frequency * n)));
}

function scaledToPeak(x: Float64Array, peak: number): Float64Array {
  const loudest = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return x.map((value) => (value * peak) / loudest);
}
