// This file times subjects against each other: in every round each one gets the same short turn.
import { BLOCK_SAMPLES } from './subjects.mjs';

/** CPU time of a turn: long against the microsecond that `process.cpuUsage` counts in. */
const TURN_MS = 12;

/**
 * @param {ReadonlyMap<string, import('./subjects.mjs').OpenSubject>} opened
 * @param {number} rounds
 * @returns {Promise<Map<string, { nsPerBlock: number, nsPerOutputSample: number, spread: number }>>} Medians over the
 *   rounds; `spread` is the slowest round over the fastest.
 */
export async function timeInterleaved(opened, rounds) {
  const blocksOf = new Map();
  for (const [name, subject] of opened) blocksOf.set(name, await calibrate(subject));
  /** @type {Map<string, { nsPerBlock: number, nsPerOutputSample: number }[]>} */
  const turns = new Map([...opened.keys()].map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, subject] of opened) {
      const blocks = blocksOf.get(name);
      const { cpuNs, outputSamples } = await subject.time(blocks);
      turns.get(name)?.push({ nsPerBlock: cpuNs / blocks, nsPerOutputSample: cpuNs / outputSamples });
    }
  }
  return new Map([...turns].map(([name, taken]) => [name, summarise(taken)]));
}

/** Warms the subject up, and finds how many blocks make a turn. @param {import('./subjects.mjs').OpenSubject} subject */
async function calibrate(subject) {
  let blocks = BLOCK_SAMPLES;
  for (;;) {
    const { cpuNs } = await subject.time(blocks);
    if (cpuNs >= TURN_MS * 1e6) return blocks;
    blocks *= 2;
  }
}

/** @param {readonly { nsPerBlock: number, nsPerOutputSample: number }[]} turns */
function summarise(turns) {
  const perBlock = turns.map((turn) => turn.nsPerBlock);
  return {
    nsPerBlock: median(perBlock),
    nsPerOutputSample: median(turns.map((turn) => turn.nsPerOutputSample)),
    spread: Math.max(...perBlock) / Math.min(...perBlock),
  };
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
