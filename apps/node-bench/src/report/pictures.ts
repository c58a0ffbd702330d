// This file draws results as small SVG pictures: how a stage's values are spread, and what each turn was made of.
import type { Run, TurnRecord } from '../result/benchResult.ts';
import { fromDuration } from '../result/duration.ts';
import { TURN_PARTS, type Stage } from '../result/stages.ts';
import { percentileOf, sortAscending } from '../statistics/percentile.ts';
import { escapeMarkup } from './markup.ts';
import { formatMs } from './stageRows.ts';

const WIDTH = 260;
const TURNS_WIDTH = 900;
const STRIP_HEIGHT = 38;
const BAR_HEIGHT = 16;
/** Room at both ends of an axis, so that marks at its ends are whole. */
const MARGIN = 8;
/** More dots than this only make a line; the rest is thinned out evenly over the sorted values. */
const MAX_DOTS_COUNT = 400;

/** Every finite value of a stage as a dot between the smallest and the largest, with p50 and p95 marked. */
export function drawSpread(stage: Stage, values: readonly number[]): string {
  const sorted = sortAscending(values);
  const finite = sorted.filter(Number.isFinite);
  const [smallest, largest] = [finite[0], finite.at(-1)];
  if (smallest === undefined || largest === undefined) return '';
  const range = largest - smallest || 1;
  const scale = (ms: number): string => (MARGIN + ((WIDTH - 2 * MARGIN) * (ms - smallest)) / range).toFixed(1);
  const step = Math.max(1, finite.length / MAX_DOTS_COUNT);
  const dots: string[] = [];
  for (let i = 0; i < finite.length; i += step) {
    dots.push(`<circle cx="${scale(finite[Math.floor(i)] ?? 0)}" cy="14" r="3"/>`);
  }
  const mark = (share: number, name: string): string => {
    const ms = percentileOf(sorted, share);
    if (!Number.isFinite(ms)) return '';
    return `<path class="${name}" d="M${scale(ms)} 2V26"><title>${name} ${formatMs(ms)} ms</title></path>`;
  };
  const axis = `<path class="axis" d="M${MARGIN} 14H${WIDTH - MARGIN}"/>`;
  const ends = `<text x="${MARGIN}" y="34">${formatMs(smallest)}</text><text x="${WIDTH - MARGIN}" y="34" text-anchor="end">${formatMs(largest)} ms</text>`;
  const label = `${stage}: ${finite.length} values from ${formatMs(smallest)} to ${formatMs(largest)} ms`;
  const content = `${axis}<g class="dots">${dots.join('')}</g>${mark(0.5, 'p50')}${mark(0.95, 'p95')}${ends}`;
  return svg(WIDTH, STRIP_HEIGHT, label, content);
}

/** One bar per turn: its parts in the order of time, all turns on one scale. Failed turns are named, not drawn. */
export function drawTurns(run: Run): string {
  const totals = run.turnRecords.map(({ stages }) => fromDuration(stages.timeToFirstAudio ?? 0));
  const largest = Math.max(1, ...totals.filter(Number.isFinite));
  const rows = run.turnRecords.map((record, row) => drawTurn(record, row * BAR_HEIGHT, largest));
  const label = `Parts of ${run.turnRecords.length} turns, 0 to ${formatMs(largest)} ms`;
  return svg(TURNS_WIDTH, Math.max(1, rows.length) * BAR_HEIGHT, label, rows.join(''));
}

function drawTurn({ session, turn, failure, stages }: TurnRecord, y: number, largest: number): string {
  const left = 60;
  const name = `<text x="0" y="${y + 11}">${session}.${turn}</text>`;
  if (stages.timeToFirstAudio === 'inf')
    return `${name}<text x="${left}" y="${y + 11}">${escapeMarkup(failure ?? 'failed')}</text>`;
  let at = 0;
  const parts = TURN_PARTS.map((part, index) => {
    const ms = Math.max(0, fromDuration(stages[part] ?? 0));
    const x = left + ((TURNS_WIDTH - left) * at) / largest;
    at += ms;
    const width = ((TURNS_WIDTH - left) * ms) / largest;
    const title = `<title>${part} ${formatMs(ms)} ms</title>`;
    return `<rect class="part${index}" x="${x.toFixed(1)}" y="${y + 2}" width="${width.toFixed(1)}" height="${BAR_HEIGHT - 4}">${title}</rect>`;
  });
  return name + parts.join('');
}

function svg(width: number, height: number, label: string, content: string): string {
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeMarkup(label)}">${content}</svg>`;
}
