// This file writes a result as one HTML file that loads nothing: tables, and a picture of every stage.
import type { BenchResult, Run } from '../result/benchResult.ts';
import { STAGE_MEANINGS, TURN_PARTS } from '../result/stages.ts';
import { valuesOf } from '../result/summarize.ts';
import { escapeMarkup } from './markup.ts';
import { drawSpread, drawTurns } from './pictures.ts';
import { describeRun, notesOf, STAGE_COLUMNS, stageRowsOf, type StageRow } from './stageRows.ts';
import { describeSurroundings } from './textTable.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #66707f; --line: #d4d9e0; --page: #fff; --p50: #0b6e4f; --p95: #b3401f; --dot: #2f6fb3;
  --part0: #9db4cf; --part1: #d9903d; --part2: #3f8f6b; --part3: #8a5fb0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa5b5; --line: #3a4350; --page: #14181e; --p50: #58c79b; --p95: #f08a66; --dot: #7db3ea;
  --part0: #4a617c; --part1: #d9903d; --part2: #4fae83; --part3: #a883cc; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2.5rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .3rem .7rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child, th:last-child { text-align: left; } td small { display: block; max-width: 17rem; white-space: normal; line-height: 1.3; }
small, .soft, svg text { color: var(--soft); fill: var(--soft); } svg text { font-size: 10px; }
.axis { stroke: var(--line); } .dots { fill: var(--dot); fill-opacity: .45; } .p50 { stroke: var(--p50); stroke-width: 2; } .p95 { stroke: var(--p95); stroke-width: 2; } .mark50 { color: var(--p50); } .mark95 { color: var(--p95); }
${TURN_PARTS.map((_, index) => `.part${index} { fill: var(--part${index}); background: var(--part${index}); }`).join(' ')}
.key { display: inline-block; width: .8em; height: .8em; margin: 0 .3em 0 1em; } .notes { color: var(--p95); }
`;

/** A whole document. Everything that comes from outside is escaped. */
export function formatHtml(result: BenchResult): string {
  const [command = '', ...surroundings] = describeSurroundings(result);
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>voicewire-bench</title><style>${STYLE}</style></head>
<body>
<h1>voicewire-bench</h1>
<p><code>${escapeMarkup(command)}</code></p>
<p class="soft">${surroundings.map(escapeMarkup).join('<br>')}</p>
${result.runs.map(formatRun).join('\n')}
</body>
</html>
`;
}

function formatRun(run: Run): string {
  const notes = notesOf(run).map((note) => `<li>${escapeMarkup(note)}</li>`);
  const keys = TURN_PARTS.map((part, index) => `<span class="key part${index}"></span>${part}`);
  return `<section>
<h2>${escapeMarkup(describeRun(run))}</h2>
<div class="scroll"><table>
<thead><tr>${STAGE_COLUMNS.map((column) => `<th>${column}</th>`).join('')}<th>all values, <span class="mark50">p50</span> and <span class="mark95">p95</span></th></tr></thead>
<tbody>${stageRowsOf(run)
    .map((row) => formatRow(run, row))
    .join('\n')}</tbody>
</table></div>
${notes.length > 0 ? `<ul class="notes">${notes.join('')}</ul>` : ''}
<h2>Turn by turn <small>session.turn</small></h2>
<p>${keys.join('')}</p>
<div class="scroll">${drawTurns(run)}</div>
</section>`;
}

function formatRow(run: Run, { stage, cells }: StageRow): string {
  const [name = '', ...numbers] = cells.map((cell) => escapeMarkup(cell));
  const picture = drawSpread(stage, valuesOf(run, stage));
  const columns = numbers.map((number) => `<td>${number}</td>`).join('');
  return `<tr><td>${name}<small>${escapeMarkup(STAGE_MEANINGS[stage])}</small></td>${columns}<td>${picture}</td></tr>`;
}
