// This file draws ROC curves as SVG.
import type { GridPoint } from './vadScoring.ts';
import { rocAuc } from './vadScoring.ts';

export interface PlottedDetector {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly GridPoint[];
  /** False for a detector that only says yes or no: it is one point, not a curve. */
  readonly hasCurve: boolean;
}

const SIZE = 440;
const LEGEND_STEP = 18;

export function plotRoc(detectors: readonly PlottedDetector[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-50 -20 ${SIZE + 70} ${SIZE + 65}" font-family="sans-serif" font-size="12">`,
    `<rect x="-50" y="-20" width="${SIZE + 70}" height="${SIZE + 65}" fill="#fff"/>`,
    `<rect width="${SIZE}" height="${SIZE}" fill="none" stroke="#888"/>`,
    `<line x1="0" y1="${SIZE}" x2="${SIZE}" y2="0" stroke="#ccc"/>`,
    ...detectors.flatMap((detector, i) => drawDetector(detector, SIZE - 12 - (detectors.length - 1 - i) * LEGEND_STEP)),
    `<text x="${SIZE / 2}" y="${SIZE + 30}" text-anchor="middle">non-speech taken for speech, 0 to 1</text>`,
    `<text transform="translate(-15 ${SIZE / 2}) rotate(-90)" text-anchor="middle">speech found, 0 to 1 (dot: threshold 0.5)</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function drawDetector({ name, colour, points, hasCurve }: PlottedDetector, legendY: number): string[] {
  const path = Array.from({ length: 101 }, (_, i) => place(points, i / 100).join(',')).join(' ');
  const [x, y] = place(points, 0.5);
  return [
    ...(hasCurve ? [`<polyline fill="none" stroke="${colour}" stroke-width="1.5" points="${path}"/>`] : []),
    `<circle cx="${x}" cy="${y}" r="4" fill="${colour}"/>`,
    `<text x="${SIZE - 250}" y="${legendY}" fill="${colour}">${name}, area ${rocAuc(points).toFixed(3)}</text>`,
  ];
}

/** Where the detector stands at a threshold. */
function place(points: readonly GridPoint[], threshold: number): [x: string, y: string] {
  const ratio = (isSpeech: boolean) => {
    const of = points.filter((point) => point.isSpeech === isSpeech);
    return of.filter(({ score }) => score >= threshold).length / of.length;
  };
  return [(ratio(false) * SIZE).toFixed(1), ((1 - ratio(true)) * SIZE).toFixed(1)];
}
