// This file makes the audio of the benchmark: the same in both processes, so that one can check what the other sent.

/** Pause between two lines of an agent, in samples: 220 ms, as the package has it. */
export const PAUSE_SAMPLES = 3520;
const SAMPLE_RATE = 16_000;

/** A line of 20 s: noise under an envelope of syllables. No two frames are alike. */
export function makeAgentLine() {
  return makeSyllables(20, 1);
}

/** What a user says over and over: 2 s of syllables and 2 s of nothing, as 640-byte frames. */
export function makeUserFrames() {
  const pcm = new Int16Array(4 * SAMPLE_RATE);
  pcm.set(makeSyllables(2, 2));
  return Array.from({ length: pcm.length / 320 }, (_, i) => Buffer.from(pcm.buffer, 640 * i, 640));
}

/** Frame `n` of an agent that says its line over and over, into `frame`. */
export function fillExpected(frame, n, line) {
  const period = line.length + PAUSE_SAMPLES;
  for (let i = 0; i < frame.length; i++) frame[i] = line[(n * frame.length + i) % period] ?? 0;
}

/** Harmonics of 120 Hz with a little noise, 4 syllables a second: speech enough for a detector. */
function makeSyllables(seconds, seed) {
  let state = seed;
  return Int16Array.from({ length: seconds * SAMPLE_RATE }, (_, n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const t = n / SAMPLE_RATE;
    let voice = 0;
    for (let k = 1; k <= 20; k++) voice += Math.sin(2 * Math.PI * 120 * k * (t + 0.002 * Math.sin(9 * t))) / k;
    const envelope = 0.1 + Math.sin(Math.PI * 4 * t) ** 2;
    return Math.round(envelope * (5000 * voice + 600 * (state / 2 ** 31 - 1)));
  });
}
