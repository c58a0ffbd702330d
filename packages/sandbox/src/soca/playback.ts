// This file judges what a client played, which no server can hear: rules D-10 to D-13. For tests that tap a player.
import { parseServerMessage, readSeq } from '@voicewire/protocol/soca';
import type { SocaRuleId } from './rules.ts';

/** How long audio may be heard after what ends it, in ms. */
const MAX_TAIL_MS = 60;
/** A pause of playback that is heard as one, in ms: longer than any that a jitter buffer smooths over. */
const PAUSE_MS = 250;
/** A pause that begins so soon after a partial was made by it, in ms. */
const PARTIAL_EFFECT_MS = 300;

/** Of base64 of MP3 at 32 kbit/s. */
const MS_PER_CHAR = 3 / 16;

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
 *   D-13  silent for 250 ms, within 300 ms of a partial, although more of a reply had come and nothing has ended it
 */
export function judgePlayback({ received, bargedAtMs = [], played }: PlaybackEvidence): readonly PlaybackBreach[] {
  const wire = readWire(received);
  const own = bargedAtMs.map((atMs): Cut => ({ ruleId: 'D-12', atMs, belowSeq: seqAt(wire, atMs) + 1 }));
  const all = [...wire.cuts, ...own].sort((a, b) => a.atMs - b.atMs);
  const byPartials = wire.partialsAtMs.flatMap((atMs) => judgePartial(atMs, all, wire, played));
  return [...all.flatMap((cut) => judgeCut(cut, played)), ...byPartials];
}

/** What the wire says, in order of time. */
interface WireEvidence {
  readonly cuts: readonly Cut[];
  readonly partialsAtMs: readonly number[];
  readonly seqs: readonly { readonly atMs: number; readonly seq: number }[];
  readonly audio: readonly { readonly atMs: number; readonly seq: number; readonly lengthMs: number }[];
}

function readWire(received: PlaybackEvidence['received']): WireEvidence {
  const cuts: Cut[] = [];
  const partialsAtMs: number[] = [];
  const seqs: { atMs: number; seq: number }[] = [];
  const audio: { atMs: number; seq: number; lengthMs: number }[] = [];
  const highest = (): number => seqs.at(-1)?.seq ?? Number.NEGATIVE_INFINITY;
  for (const { atMs, data } of received) {
    const parsed = parseServerMessage(data);
    if (!parsed.ok) continue;
    const { message } = parsed;
    const isBarge = message.type === 'barge';
    const seq = seqOf(message) ?? (isBarge ? highest() + 1 : undefined);
    if (message.type === 'stt.partial') partialsAtMs.push(atMs);
    if (message.type === 'sentence') {
      audio.push({ atMs, seq: seq ?? highest(), lengthMs: (message.step.audioBase64?.length ?? 0) * MS_PER_CHAR });
    }
    if (seq === undefined || seq <= highest()) continue;
    if (seqs.length > 0) cuts.push({ ruleId: isBarge ? 'D-10' : 'D-11', atMs, belowSeq: seq });
    seqs.push({ atMs, seq });
  }
  return { cuts, partialsAtMs, seqs, audio };
}

function seqAt({ seqs }: WireEvidence, atMs: number): number {
  return seqs.filter((step) => step.atMs <= atMs).at(-1)?.seq ?? Number.NEGATIVE_INFINITY;
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

function judgePartial(
  atMs: number,
  cuts: readonly Cut[],
  wire: WireEvidence,
  played: readonly PlayedSpan[],
): readonly PlaybackBreach[] {
  const index = played.findIndex((span) => span.toMs >= atMs && span.toMs <= atMs + PARTIAL_EFFECT_MS);
  const span = played[index];
  if (span === undefined) return [];
  const resumedAtMs = played[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
  const cutAtMs = cuts.find((cut) => cut.atMs >= atMs - PARTIAL_EFFECT_MS)?.atMs ?? Number.POSITIVE_INFINITY;
  const pauseMs = Math.min(resumedAtMs, cutAtMs) - span.toMs;
  if (pauseMs < PAUSE_MS || leftToPlayMs(span, wire, played) < PAUSE_MS) return [];
  const forHowLong = Number.isFinite(pauseMs) ? `for ${Math.round(pauseMs)} ms` : 'for good';
  return [{ ruleId: 'D-13', atMs, detail: `playback paused ${forHowLong} after a partial that interrupts nothing` }];
}

/** Audio of the reply that had come and was not played when the stretch ended. */
function leftToPlayMs({ seq, toMs }: PlayedSpan, { audio }: WireEvidence, played: readonly PlayedSpan[]): number {
  const cameMs = audio.reduce(
    (sum, piece) => (piece.seq === seq && piece.atMs <= toMs ? sum + piece.lengthMs : sum),
    0,
  );
  const playedMs = played.reduce((sum, span) => {
    return span.seq === seq && span.toMs <= toMs ? sum + span.toMs - span.fromMs : sum;
  }, 0);
  return cameMs - playedMs;
}
