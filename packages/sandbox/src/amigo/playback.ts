// This file judges what a client played, which no server can hear: rules. For tests that tap a player.
import { parseServerMessage } from '@voicewire/protocol/amigo';
import type { RuleId } from './rules.ts';

/** How long audio may be heard after what ends it, in ms. */
const MAX_TAIL_MS = 60;

/** A stretch of audible sound of one interaction, without a pause. */
export interface AmigoPlayedSpan {
  /** As on the pieces; where they have none, `message_id`. */
  readonly interactionId: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a client received and played; all times on one clock, in ms. */
export interface AmigoPlaybackEvidence {
  readonly received: readonly { readonly atMs: number; readonly data: string | Uint8Array }[];
  /** In order of time. */
  readonly played: readonly AmigoPlayedSpan[];
  /** What the client does about an empty transcript: nothing, or it goes on where it stopped. Default `discard`. */
  readonly falseAlarm?: 'discard' | 'resume';
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
 */
export function judgeAmigoPlayback(evidence: AmigoPlaybackEvidence): readonly AmigoPlaybackBreach[] {
  const { played, falseAlarm = 'discard' } = evidence;
  const { silences, alarmsAtMs } = readWire(evidence);
  const breaches = silences.flatMap((silence) => judgeSilence(silence, played));
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
