// This file models what messages of both Amigo surfaces are made of: pieces of replies, and agent actions.
//
// Sources: [rt] the page on real-time voice, [oas] the OpenAPI document in amigo-ai/amigo-typescript-sdk at ff80074.
import type { TextTiming } from '../neutral/session.ts';
import type { ObjectShape, Shape, ValueIn } from '../wire/shape.ts';

/** When each character of a reply is heard: `[ms, character]`, from the start of the message's audio. [rt], [oas]. */
export const ALIGNMENT_SHAPE = [['number', 'string']] as const satisfies Shape;
export type Alignment = ValueIn<typeof ALIGNMENT_SHAPE>;

/** Fields that a piece of an agent message has on both surfaces. [rt], [oas]. */
export const MESSAGE_PIECE_SHAPE = {
  /** Base64 audio, or a piece of text. `null` and `''` carry nothing. */
  'message?': 'string',
  message_id: 'string',
  /** Counts the pieces of a message. Starts at 1 in [rt], at 0 in the Python SDK's tests. */
  sequence_number: 'number',
  /** True for the last piece. */
  stop: 'boolean',
  /** Of the audio sent with this piece or soon after; `null`, empty or missing otherwise. */
  'transcript_alignment?': ALIGNMENT_SHAPE,
} as const satisfies ObjectShape;

/** The agent has said all of it. [rt], [oas]. */
export const INTERACTION_COMPLETE_SHAPE = {
  message_id: 'string',
  interaction_id: 'string',
  /** The text, or the transcript of the audio. */
  full_message: 'string',
  /** True: the agent ended the conversation. */
  conversation_completed: 'boolean',
} as const satisfies ObjectShape;

/** What the agent is doing. Only `type` is checked here; `@voicewire/protocol/amigo/agent-actions` knows the rest. */
export const AGENT_ACTION_SHAPE = { type: 'string' } as const satisfies ObjectShape;
export type AgentAction = ValueIn<typeof AGENT_ACTION_SHAPE>;

/** `type` of the action that bridges a wait. [oas] `ActionTooLong`. */
export const FILLER_ACTION_TYPE = 'action-too-long';

/** The alignment in neutral words. */
export function timingsOf(alignment: Alignment): readonly TextTiming[] {
  return alignment.map(([atMs, text]) => ({ atMs, text }));
}
