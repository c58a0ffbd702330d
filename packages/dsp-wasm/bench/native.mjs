// This file compiles the native driver, when a compiler and the libraries' headers are there, and talks to it.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('native/resamplers.c', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bench-dsp-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** @type {{ program: string } | { failure: string } | undefined} */
let build;

function buildDriver() {
  const program = join(folder, 'resamplers');
  const flags = ['-O3', '-march=native', '-o', program, SOURCE, '-lsoxr', '-lsamplerate', '-lspeexdsp'];
  try {
    execFileSync('cc', flags, { stdio: 'pipe' });
    return { program };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[1] ?? error.message) : String(error);
    return { failure: `not measured: needs cc and libsoxr-dev, libsamplerate0-dev, libspeexdsp-dev (${reason})` };
  }
}

/** @param {string} kind @param {number} from @param {number} to @returns {Promise<import('./subjects.mjs').OpenSubject>} */
export async function openNative(kind, from, to) {
  build ??= buildDriver();
  if ('failure' in build) throw new Error(build.failure);
  const driver = spawn(build.program, [kind, String(from), String(to)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: driver.stdout })[Symbol.asyncIterator]();
  const ask = async (/** @type {string} */ command) => {
    driver.stdin.write(`${command}\n`);
    const answer = await answers.next();
    if (answer.done) throw new Error(`The native driver for ${kind} ended.`);
    return answer.value;
  };
  return {
    async time(blocks) {
      const [cpuNs = Number.NaN, outputSamples = 0] = (await ask(`t ${blocks}`)).split(' ').map(Number);
      return { cpuNs, outputSamples };
    },
    async convert(signal) {
      const [input, output] = [join(folder, `${driver.pid}.in`), join(folder, `${driver.pid}.out`)];
      writeFileSync(input, new Uint8Array(signal.buffer, signal.byteOffset, signal.byteLength));
      const heldBackMs = Number(await ask(`c ${input} ${output}`));
      const bytes = readFileSync(output);
      const samples = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
      return { output: samples, heldBackMs };
    },
    close: () => driver.stdin.end(),
  };
}
