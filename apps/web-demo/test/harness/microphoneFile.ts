// This file writes what the fake microphone plays: silence, turns of speech-like sound at known times, silence.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSeededRandom, encodeWav, makeSpeechLike } from '@voicewire/testkit';

/** One turn of the user, counted from the opening of the microphone. */
export interface Turn {
  readonly startMs: number;
  readonly durationMs: number;
}

export interface MicrophoneFile {
  readonly path: string;
  remove(): Promise<void>;
}

const SAMPLE_RATE = 48_000;
/** The browser holds the last sample of a file for ever: it has to be zero. */
const CLOSING_SILENCE_MS = 1000;
const SEED = 20_261_121;

/** @param turns None for a person who says nothing: the browser's own beeps would cut the agent off. */
export async function writeMicrophoneFile(turns: readonly Turn[]): Promise<MicrophoneFile> {
  const random = createSeededRandom(SEED);
  const endMs = Math.max(0, ...turns.map(({ startMs, durationMs }) => startMs + durationMs)) + CLOSING_SILENCE_MS;
  const samples = new Int16Array(samplesIn(endMs));
  for (const { startMs, durationMs } of turns) {
    const speech = makeSpeechLike({ random, sampleRate: SAMPLE_RATE, durationMs, noiseRatio: 0 });
    samples.set(
      Int16Array.from(speech, (value) => Math.round(value * 32_767)),
      samplesIn(startMs),
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'voicewire-microphone-'));
  const path = join(folder, 'turns.wav');
  await writeFile(path, encodeWav({ sampleRate: SAMPLE_RATE, channelCount: 1, samples }));
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}

function samplesIn(durationMs: number): number {
  return Math.round((durationMs * SAMPLE_RATE) / 1000);
}
