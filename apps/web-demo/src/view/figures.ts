// This file shows the measured figures of a call.
import type { SessionStats } from '@voicewire/client/browser';
import { formatMs, formatNumber } from '../call/eventText.ts';
import type { PageElements } from './elements.ts';

const NOT_YET = '–';

/** What the figures are made of. */
export interface MeasuredCall {
  readonly stats: SessionStats;
  /** Packet received → heard, of the newest agent utterance; null before the first. */
  readonly agentDelayMs: number | null;
  /** Of the agent audio in the player. */
  readonly agentSampleRate: number;
}

/** Texts of the figures, by element. */
export function wordFigures({ stats, agentDelayMs, agentSampleRate }: MeasuredCall): FigureTexts {
  const { uplink, output, connectMs } = stats;
  const wire = uplink?.captureToWire ?? null;
  const bufferedSamples = output.writtenSamples - output.playedSamples - output.discardedSamples;
  return {
    connect: connectMs === null ? NOT_YET : formatMs(connectMs),
    wire: wire === null ? NOT_YET : `${formatNumber(wire.p50Ms)} / ${formatMs(wire.p95Ms)}`,
    ear: agentDelayMs === null ? NOT_YET : formatMs(agentDelayMs),
    buffered: formatMs((Math.max(0, bufferedSamples) / agentSampleRate) * 1000),
    underruns: String(output.underrunCount),
    output: output.latency.basis === 'unknown' ? NOT_YET : formatMs(output.latency.ms),
    // A number that the browser only claims is not passed off as a measured one.
    basis: output.latency.basis === 'unknown' ? '' : `(${output.latency.basis})`,
  };
}

export type FigureTexts = Readonly<Record<keyof PageElements['figures'], string>>;

export function showFigures(elements: PageElements['figures'], texts: FigureTexts): void {
  for (const name of Object.keys(elements) as (keyof FigureTexts)[]) elements[name].textContent = texts[name];
}
