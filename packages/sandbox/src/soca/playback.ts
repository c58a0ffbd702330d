// This file judges what a client played, which no server can hear: rules D-10 to D-13. For tests that tap a player.
import { parseServerMessage, readSeq } from '@voicewire/protocol/soca';
import type { SocaRuleId } from './rules.ts';

/** How long audio may be heard after what ends it, in ms. */
const MAX_TAIL_MS = 60;
/** A pause of playback that is heard as one, in ms: longer than any that a jitter buffer smooths over. */
const PAUSE_MS = 250;
/** A pause that begins so soon after a partial was made by it, in ms. */
const PARTIAL_EFFECT_MS = 300;

/** A stretch of audible sound of one reply, without a pause. */
export interface PlayedSpan {
  readonly seq: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a client received, did and played; all times on one clock, in ms. */
export interface PlaybackEvidence {
  readonly received: readonly { readonly atMs: number; readonly data: string | Uint8Array }[];
  /** When the client sent `barge`. */
  readonly bargedAtMs?: readonly number[];
  /** In order of time. */
  readonly played: readonly PlayedSpan[];
}

/** One breach. */
export interface PlaybackBreach {
  readonly ruleId: SocaRuleId;
  readonly atMs: number;
  readonly detail: string;
}

/** From `atMs` on, replies below `belowSeq` are dead. */
interface Cut {
  readonly ruleId: 'D-10' | 'D-11' | 'D-12';
  readonly atMs: number;
  readonly belowSeq: number;
}

/**
 * Judges playback against the wire.
 *
 *   D-10  audible 60 ms after a `barge`
 *   D-11  audible 60 ms after another message with a higher `seq`
 *   D-12  audible 60 ms after the client's own `barge`
 *   D-13  silent for 250 ms, within 300 ms of a partial, in the middle of a reply that nothing has ended
 */
export function judgePlayback({ received, bargedAtMs = [], played }: PlaybackEvidence): readonly PlaybackBreach[] {
  const { cuts, partialsAtMs, seqAt } = readWire(received);
  const own = bargedAtMs.map((atMs): Cut => ({ ruleId: 'D-12', atMs, belowSeq: seqAt(atMs) + 1 }));
  const all = [...cuts, ...own].sort((a, b) => a.atMs - b.atMs);
  return [
    ...all.flatMap((cut) => judgeCut(cut, played)),
    ...partialsAtMs.flatMap((atMs) => judgePartial(atMs, all, played)),
  ];
}

function readWire(received: PlaybackEvidence['received']) {
  const cuts: Cut[] = [];
  const partialsAtMs: number[] = [];
  const seen: { atMs: number; seq: number }[] = [];
  const highest = (): number => seen.at(-1)?.seq ?? Number.NEGATIVE_INFINITY;
  for (const { atMs, data } of received) {
    const parsed = parseServerMessage(data);
    if (!parsed.ok) continue;
    const { message } = parsed;
    if (message.type === 'stt.partial') partialsAtMs.push(atMs);
    const isBarge = message.type === 'barge';
    const seq = seqOf(message) ?? (isBarge ? highest() + 1 : undefined);
    if (seq === undefined || seq <= highest()) continue;
    if (seen.length > 0) cuts.push({ ruleId: isBarge ? 'D-10' : 'D-11', atMs, belowSeq: seq });
    seen.push({ atMs, seq });
  }
  const seqAt = (atMs: number): number =>
    seen.filter((step) => step.atMs <= atMs).at(-1)?.seq ?? Number.NEGATIVE_INFINITY;
  return { cuts, partialsAtMs, seqAt };
}

type Parsed = ReturnType<typeof parseServerMessage>;
type Message = Extract<Parsed, { ok: true }>['message'];

function seqOf(message: Message): number | undefined {
  switch (message.type) {
    case 'sentence':
    case 'final_answer':
      return readSeq(message.step.seq);
    case 'audio':
    case 'unknown':
      return undefined;
    default:
      return readSeq(message.seq);
  }
}

/** The worst of what was heard of dead replies, if any. */
function judgeCut({ ruleId, atMs, belowSeq }: Cut, played: readonly PlayedSpan[]): readonly PlaybackBreach[] {
  const endMs = played.reduce((last, { seq, toMs }) => (seq < belowSeq ? Math.max(last, toMs) : last), atMs);
  const tailMs = endMs - atMs;
  if (tailMs <= MAX_TAIL_MS) return [];
  const detail = `a reply below ${belowSeq} is audible ${Math.round(tailMs)} ms after its end, wanted ≤ ${MAX_TAIL_MS} ms`;
  return [{ ruleId, atMs, detail }];
}

function judgePartial(atMs: number, cuts: readonly Cut[], played: readonly PlayedSpan[]): readonly PlaybackBreach[] {
  const index = played.findIndex((span) => span.toMs >= atMs && span.toMs <= atMs + PARTIAL_EFFECT_MS);
  const [span, next] = [played[index], played[index + 1]];
  // Only a reply that goes on later shows that it was paused, and not over.
  if (span === undefined || next === undefined || next.seq !== span.seq || next.fromMs - span.toMs < PAUSE_MS)
    return [];
  if (cuts.some((cut) => cut.atMs >= atMs - PARTIAL_EFFECT_MS && cut.atMs <= next.fromMs)) return [];
  const pauseMs = Math.round(next.fromMs - span.toMs);
  return [
    { ruleId: 'D-13', atMs, detail: `playback paused for ${pauseMs} ms after a partial that interrupts nothing` },
  ];
}
