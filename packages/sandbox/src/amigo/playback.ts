// This file judges what a client played and told its user, which no server can see: rules. For tests that tap a
// client.
import { parseServerMessage } from '@voicewire/protocol/amigo';
import type { RuleId } from './rules.ts';

/** How long audio may be heard after what ends it, in ms. */
const MAX_TAIL_MS = 60;
/** Two clocks and a network between them agree no better than this, in ms. */
const TIME_TOLERANCE_MS = 100;

/** A stretch of audible sound of one interaction, without a pause. */
export interface AmigoPlayedSpan {
  /** As on the pieces; where they have none, `message_id`. */
  readonly interactionId: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** An utterance of the user as the client told it, on its own clock. */
export interface AmigoToldSpeech {
  /** When it was told. */
  readonly atMs: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** What a client received and played; all times on one clock, in ms. */
export interface AmigoPlaybackEvidence {
  readonly received: readonly { readonly atMs: number; readonly data: string | Uint8Array }[];
  /** In order of time. */
  readonly played: readonly AmigoPlayedSpan[];
  /** What the client does about an empty transcript: nothing, or it goes on where it stopped. Default `discard`. */
  readonly falseAlarm?: 'discard' | 'resume';
  /** In order of time. Default: none. */
  readonly toldSpeech?: readonly AmigoToldSpeech[];
}

/** One breach. */
export interface AmigoPlaybackBreach {
  readonly ruleId: RuleId;
  readonly atMs: number;
  readonly detail: string;
}

/** From `fromMs` to `toMs`, the interactions of `dead` must not be heard. */
interface Silence {
  readonly fromMs: number;
  toMs: number;
  readonly dead: ReadonlySet<string>;
}

/**
 * Judges playback against the wire.
 *
 *   A-45  audible 60 ms after `vad-speech-started`
 *   A-46  not resumed after an empty transcript, where that is what the client does; or resumed, where it is not
 *   A-47  heard again later, for instance because its pieces went on
 *   A-48  an utterance begins before the one before has ended, or ends after it was told
 */
export function judgeAmigoPlayback(evidence: AmigoPlaybackEvidence): readonly AmigoPlaybackBreach[] {
  const { played, falseAlarm = 'discard', toldSpeech = [] } = evidence;
  const { silences, alarmsAtMs } = readWire(evidence);
  const breaches = [...silences.flatMap((silence) => judgeSilence(silence, played)), ...judgeTimes(toldSpeech)];
  if (falseAlarm === 'discard') return breaches;
  const missed = alarmsAtMs.filter(({ atMs, dead }) => {
    const wasCut = played.some(({ interactionId, toMs }) => dead.has(interactionId) && Math.abs(toMs - atMs) < 2000);
    return wasCut && !played.some(({ interactionId, fromMs }) => dead.has(interactionId) && fromMs >= atMs);
  });
  return [
    ...breaches,
    ...missed.map(({ atMs }) => ({ ruleId: 'A-46' as const, atMs, detail: 'nothing goes on after a false alarm' })),
  ];
}

function readWire({ received, falseAlarm = 'discard' }: AmigoPlaybackEvidence) {
  const silences: Silence[] = [];
  const alarmsAtMs: { atMs: number; dead: ReadonlySet<string> }[] = [];
  const seen = new Set<string>();
  for (const { atMs, data } of received) {
    const parsed = parseServerMessage(data);
    if (!parsed.ok) continue;
    const { message } = parsed;
    if (message.type === 'server.new-message') seen.add(message.interaction_id ?? message.message_id);
    if (message.type === 'server.vad-speech-started' && seen.size > 0) {
      silences.push({ fromMs: atMs, toMs: Number.POSITIVE_INFINITY, dead: new Set(seen) });
    }
    const last = silences.at(-1);
    if (message.type !== 'server.vad-speech-ended' || message.transcript !== '' || last === undefined) continue;
    if (falseAlarm === 'resume') last.toMs = atMs;
    alarmsAtMs.push({ atMs, dead: last.dead });
  }
  return { silences, alarmsAtMs };
}

/** Whatever the server does to its zero, time does not go back on the client's clock. */
function judgeTimes(told: readonly AmigoToldSpeech[]): AmigoPlaybackBreach[] {
  return told.flatMap(({ atMs, startMs, endMs }, i) => {
    const previousEndMs = told[i - 1]?.endMs ?? Number.NEGATIVE_INFINITY;
    const isAfter = startMs >= previousEndMs - TIME_TOLERANCE_MS && startMs <= endMs;
    if (isAfter && endMs <= atMs + TIME_TOLERANCE_MS) return [];
    const detail = `speech from ${Math.round(startMs)} to ${Math.round(endMs)} ms, told at ${Math.round(atMs)} ms`;
    return [{ ruleId: 'A-48' as const, atMs, detail }];
  });
}

/** At most one breach of either rule per interruption: the worst. */
function judgeSilence({ fromMs, toMs, dead }: Silence, played: readonly AmigoPlayedSpan[]): AmigoPlaybackBreach[] {
  const breaches: AmigoPlaybackBreach[] = [];
  const heard = played.filter((span) => dead.has(span.interactionId) && span.toMs > fromMs && span.fromMs < toMs);
  // What is heard across the moment of the interruption; with a gap in between, it is another stretch of sound.
  const tail = heard.find((span) => span.fromMs <= fromMs);
  const tailMs = Math.min(tail?.toMs ?? fromMs, toMs) - fromMs;
  if (tailMs > MAX_TAIL_MS) {
    const detail = `the agent is audible ${Math.round(tailMs)} ms after speech was reported, wanted ≤ ${MAX_TAIL_MS} ms`;
    breaches.push({ ruleId: 'A-45', atMs: fromMs, detail });
  }
  const again = heard.find((span) => span.fromMs > fromMs);
  if (again !== undefined) {
    const laterMs = Math.round(again.fromMs - fromMs);
    const detail = `an interrupted interaction is heard again ${laterMs} ms after the interruption`;
    breaches.push({ ruleId: 'A-47', atMs: again.fromMs, detail });
  }
  return breaches;
}
