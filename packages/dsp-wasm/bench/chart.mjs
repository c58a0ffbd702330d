// This file draws line charts as SVG, legible on light and dark pages.

/**
 * @typedef {{ label: string, from: number, to: number, step: number, format?: (value: number) => string }} Axis
 * @typedef {{ name: string, points: readonly (readonly [number, number])[], dashed?: boolean, colour?: string }} Series
 * @typedef {{ x: number, y: number, width: number, height: number }} Box
 * @typedef {object} Chart
 * @property {string} title
 * @property {Axis} x
 * @property {Axis} y
 * @property {readonly Series[]} series Points outside of the axes are drawn at their edge.
 * @property {readonly { at: number, series: number }[]} [marks] Vertical lines in the colour of a series.
 * @property {{ title: string, x: Axis, y: Axis, series: readonly Series[], box: Box }} [inset] `box` in the axes' units
 *   of the picture: 0..1 of its plot, from the upper left.
 */

const WIDTH = 820;
const HEIGHT = 460;
const PLOT = { x: 70, y: 40, width: 540, height: 360 };
const LEGEND_X = PLOT.x + PLOT.width + 16;
/** Dark enough for white, light enough for black. */
const COLOURS = ['#1f7ae0', '#d9730d', '#2da44e', '#9a5fe0', '#d6364a', '#0a9396', '#8a8a8a', '#b58900'];
const STYLE = `
:root { color: #1f2328; --paper: #ffffff; --grid: #d8dee4; }
@media (prefers-color-scheme: dark) { :root { color: #e6edf3; --paper: #0d1117; --grid: #30363d; } }
text { fill: currentColor; font: 13px system-ui, sans-serif; }
.title { font-size: 15px; font-weight: 600; }
.small { font-size: 11px; }
.paper { fill: var(--paper); }
.grid { stroke: var(--grid); }
.frame { fill: none; stroke: currentColor; }
.line { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
`;

/** @param {Chart} chart @returns {string} */
export function renderChart({ title, x, y, series, marks = [], inset }) {
  const { toX } = scales(PLOT, x, y);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escape(title)}">`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${WIDTH}" height="${HEIGHT}"/>`,
    `<text class="title" x="${PLOT.x}" y="24">${escape(title)}</text>`,
    ...drawAxes(PLOT, x, y, ''),
    ...marks.map(
      ({ at, series: index }) =>
        `<path stroke="${colourOf(series[index], index)}" stroke-dasharray="2 4" d="M${round(toX(at))} ${PLOT.y}v${PLOT.height}"/>`,
    ),
    ...series.map((line, index) => drawLine(PLOT, x, y, line, index)),
    ...series.map((line, index) => drawLegend(line, index)),
    `<text text-anchor="middle" x="${PLOT.x + PLOT.width / 2}" y="${HEIGHT - 14}">${escape(x.label)}</text>`,
    `<text text-anchor="middle" transform="translate(18 ${PLOT.y + PLOT.height / 2}) rotate(-90)">${escape(y.label)}</text>`,
  ];
  if (inset !== undefined) parts.push(...drawInset(inset));
  parts.push('</svg>');
  return `${parts.join('\n')}\n`;
}

/** @param {NonNullable<Chart['inset']>} inset */
function drawInset({ title, x, y, series, box }) {
  const place = {
    x: PLOT.x + box.x * PLOT.width,
    y: PLOT.y + box.y * PLOT.height,
    width: box.width * PLOT.width,
    height: box.height * PLOT.height,
  };
  return [
    `<rect class="paper" x="${place.x - 56}" y="${place.y - 24}" width="${place.width + 72}" height="${place.height + 46}"/>`,
    `<text class="small" x="${place.x}" y="${place.y - 8}">${escape(title)}</text>`,
    ...drawAxes(place, x, y, ' small'),
    ...series.map((line, index) => drawLine(place, x, y, line, index)),
  ];
}

/** @param {Box} box @param {Axis} x @param {Axis} y @param {string} size */
function drawAxes(box, x, y, size) {
  const { toX, toY } = scales(box, x, y);
  const bottom = box.y + box.height;
  return [
    ...ticks(x).flatMap((value) => [
      `<path class="grid" d="M${round(toX(value))} ${box.y}v${box.height}"/>`,
      `<text class="tick${size}" text-anchor="middle" x="${round(toX(value))}" y="${bottom + (size === '' ? 18 : 13)}">${label(x, value)}</text>`,
    ]),
    ...ticks(y).flatMap((value) => [
      `<path class="grid" d="M${box.x} ${round(toY(value))}h${box.width}"/>`,
      `<text class="tick${size}" text-anchor="end" x="${box.x - 7}" y="${round(toY(value) + 4)}">${label(y, value)}</text>`,
    ]),
    `<rect class="frame" x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}"/>`,
  ];
}

/** @param {Box} box @param {Axis} x @param {Axis} y @param {Series} line @param {number} index */
function drawLine(box, x, y, line, index) {
  const { points, dashed } = line;
  const { toX, toY } = scales(box, x, y);
  const path = points.map(([px, py]) => `${round(toX(px))},${round(toY(py))}`).join(' ');
  const dash = dashed === true ? ' stroke-dasharray="6 4"' : '';
  return `<polyline class="line" stroke="${colourOf(line, index)}"${dash} points="${path}"/>`;
}

/** @param {Series} line @param {number} index */
function drawLegend(line, index) {
  const y = PLOT.y + 12 + index * 22;
  const dash = line.dashed === true ? ' stroke-dasharray="6 4"' : '';
  return `<path class="line" stroke="${colourOf(line, index)}"${dash} d="M${LEGEND_X} ${y}h20"/><text class="small" x="${LEGEND_X + 26}" y="${y + 4}">${escape(line.name)}</text>`;
}

/** @param {Box} box @param {Axis} x @param {Axis} y */
function scales(box, x, y) {
  const within = (/** @type {number} */ ratio) => Math.max(0, Math.min(1, ratio));
  return {
    toX: (/** @type {number} */ value) => box.x + box.width * within((value - x.from) / (x.to - x.from)),
    toY: (/** @type {number} */ value) => box.y + box.height * within((y.to - value) / (y.to - y.from)),
  };
}

/** @param {Axis} axis */
function ticks({ from, to, step }) {
  return Array.from({ length: Math.floor((to - from) / step + 1e-9) + 1 }, (_, i) => from + i * step);
}

/** @param {Axis} axis @param {number} value */
function label({ format = (number) => String(Number(number.toPrecision(6))) }, value) {
  return format(value);
}

/** @param {Series | undefined} line @param {number} index */
function colourOf(line, index) {
  return line?.colour ?? COLOURS[index % COLOURS.length];
}

/** @param {number} value */
function round(value) {
  return Number(value.toFixed(1));
}

/** @param {string} text */
function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
