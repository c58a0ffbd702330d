// This file turns the measurements of int16 conversion and capture into Markdown.

/**
 * @typedef {{ name: string, nsPerStep: number, spread: number, snrDb: number, aliasDb?: number }} FrameRow
 * @typedef {{ title: string, unit: string, rows: FrameRow[] }} FrameGroup `unit`: what one step is. The first row is
 *   what the others are compared with.
 */

/** Nothing that is left of a tone rounds to anything but 0. */
const SILENT_DB = -200;

/** @param {readonly FrameGroup[]} groups @returns {string[]} Lines. */
export function renderFrames(groups) {
  return [
    '',
    'Below, "SNR" is that of 997 Hz at -1 dBFS, and "alias" what is left of a tone at 11 kHz. The JS capture path takes',
    'whole samples of every block and so loses 0.8 % of them: its tones come out at another pitch.',
    ...groups.flatMap(renderGroup),
  ];
}

/** @param {FrameGroup} group */
function renderGroup({ title, unit, rows }) {
  const ours = rows[0]?.nsPerStep ?? Number.NaN;
  return [
    '',
    `## ${title}`,
    '',
    `| | ns per ${unit} | CPU ÷ ours | spread | SNR dB | alias dB |`,
    '| --- | --: | --: | --: | --: | --: |',
    ...rows.map((row) => {
      const alias = row.aliasDb === undefined ? '' : row.aliasDb < SILENT_DB ? 'silence' : row.aliasDb.toFixed(1);
      const numbers = [row.nsPerStep.toFixed(0), (row.nsPerStep / ours).toFixed(2), row.spread.toFixed(2)];
      return `| ${row.name} | ${[...numbers, row.snrDb.toFixed(1), alias].join(' | ')} |`;
    }),
  ];
}
