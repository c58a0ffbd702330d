// This file makes what a reply holds besides the agent's words: agent actions, fillers, and lines that no document knows.
import type { ServerMessage } from '@voicewire/protocol/amigo-notes';
import { encodeBase64 } from '@voicewire/protocol/wire';
import { AGENT_SAMPLE_RATE } from '../agents/agent.ts';
import type { ActionFilter } from '../amigo-shared/actionFilter.ts';
import { AGENT_ACTION_SAMPLES, spoilAction } from '../amigo-shared/agentActionSamples.ts';
import type { FaultPlan } from '../server/faultPlan.ts';
import { encodeWav } from '../speech/wavFile.ts';
import type { AmigoNotesFaultName } from './faults.ts';

type Faults = FaultPlan<AmigoNotesFaultName>;

/** Bytes of the LIST chunk of a file that has one, as the vendor's own test file does. */
const LIST_BYTES = 26;
const FILLER_TEXT = 'Let me look that up. 😀';
/** A hum of 400 ms at 220 Hz, so that a filler is told from speech by ear and by spectrum. */
const FILLER_HZ = 220;
const FILLER_MS = 400;
const FILLER_LEVEL = 8000;

/** Events between the user's words and the agent's, and how long the agent is late because of them. */
export function bridgeEvents(faults: Faults, filter: ActionFilter): { events: ServerMessage[]; delayMs: number } {
  const events: ServerMessage[] = [];
  if (faults.has('unknown-event')) {
    events.push(unknownEvent({ type: 'mood-changed', mood: { name: 'curious', emoji: '\ud83e\udd14' } }));
  }
  const long = faults.find('long-line');
  if (long !== undefined) events.push(unknownEvent({ type: 'padding', padding: 'x'.repeat(long.sizeBytes) }));
  const actions: Readonly<Record<string, unknown>>[] = [];
  if (faults.has('agent-actions')) actions.push(...AGENT_ACTION_SAMPLES);
  if (faults.has('agent-actions-malformed')) actions.push(...AGENT_ACTION_SAMPLES.map(spoilAction));
  const spoken = faults.find('filler-wav');
  const withList = faults.find('filler-wav-list');
  const written = faults.find('filler-text');
  if (spoken !== undefined) actions.push(filler(humInBase64(0)));
  if (withList !== undefined) actions.push(filler(humInBase64(LIST_BYTES)));
  if (written !== undefined) actions.push(filler(FILLER_TEXT));
  events.push(...actionEvents(actions, filter));
  return { events, delayMs: Math.max(...[spoken, withList, written].map((fault) => fault?.delayMs ?? 0)) };
}

/** A filler that comes when the agent already speaks. */
export function lateFillerEvents(faults: Faults, filter: ActionFilter): ServerMessage[] {
  return faults.has('filler-late') ? actionEvents([filler(humInBase64(0))], filter) : [];
}

function actionEvents(actions: readonly Readonly<Record<string, unknown>>[], filter: ActionFilter): ServerMessage[] {
  return actions
    .map((action) => ({ ...action, type: String(action['type']) }))
    .filter(({ type }) => filter.matches(type))
    .map((action) => ({ type: 'current-agent-action', action }));
}

function filler(content: string): Readonly<Record<string, unknown>> {
  return { type: 'action-too-long', filler: content, previously_started_event: { type: 'tool-call-started' } };
}

function humInBase64(listBytes: number): string {
  const length = (FILLER_MS * AGENT_SAMPLE_RATE) / 1000;
  const hum = Int16Array.from({ length }, (_, n) => {
    const edge = Math.min(1, n / 160, (length - 1 - n) / 160);
    return Math.round(edge * FILLER_LEVEL * Math.sin((2 * Math.PI * FILLER_HZ * n) / AGENT_SAMPLE_RATE));
  });
  return encodeBase64(encodeWav(hum, AGENT_SAMPLE_RATE, { listBytes }));
}

function unknownEvent(raw: Readonly<Record<string, unknown>> & { readonly type: string }): ServerMessage {
  return { type: 'unknown', messageType: raw.type, raw };
}
