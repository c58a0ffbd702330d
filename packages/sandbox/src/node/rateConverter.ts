// This file brings a synthesizer's output to the agents' rate.
import type { Dsp } from '@voicewire/dsp-wasm';
import { SUPPORTED_SAMPLE_RATES } from '@voicewire/dsp-wasm';
import { AGENT_SAMPLE_RATE } from '../agents/agent.ts';
import { SandboxError } from '../errors.ts';
import { RateConverter } from '../speech/rateConverter.ts';
import type { ToAgentRate } from './synthesizers.ts';

/** Creates the converter; it throws `synthesis-failed` for a rate that the resampler does not know. */
export function createRateConverter(dsp: Dsp): ToAgentRate {
  const converter = new RateConverter((rates) => dsp.createResampler(rates));
  return ({ sampleRate, pcm }) => {
    if (!SUPPORTED_SAMPLE_RATES.some((rate) => rate === sampleRate)) {
      throw new SandboxError('synthesis-failed', `The synthesizer speaks at ${sampleRate} Hz.`, { sampleRate });
    }
    return converter.convert(pcm, sampleRate, AGENT_SAMPLE_RATE);
  };
}
