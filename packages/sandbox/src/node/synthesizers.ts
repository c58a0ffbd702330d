// This file speaks arbitrary text with a synthesizer that happens to be installed. Never required, never bundled.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxError } from '../errors.ts';
import type { Synthesizer } from '../speech/voice.ts';
import type { WavSamples } from './wavSamples.ts';
import { readWav } from './wavSamples.ts';

/** Brings samples to 16 kHz. */
export type ToAgentRate = (audio: WavSamples) => Int16Array;

interface Program {
  readonly name: string;
  readonly command: string;
  /** Arguments that make it write a WAV file of `text` at `path`. */
  arguments(text: string, path: string): readonly string[];
}

/** In the order of preference; the first speaks with the voice of the clips. */
const PROGRAMS: readonly Program[] = [
  {
    name: 'flite slt',
    command: 'flite',
    arguments: (text, path) => ['-voice', 'slt', '-o', path, '-t', text],
  },
  {
    name: 'espeak-ng en-us',
    command: 'espeak-ng',
    // `--` ends the options: a text may begin with a dash.
    arguments: (text, path) => ['-v', 'en-us', '-w', path, '--', text],
  },
];

/** Spoken to nobody, to see whether a program is there and works. */
const PROBE_TEXT = 'one';
/** Longest text that is spoken, in characters: about a minute. */
const MAX_TEXT_CHARS = 1000;
/** A synthesizer that takes longer is killed, in ms; either one speaks 20 times faster than real time. */
const TIMEOUT_MS = 10_000;
/** Programs that run at the same time. */
const MAX_RUNNING = 2;
/** Texts that wait for one of them; a client may send texts faster than anything can speak them. */
const MAX_WAITING = 100;
/** Largest file that is read, in bytes: three minutes at 22.05 kHz. */
const MAX_WAV_BYTES = 8_388_608;

/**
 * Finds an installed synthesizer.
 *
 * @returns The first that answers, or nothing. Never rejects.
 */
export async function findSynthesizer(toAgentRate: ToAgentRate): Promise<Synthesizer | undefined> {
  for (const program of PROGRAMS) {
    // One after the other: the order is the preference, and the first one usually answers.
    if (await isInstalled(program)) return createSynthesizer(program, toAgentRate);
  }
  return undefined;
}

/**
 * A synthesizer that looks for an installed program when it is first needed, so that nothing is run without need.
 * Without a program, every text is rejected with `synthesis-failed`.
 */
export function createInstalledSynthesizer(toAgentRate: ToAgentRate): Synthesizer {
  let search: Promise<Synthesizer | undefined> | undefined;
  return {
    name: 'whatever is installed',
    async synthesize(text) {
      search ??= findSynthesizer(toAgentRate);
      const found = await search;
      if (found === undefined) throw new SandboxError('synthesis-failed', 'No synthesizer is installed.');
      return found.synthesize(text);
    },
  };
}

function createSynthesizer(program: Program, toAgentRate: ToAgentRate): Synthesizer {
  const line = new WaitingLine();
  return {
    name: program.name,
    synthesize: async (text) => toAgentRate(await line.run(async () => speak(program, text.slice(0, MAX_TEXT_CHARS)))),
  };
}

/** Lets some jobs run, makes some wait, in order, and refuses the rest. */
export class WaitingLine {
  readonly #waiting: (() => void)[] = [];
  #runningCount = 0;

  /** @throws {SandboxError} `synthesis-failed` when too many wait. */
  async run<T>(job: () => Promise<T>): Promise<T> {
    if (this.#runningCount === MAX_RUNNING) {
      if (this.#waiting.length === MAX_WAITING) {
        throw new SandboxError('synthesis-failed', `${MAX_WAITING} texts wait to be spoken already.`);
      }
      // Whoever ends hands its place on.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#runningCount += 1;
    try {
      return await job();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#runningCount -= 1;
      else next();
    }
  }
}

async function isInstalled(program: Program): Promise<boolean> {
  try {
    return (await speak(program, PROBE_TEXT)).pcm.length > 0;
  } catch {
    // Not there, or not usable: the agent does without.
    return false;
  }
}

/** Through a file: flite cannot write to a pipe that Node made. */
async function speak(program: Program, text: string): Promise<WavSamples> {
  const folder = await mkdtemp(join(tmpdir(), 'voicewire-speech-'));
  try {
    const path = join(folder, 'speech.wav');
    await run(program.command, program.arguments(text, path));
    const { size: sizeBytes } = await stat(path);
    if (sizeBytes > MAX_WAV_BYTES) throw new SandboxError('synthesis-failed', 'Too much speech.', { sizeBytes });
    return readWav(await readFile(path));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs a program without a shell. */
function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: TIMEOUT_MS, windowsHide: true }, (error) => {
      if (error === null) resolve();
      else reject(new SandboxError('synthesis-failed', `${command} failed.`, { command }, error));
    });
  });
}
