// This file models what messages of both Amigo surfaces are made of: pieces of replies, and agent actions.
//
// Sources: [rt] the page on real-time voice, [oas] the OpenAPI document in amigo-ai/amigo-typescript-sdk at ff80074.
import * as v from 'valibot';
import type { TextTiming } from '../neutral/session.ts';

/** When each character of a reply is heard: `[ms, character]`, from the start of the message's audio. [rt], [oas]. */
export const AlignmentSchema = v.array(v.tuple([v.number(), v.string()]));
export type Alignment = v.InferOutput<typeof AlignmentSchema>;

/** Fields that a piece of an agent message has on both surfaces. [rt], [oas]. */
export const MESSAGE_PIECE_ENTRIES = {
  /** Base64 audio, or a piece of text. `null` and `''` carry nothing. */
  message: v.nullish(v.string()),
  message_id: v.string(),
  /** Counts the pieces of a message. Starts at 1 in [rt], at 0 in the Python SDK's tests. */
  sequence_number: v.number(),
  /** True for the last piece. */
  stop: v.boolean(),
  /** Of the audio sent with this piece or soon after; `null`, empty or missing otherwise. */
  transcript_alignment: v.nullish(AlignmentSchema),
} as const;

/** A message without fields. */
export const bare = /* @__NO_SIDE_EFFECTS__ */ <const Type extends string>(type: Type) =>
  v.looseObject({ type: v.literal(type) });

/** What the agent is doing. Only `type` is checked here; `@voicewire/protocol/amigo/agent-actions` knows the rest. */
export const AgentActionSchema = v.looseObject({ type: v.string() });
export type AgentAction = v.InferOutput<typeof AgentActionSchema>;

/** `type` of the action that bridges a wait. [oas] `ActionTooLong`. */
export const FILLER_ACTION_TYPE = 'action-too-long';

/** The alignment in neutral words. */
export function timingsOf(alignment: Alignment): readonly TextTiming[] {
  return alignment.map(([atMs, text]) => ({ atMs, text }));
}
