// This file reads the labelled recordings that may lie beside the repository; without them the tests on them are skipped.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { decodeWav, findSharedFile, toFloatSamples } from '@voicewire/testkit';

export interface LabelledClip {
  readonly path: string;
  readonly kind: string;
  readonly sampleRate: number;
  /** First channel. */
  readonly samples: Float32Array;
  /** Start and end of each stretch of speech, in seconds. */
  readonly segments: readonly (readonly [number, number])[];
  /** False where the labels run ahead of the voice. */
  readonly hasOnsets: boolean;
}

interface Label {
  readonly kind: string;
  readonly onset?: boolean;
  readonly segments?: readonly (readonly [number, number])[];
}

/** Null, with the reason printed, when the recordings are not there. */
export function readLabelledClips(): LabelledClip[] | null {
  const labelFile = findSharedFile('data/labels.json');
  if (labelFile === null) return null;
  const labels = JSON.parse(readFileSync(labelFile, 'utf8')) as Record<string, Label>;
  return Object.entries(labels)
    .filter(([path]) => path.endsWith('.wav'))
    .map(([path, { kind, segments = [], onset = true }]) => {
      const { samples, channelCount, sampleRate } = decodeWav(readFileSync(join(dirname(labelFile), path)));
      const first = toFloatSamples(samples.filter((_, n) => n % channelCount === 0));
      return { path, kind, sampleRate, samples: first, segments, hasOnsets: onset };
    });
}
