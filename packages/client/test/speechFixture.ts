// This file makes speech for tests out of the sandbox's own voice, so that no recording has to be committed.
import { loadDsp } from '@voicewire/dsp-wasm';
import { speaker } from '@voicewire/sandbox';
import { createConversation, settle } from './sandbox/conversation.ts';

const VOICE_RATE = 16_000;

/** One line of the sandbox's shipped voice, 16 kHz. */
export async function speak(text: string): Promise<Int16Array> {
  const { clock, session, sandbox } = await createConversation({ sandbox: { agent: speaker({ lines: [text] }) } });
  await settle(clock, session.connect());
  const [connection] = sandbox.ledger.connections;
  await clock.advanceUntil(
    () =>
      (connection?.lines[0]?.sentSamples ?? 0) > 0 &&
      connection?.lines[0]?.sentSamples === connection?.lines[0]?.lengthSamples,
    60_000,
  );
  await clock.advance(500);
  await settle(clock, session.disconnect());
  const pcm = connection?.sentPcm() ?? new Int16Array(0);
  if (pcm.length < VOICE_RATE / 2) throw new Error(`The voice has no clip for "${text}".`);
  return pcm;
}

/** Utterances with silence before, between and after them. */
export interface SpokenScript {
  readonly sampleRate: number;
  readonly samples: Int16Array;
  /** Where each utterance lies, in samples. */
  readonly spans: readonly { readonly start: number; readonly end: number }[];
}

/** @param pausesMs Silence before each utterance, and one more after the last. */
export function arrange(
  utterances: readonly Int16Array[],
  pausesMs: readonly number[],
  sampleRate: number,
): SpokenScript {
  const pauses = pausesMs.map((ms) => Math.round((ms * sampleRate) / 1000));
  const total = utterances.reduce((sum, { length }) => sum + length, 0) + pauses.reduce((sum, pause) => sum + pause, 0);
  const samples = new Int16Array(total);
  let at = pauses[0] ?? 0;
  const spans = utterances.map((utterance, i) => {
    const span = { start: at, end: at + utterance.length };
    samples.set(utterance, at);
    at = span.end + (pauses[i + 1] ?? 0);
    return span;
  });
  return { sampleRate, samples, spans };
}

/** The same audio at another rate, through the project's own resampler, its delay taken out. */
export async function resample(pcm: Int16Array, fromRate: number, toRate: number): Promise<Int16Array> {
  const dsp = await loadDsp();
  const resampler = dsp.createResampler({ inputSampleRate: fromRate, outputSampleRate: toRate });
  const input = Float32Array.from(pcm, (value) => value / 32_768);
  const output: number[] = [];
  for (let i = 0; i < input.length; i += 4_000) output.push(...resampler.process(input.subarray(i, i + 4_000)));
  output.push(...resampler.flush());
  const delay = Math.round(resampler.groupDelaySamples);
  return Int16Array.from(output.slice(delay), (value) =>
    Math.max(-32_768, Math.min(32_767, Math.round(value * 32_768))),
  );
}
