// This file holds the rules of one reply: what its lines mean, in which order they may come, and what it amounts to.
//
// | phase     | input                                   | next      | gives
// |-----------|-----------------------------------------|-----------|-------------------------------------------------
// | replying  | conversation-created                    | replying  | sessionAccepted
// | replying  | user-message-available                  | replying  | transcript, final
// | replying  | current-agent-action                    | replying  | agentAction; filler where it has one
// | replying  | new-message                             | replying  | agentText, agentAudio; agentAudioEnded at `stop`
// | replying  | interaction-complete                    | complete  | agentAudioEnded where one is due, turnCompleted
// | replying  | error                                   | failed    | vendorError: nothing of the interaction is kept
// | complete  | error                                   | unwound   | vendorError: the reply stands, finishing failed
// | complete  | a line that belongs before it           | complete  | malformedMessage
// | failed, unwound | anything                          | as it was | nothing
// | any other | end-session                             | as it was | nothing
// | any other | a line of an unknown type               | as it was | unknownMessage
// | any other | a line that cannot be read              | as it was | malformedMessage
import { readFiller } from '../amigo-shared/filler.ts';
import { FILLER_ACTION_TYPE, timingsOf } from '../amigo-shared/parts.ts';
import type { PcmFormat } from '../neutral/audioFormat.ts';
import type { ParseIssue, ParseResult } from '../neutral/parseResult.ts';
import type { NotePlatform, VoiceNoteEvent } from '../neutral/voiceNote.ts';
import type { CurrentAgentActionEvent, ErrorEvent, NewMessageEvent, ServerMessage } from './messages.ts';
import { malformed } from '../wire/issues.ts';
import { ReplyAudio } from './replyAudio.ts';

/** How a reply is to be read. */
export interface ReplyOptions {
  readonly responseFormat: 'text' | 'voice';
  /** What audio without a header is: the format that was asked for. */
  readonly rawFormat: PcmFormat;
  readonly platform: NotePlatform;
}

/** Where a reply is; see the table above. */
export type ReplyPhase = 'replying' | 'complete' | 'failed' | 'unwound';

/** One message of the agent's, piece by piece. */
interface AgentMessage {
  readonly id: string;
  readonly audio: ReplyAudio;
  lastSequence: number | undefined;
  hasStopped: boolean;
}

/** Reads the lines of one reply. Never throws. */
export class Reply {
  readonly #options: ReplyOptions;
  #phase: ReplyPhase = 'replying';
  #message: AgentMessage | undefined;
  #failure: ErrorEvent | undefined;
  #isConversationOver = false;

  constructor(options: ReplyOptions) {
    this.#options = options;
  }

  get phase(): ReplyPhase {
    return this.#phase;
  }

  /** The error that ended it, if one did. */
  get failure(): ErrorEvent | undefined {
    return this.#failure;
  }

  /** True when the agent ended the conversation with this reply. */
  get isConversationOver(): boolean {
    return this.#isConversationOver;
  }

  /** Takes the next line. */
  take(parsed: ParseResult<ServerMessage>): readonly VoiceNoteEvent[] {
    if (this.#failure !== undefined) return [];
    if (!parsed.ok) return [{ type: 'malformedMessage', issues: parsed.issues }];
    const { message } = parsed;
    if (message.type === 'unknown') return [{ type: 'unknownMessage', messageType: message.messageType }];
    if (message.type === 'end-session') return [];
    if (message.type === 'error') return this.#fail(message);
    if (this.#phase === 'complete') return [malformed('nothing after interaction-complete', message.type, ['type'])];
    return this.#takeInTurn(message);
  }

  /** The stream is over: ends the audio of a message that was cut off. */
  end(): readonly VoiceNoteEvent[] {
    return this.#endMessage();
  }

  #takeInTurn(message: Exclude<ServerMessage, { type: 'unknown' | 'end-session' | 'error' }>): VoiceNoteEvent[] {
    switch (message.type) {
      case 'conversation-created':
        return [{ type: 'sessionAccepted', conversationId: message.conversation_id }];
      case 'user-message-available':
        return [{ type: 'transcript', text: message.user_message, isFinal: true }];
      case 'current-agent-action':
        return this.#takeAction(message);
      case 'new-message':
        return this.#takePiece(message);
      case 'interaction-complete': {
        this.#phase = 'complete';
        this.#isConversationOver = message.conversation_completed;
        const { message_id: generation, full_message: fullText } = message;
        const over = message.conversation_completed ? { isConversationOver: true } : {};
        return [...this.#endMessage(), { type: 'turnCompleted', generation, fullText, ...over }];
      }
    }
  }

  #fail(error: ErrorEvent): VoiceNoteEvent[] {
    this.#phase = this.#phase === 'complete' ? 'unwound' : 'failed';
    this.#failure = error;
    const { http_error_code: code, error_description: vendorMessage } = error;
    return [...this.#endMessage(), { type: 'vendorError', vendorCode: String(code), vendorMessage }];
  }

  #takeAction({ action }: CurrentAgentActionEvent): VoiceNoteEvent[] {
    const events: VoiceNoteEvent[] = [{ type: 'agentAction', actionType: action.type, action }];
    const filler = action.type === FILLER_ACTION_TYPE ? action['filler'] : undefined;
    const content = typeof filler === 'string' ? readFiller(filler, this.#options.platform) : undefined;
    // Once the agent speaks there is no wait left to bridge.
    if (content !== undefined && this.#message === undefined) events.push({ type: 'filler', content });
    return events;
  }

  #takePiece(piece: NewMessageEvent): VoiceNoteEvent[] {
    const events: VoiceNoteEvent[] = [];
    if (this.#message?.id !== piece.message_id) {
      events.push(...this.#endMessage());
      const audio = new ReplyAudio({ ...this.#options.platform, rawFormat: this.#options.rawFormat });
      this.#message = { id: piece.message_id, audio, lastSequence: undefined, hasStopped: false };
    }
    const message = this.#message;
    const issue = faultOfOrder(message, piece);
    if (issue !== undefined) events.push({ type: 'malformedMessage', issues: [issue] });
    if (message.hasStopped || piece.sequence_number <= (message.lastSequence ?? Number.NEGATIVE_INFINITY))
      return events;
    message.lastSequence = piece.sequence_number;
    events.push(...this.#readPiece(message, piece));
    if (piece.stop) events.push(...this.#endMessage());
    return events;
  }

  #readPiece({ audio, id: generation }: AgentMessage, piece: NewMessageEvent): VoiceNoteEvent[] {
    const text = piece.message ?? '';
    if (this.#options.responseFormat === 'text') return text === '' ? [] : [{ type: 'agentText', text, generation }];
    const events: VoiceNoteEvent[] = [];
    const alignment = timingsOf(piece.transcript_alignment ?? []);
    if (alignment.length > 0) {
      events.push({ type: 'agentText', text: alignment.map((timing) => timing.text).join(''), generation, alignment });
    }
    const { audio: heard, issues } = audio.take(text, piece.stop);
    if (issues.length > 0) events.push({ type: 'malformedMessage', issues });
    if (heard !== undefined) events.push({ type: 'agentAudio', ...heard, generation });
    return events;
  }

  /** Says, once per message, that no more of its audio comes; and gives what still waited to be recognized. */
  #endMessage(): VoiceNoteEvent[] {
    const message = this.#message;
    if (message === undefined || message.hasStopped) return [];
    message.hasStopped = true;
    if (this.#options.responseFormat === 'text') return [];
    const { id: generation } = message;
    const { audio } = message.audio.take('', true);
    const rest: VoiceNoteEvent[] = audio === undefined ? [] : [{ type: 'agentAudio', ...audio, generation }];
    return [...rest, { type: 'agentAudioEnded', generation }];
  }
}

/** Numbers count from wherever they start. Over HTTP nothing is lost: a gap is the server's, and worth a report only. */
function faultOfOrder(message: AgentMessage, piece: NewMessageEvent): ParseIssue | undefined {
  const path = ['sequence_number'];
  if (message.hasStopped) return { path, expected: 'no piece after stop', received: 'another one' };
  if (message.lastSequence === undefined) return undefined;
  const wanted = message.lastSequence + 1;
  if (piece.sequence_number === wanted) return undefined;
  return { path, expected: String(wanted), received: String(piece.sequence_number) };
}
