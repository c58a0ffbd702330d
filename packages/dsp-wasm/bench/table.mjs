// This file turns the benchmark's JSON into the Markdown that the docs show.
import { renderFrames } from './frameTable.mjs';

/**
 * @typedef {{ name: string, note?: string, nsPerBlock?: number, nsPerOutputSample?: number, spread?: number,
 *   aliasDb?: number, rippleDb?: number, snrDb?: number, latencyMs?: number }} Row
 * @typedef {{ from: number, to: number, rows: Row[] }} PairResult
 * @typedef {{ date: string, commit: string, cpu: string, node: string, load: number, rounds: number,
 *   pairs: PairResult[], frames: import('./frameTable.mjs').FrameGroup[] }} Results
 */

/** Drawn by plots.mjs, out of measurements of the same run. */
const PICTURES = [
  '## Pictures',
  '',
  '![Frequency response](frequencyResponse.svg)',
  '![Aliases, ours and others](aliasSweep.svg)',
  '![Impulse response](impulseResponse.svg)',
];
const REFERENCE = 'voicewire balanced';

/** @param {Results} results */
export function renderResults(results) {
  const { date, commit, cpu, node, load, rounds } = results;
  const lines = [
    '# Benchmark',
    '',
    '<!-- Written by bench/cli.mjs out of benchmark.json: change it there, `pnpm bench:dsp`. -->',
    '',
    `${date}, commit ${commit}, ${cpu}, Node ${node}, load ${load.toFixed(1)}, ${rounds} interleaved rounds.`,
    '',
    'CPU time, medians, mono, blocks of 128, copies and calls included for everything that runs in Node; native rows pay',
    'for no JavaScript. "CPU ÷ ours" above 1: we are faster. "Spread" is the slowest round over the fastest. "Worst line"',
    'is the strongest alias or image of a full-scale tone; SNR and ripple hold to 0.875 × the lower Nyquist frequency.',
    'Latency is the delay of the filter and what a library holds back, at worst, before it answers a block.',
    'speex-resampler (npm) is int16, and loses samples where a block does not give a whole number of output samples.',
    'soxr-voice is soxr told our specification: pass to 0.9, stop from 1.1 × the lower Nyquist frequency, 17 bits.',
  ];
  for (const pair of results.pairs) lines.push('', ...renderPair(pair));
  lines.push(...renderFrames(results.frames), '', ...PICTURES);
  return `${lines.join('\n')}\n`;
}

/** @param {PairResult} pair */
function renderPair({ from, to, rows }) {
  const ours = rows.find(({ name }) => name === REFERENCE)?.nsPerBlock ?? Number.NaN;
  return [
    `## ${from} to ${to} Hz`,
    '',
    '| | ns per output sample | CPU ÷ ours | spread | worst line dB | ripple dB | SNR dB | latency ms |',
    '| --- | --: | --: | --: | --: | --: | --: | --: |',
    ...rows.map((row) => renderRow(row, ours)),
  ];
}

/** @param {Row} row @param {number} ours */
function renderRow(row, ours) {
  if (row.note !== undefined) return `| ${row.name} | ${row.note} | | | | | | |`;
  const cells = [
    fixed(row.nsPerOutputSample, 2),
    fixed((row.nsPerBlock ?? Number.NaN) / ours, 2),
    fixed(row.spread, 2),
    fixed(row.aliasDb, 1),
    fixed(row.rippleDb, 4),
    fixed(row.snrDb, 1),
    fixed(row.latencyMs, 2),
  ];
  return `| ${row.name} | ${cells.join(' | ')} |`;
}

/** @param {number | undefined} value @param {number} digits */
function fixed(value, digits) {
  return value === undefined || Number.isNaN(value) ? '-' : value.toFixed(digits);
}
