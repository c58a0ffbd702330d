// This file gathers the lines of one reply into one message: its text, its times and its recording.
import { AGENT_SAMPLE_RATE } from '../agents/agent.ts';
import type { StartedLine } from '../agents/agentSession.ts';
import type { Recording } from '../amigo-shared/recordings.ts';
import type { CharacterTime } from '../speech/alignment.ts';
import { encodeWav } from '../speech/wavFile.ts';

/** Longest recording that is kept, in samples: 2 minutes. */
const MAX_RECORDED_SAMPLES = 120 * AGENT_SAMPLE_RATE;

/** One line as a part of the message, with the pause before it. */
export interface SpokenPart {
  readonly pcm: Int16Array;
  readonly lengthMs: number;
  /** From the start of the part, in ms; the first of a later part is the blank between them. */
  readonly characters: readonly CharacterTime[];
}

/** A message that grows line by line. */
export class SpokenReply {
  readonly #parts: Int16Array[] = [];
  #text = '';
  #samples = 0;
  #recordedSamples = 0;

  get text(): string {
    return this.#text;
  }

  get lengthMs(): number {
    return toMs(this.#samples);
  }

  /** Adds a line, with a pause of `pauseSamples` before it unless it is the first. */
  add({ text, pcm, alignment }: StartedLine, pauseSamples: number): SpokenPart {
    const isFirst = this.#samples === 0 && this.#text === '';
    const pause = isFirst ? 0 : pauseSamples;
    const part = new Int16Array(pause + pcm.length);
    part.set(pcm, pause);
    this.#samples += part.length;
    this.#text += isFirst ? text : ` ${text}`;
    if (this.#recordedSamples + part.length <= MAX_RECORDED_SAMPLES) {
      this.#parts.push(part);
      this.#recordedSamples += part.length;
    }
    const shifted = alignment.map(([ms, character]): CharacterTime => [ms + toMs(pause), character]);
    return { pcm: part, lengthMs: toMs(part.length), characters: isFirst ? shifted : [[0, ' '], ...shifted] };
  }

  /** A WAV file of its first 2 minutes; nothing when nothing was said. */
  record(): Recording | undefined {
    if (this.#recordedSamples === 0) return undefined;
    const whole = new Int16Array(this.#recordedSamples);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return { contentType: 'audio/wav', bytes: encodeWav(whole, AGENT_SAMPLE_RATE) };
  }
}

function toMs(samples: number): number {
  return (samples * 1000) / AGENT_SAMPLE_RATE;
}
