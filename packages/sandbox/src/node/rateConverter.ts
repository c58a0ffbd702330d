// This file brings a synthesizer's output to the agents' rate.
import type { Dsp } from '@voicewire/dsp-wasm';
import { SUPPORTED_SAMPLE_RATES } from '@voicewire/dsp-wasm';
import { AGENT_SAMPLE_RATE } from '../agents/agent.ts';
import { SandboxError } from '../errors.ts';
import type { ToAgentRate } from './synthesizers.ts';

/** Samples per call of the resampler. */
const BLOCK_SAMPLES = 4096;

/** Creates the converter; it throws `synthesis-failed` for a rate that the resampler does not know. */
export function createRateConverter(dsp: Dsp): ToAgentRate {
  return ({ sampleRate, pcm }) => {
    if (sampleRate === AGENT_SAMPLE_RATE) return pcm;
    if (!SUPPORTED_SAMPLE_RATES.some((rate) => rate === sampleRate)) {
      throw new SandboxError('synthesis-failed', `The synthesizer speaks at ${sampleRate} Hz.`, { sampleRate });
    }
    const resampler = dsp.createResampler({ inputSampleRate: sampleRate, outputSampleRate: AGENT_SAMPLE_RATE });
    const input = dsp.int16ToFloat32(pcm);
    const blocks: Float32Array[] = [];
    for (let at = 0; at < input.length; at += BLOCK_SAMPLES) {
      blocks.push(resampler.process(input.subarray(at, at + BLOCK_SAMPLES)).slice());
    }
    blocks.push(resampler.flush().slice());
    const delaySamples = resampler.groupDelaySamples;
    resampler.dispose();
    return dsp.float32ToInt16(concatenate(blocks).subarray(delaySamples));
  };
}

function concatenate(blocks: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    joined.set(block, at);
    at += block.length;
  }
  return joined;
}
