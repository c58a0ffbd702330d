// This file names a WAV file in the place of a device.
import { loadDsp, type Dsp } from '@voicewire/dsp-wasm';
import type { AudioInput } from '../ports/audioInput.ts';
import type { AudioOutput } from '../ports/audioOutput.ts';
import type { Clock } from '../ports/clock.ts';
import { WavInput } from './wavInput.ts';
import { WavOutput } from './wavOutput.ts';

/** A WAV file, to be played as the microphone or recorded as the speaker. */
export interface WavFile {
  readonly kind: 'wavFile';
  readonly path: string;
}

export function wavFile(path: string): WavFile {
  return { kind: 'wavFile', path };
}

/** Makes the ports of WAV files; what is a port already stays as it is. They share one DSP, loaded with the first. */
export class WavDevices {
  private loading: Promise<Dsp> | null = null;

  constructor(private readonly clock: Clock) {}

  input(input: WavFile | AudioInput): AudioInput {
    return 'kind' in input ? new WavInput(input.path, this.clock, () => this.dsp()) : input;
  }

  output(output: WavFile | AudioOutput): AudioOutput {
    return 'kind' in output ? new WavOutput(output.path, this.clock, () => this.dsp()) : output;
  }

  private dsp(): Promise<Dsp> {
    return (this.loading ??= loadDsp());
  }
}
