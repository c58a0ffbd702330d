// This file turns what Amigo's agent says and does into neutral events.
import { FILLER_ACTION_TYPE, timingsOf, type AgentAction } from '../amigo-shared/parts.ts';
import type { SessionEvent } from '../neutral/session.ts';
import { decodeBase64 } from '../wire/base64Decode.ts';
import { malformed } from '../wire/issues.ts';
import type { MessageOf, NewMessage } from './messages.ts';
import type { Reply, SessionSettings } from './state.ts';

/** The reply that a piece belongs to. */
export function nextReply({ interaction_id, message_id, sequence_number }: NewMessage): Reply {
  const generation = interaction_id ?? message_id;
  return { generation, messageId: message_id, sequenceNumber: sequence_number };
}

/**
 * What a piece says: its text, its audio, that it is the last. A piece that repeats the one before is dropped, and a gap
 * is reported; where the numbers start does not matter.
 */
export function readPieceEvents(
  last: Reply | undefined,
  piece: NewMessage,
  { responseFormat, downlinkAudio: format, base64 }: SessionSettings,
): readonly SessionEvent[] {
  const stepCount = last?.messageId === piece.message_id ? piece.sequence_number - last.sequenceNumber : 1;
  const events: SessionEvent[] = [];
  if (stepCount !== 1) {
    events.push(malformed('one more than before', `${stepCount} more`, ['sequence_number']));
    if (stepCount === 0) return events;
  }
  const { generation } = nextReply(piece);
  if (responseFormat === 'text') {
    if (piece.message) events.push({ type: 'agentText', text: piece.message, generation });
    return events;
  }
  const alignment = timingsOf(piece.transcript_alignment ?? []);
  const text = alignment.map((timing) => timing.text).join('');
  if (text !== '') events.push({ type: 'agentText', text, generation, alignment });
  const streamId = piece.message_id;
  if (piece.message) {
    // No page says that one encoding goes on in the next piece, so each stands alone.
    const { bytes, droppedCharCount } = decodeBase64(piece.message, base64);
    if (droppedCharCount > 0) events.push(malformed('base64', `${droppedCharCount} other characters`, ['message']));
    if (bytes.length > 0) events.push({ type: 'agentAudio', bytes, format, generation, streamId });
  }
  if (piece.stop) events.push({ type: 'agentAudioEnded', generation, streamId });
  return events;
}

type ActionMessage = MessageOf<
  'server.current-agent-action' | 'current-agent-action' | 'server.action-too-long' | 'action-too-long'
>;

/** What the agent does, and the filler that may come with it. */
export function readActionEvents(
  message: ActionMessage,
  { readFiller, base64 }: SessionSettings,
): readonly SessionEvent[] {
  const action: AgentAction = isNested(message) ? message.action : { ...message, type: FILLER_ACTION_TYPE };
  const events: SessionEvent[] = [{ type: 'agentAction', actionType: action.type, action }];
  const filler = action['filler'];
  if (action.type !== FILLER_ACTION_TYPE || typeof filler !== 'string') return events;
  const content = readFiller?.(filler, base64);
  if (content) events.push({ type: 'filler', content });
  return events;
}

function isNested(
  message: ActionMessage,
): message is MessageOf<'server.current-agent-action' | 'current-agent-action'> {
  return message.type === 'server.current-agent-action' || message.type === 'current-agent-action';
}
