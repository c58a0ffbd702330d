// This file reads impairments for the command: as anywhere, and besides from files, which no URL may name.
import { readFile, stat } from 'node:fs/promises';
import { SandboxError } from '../errors.ts';
import type { ImpairmentPlan } from '../impairments/plan.ts';
import { checkImpairment, readImpairment } from '../impairments/readPlan.ts';
import { checkTrace } from '../impairments/trace.ts';

const TRACE_PREFIX = 'trace:';
/** Largest file that is read, in bytes: an hour of messages every 20 ms. */
const MAX_FILE_BYTES = 8_388_608;

/**
 * Reads what `readImpairment` does, `trace:FILE` with a recorded network, or `FILE.json` with a plan or a recording; parts
 * are joined by commas, the later ones win.
 *
 * @throws {SandboxError} `invalid-option` for a file that cannot be read or holds neither, and as `readImpairment`.
 */
export async function loadImpairment(text: string): Promise<ImpairmentPlan> {
  if (text.trimStart().startsWith('{')) return readImpairment(text);
  const plans = await Promise.all(text.split(',').map(loadPart));
  return checkImpairment(Object.assign({}, ...plans));
}

async function loadPart(part: string): Promise<ImpairmentPlan> {
  const isTrace = part.startsWith(TRACE_PREFIX);
  if (!isTrace && (part.includes('=') || !part.endsWith('.json'))) return readImpairment(part);
  const value = await readJson(isTrace ? part.slice(TRACE_PREFIX.length) : part);
  const isRecording = typeof value === 'object' && value !== null && 'sendArriveMs' in value;
  return isTrace || isRecording ? { trace: checkTrace(value) } : checkImpairment(value);
}

async function readJson(path: string): Promise<unknown> {
  try {
    const { size: sizeBytes } = await stat(path);
    if (sizeBytes > MAX_FILE_BYTES) throw new Error(`it has ${sizeBytes} bytes, wanted at most ${MAX_FILE_BYTES}`);
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
    throw new SandboxError('invalid-option', `Cannot read the impairment in ${path}: ${reason}.`, { path }, cause);
  }
}
