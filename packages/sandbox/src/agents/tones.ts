// This file is the tones agent: every 100 ms of its speech is a pair of tones that names message and chunk, so that a
// test can read order, gaps and repeats from what was played.
import { AGENT_SAMPLE_RATE } from './agent.ts';
import type { AgentFactory } from './agent.ts';

/** How long its messages are. */
export interface TonesOptions {
  /** Chunks of 100 ms per message, 1 to `MAX_TONE_CHUNKS`. Default 20. */
  readonly chunkCount?: number;
}

/** Length of a chunk, in ms. */
export const TONE_CHUNK_MS = 100;
/** Chunks of one message that can be told apart. */
export const MAX_TONE_CHUNKS = 64;
/** Messages that can be told apart; their tones repeat after so many. */
export const MAX_TONE_MESSAGES = 16;

const CHUNK_SAMPLES = (TONE_CHUNK_MS * AGENT_SAMPLE_RATE) / 1000;
/** All frequencies are multiples of this, so that every chunk holds whole periods of both tones and joins its neighbour. */
const STEP_HZ = 40;
const FIRST_MESSAGE_HZ = 400;
const FIRST_CHUNK_HZ = 1600;
/** Of each tone; the pair peaks at -6 dB. */
const AMPLITUDE = 8192;
/** Share of a chunk's power that its two tones must hold to be read. */
const CLEAR_RATIO = 0.9;
/** Power below which a chunk is silence: -50 dB. */
const SILENCE_POWER = (32_768 * 10 ** (-50 / 20)) ** 2;

/** Which chunk of which message; both counted from 0, the message modulo `MAX_TONE_MESSAGES`. */
export interface ToneMark {
  readonly message: number;
  readonly chunk: number;
}

/** The pair of frequencies of a chunk, in Hz. */
export function toneFrequencies({ message, chunk }: ToneMark): readonly [messageHz: number, chunkHz: number] {
  return [FIRST_MESSAGE_HZ + STEP_HZ * (message % MAX_TONE_MESSAGES), FIRST_CHUNK_HZ + STEP_HZ * chunk];
}

/** Renders one message at 16 kHz. */
export function renderTones(message: number, chunkCount: number): Int16Array {
  const pcm = new Int16Array(chunkCount * CHUNK_SAMPLES);
  for (let chunk = 0; chunk < chunkCount; chunk++) {
    const [messageHz, chunkHz] = toneFrequencies({ message, chunk });
    for (let i = 0; i < CHUNK_SAMPLES; i++) {
      const turn = (2 * Math.PI * i) / AGENT_SAMPLE_RATE;
      pcm[chunk * CHUNK_SAMPLES + i] = Math.round(AMPLITUDE * (Math.sin(messageHz * turn) + Math.sin(chunkHz * turn)));
    }
  }
  return pcm;
}

/**
 * Reads a stretch of audio at 16 kHz that lies within one chunk; 25 ms or a multiple of it reads exactly.
 *
 * @returns `silence`, or nothing for what is neither silence nor clearly one pair of tones, such as the join of two chunks.
 */
export function readTones(pcm: Int16Array): ToneMark | 'silence' | undefined {
  const power = pcm.reduce((sum, sample) => sum + sample * sample, 0) / pcm.length;
  if (!(power > SILENCE_POWER)) return 'silence';
  const message = findLoudest(pcm, FIRST_MESSAGE_HZ, MAX_TONE_MESSAGES);
  const chunk = findLoudest(pcm, FIRST_CHUNK_HZ, MAX_TONE_CHUNKS);
  if (message.power + chunk.power < CLEAR_RATIO * power) return undefined;
  return { message: message.index, chunk: chunk.index };
}

/** The strongest of `count` tones, `STEP_HZ` apart, and its power. */
function findLoudest(pcm: Int16Array, firstHz: number, count: number): { index: number; power: number } {
  let best = { index: 0, power: -1 };
  for (let index = 0; index < count; index++) {
    const power = measureTone(pcm, firstHz + STEP_HZ * index);
    if (power > best.power) best = { index, power };
  }
  return best;
}

function measureTone(pcm: Int16Array, hz: number): number {
  let re = 0;
  let im = 0;
  pcm.forEach((sample, i) => {
    const angle = (2 * Math.PI * hz * i) / AGENT_SAMPLE_RATE;
    re += sample * Math.cos(angle);
    im += sample * Math.sin(angle);
  });
  return (2 * (re * re + im * im)) / (pcm.length * pcm.length);
}

/** Creates the tones agent: one message when the session opens, one after every turn or text of the user. */
export function tones({ chunkCount = 20 }: TonesOptions = {}): AgentFactory {
  const count = Math.min(MAX_TONE_CHUNKS, Math.max(1, Math.round(chunkCount)));
  // Of all its sessions: a client may ask for the next message twenty times a second.
  const rendered: Int16Array[] = [];
  return (context) => {
    let message = 0;
    const sayNext = (): void => {
      const pcm = (rendered[message % MAX_TONE_MESSAGES] ??= renderTones(message, count));
      context.say({ text: `[tones ${message}]`, pcm });
      message += 1;
    };
    return {
      opened: sayNext,
      userSpeechStarted: () => context.stopSpeaking(),
      userSpeechEnded: sayNext,
      userTextReceived: sayNext,
    };
  };
}
