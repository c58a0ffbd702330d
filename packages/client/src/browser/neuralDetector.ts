// This file loads the neural detector for the capture worklet, where a microphone asks for it.
import type { NeuralVadAssets } from '@voicewire/dsp-wasm/neural-vad';
import { loadCode } from './loadCode.ts';
import type { MicrophoneOptions } from './microphoneConstraints.ts';

/** Null where none is asked for. @throws {VoiceError} `code-load-failed`. */
export async function loadNeuralDetector({ vad }: MicrophoneOptions): Promise<NeuralVadAssets | null> {
  if (vad !== 'neural') return null;
  const { loadNeuralVadAssets } = await loadCode(import('@voicewire/dsp-wasm/neural-vad'));
  return loadCode(loadNeuralVadAssets());
}
