// This file holds the session rules of Amigo's real-time voice: which message is legal when, and what it means.
import type { SessionEvent } from '../neutral/session.ts';
import type { PendingWait } from '../neutral/vendor.ts';
import { failWith } from '../wire/issues.ts';
import { reduceCommand } from './commands.ts';
import type { InteractionCompleteMessage, MessageOf, NewMessage, ServerMessage } from './messages.ts';
import { nextReply, readActionEvents, readPieceEvents } from './reply.ts';
import {
  end,
  isConversing,
  isLive,
  isUplinkOpen,
  say,
  switchVad,
  transmit,
  waitOf,
  type SessionInput,
  type SessionSettings,
  type SessionState,
  type Transition,
} from './state.ts';

// One row per transition; what no row names changes nothing and says nothing. "Live" is any phase between created and
// ended, "conversing" the same without opening, "manual" is ready, userAudio or agentTurn. Wherever a row changes
// whether audio is legal (ready, userAudio, vad, vadDisabling), uplinkOpened or uplinkClosed is said after its events.
//
// | phase             | input                          | next         | sends        | events                           |
// | ----------------- | ------------------------------ | ------------ | ------------ | -------------------------------- |
// | created           | opened                         | opening      | start or continue |                             |
// | opening           | created, retrieved; client detects | ready    |              | sessionAccepted, agentReady      |
// | opening           | created, retrieved; server detects | vadEnabling | switch on | sessionAccepted                  |
// | vadEnabling       | switched on                    | vad          |              | turnDetectorChanged, agentReady once |
// | vadEnabling       | expired, first time            | same         | switch on    |                                  |
// | vadEnabling       | expired again                  | ready        |              | waitExpired, turnDetectorChanged, agentReady once |
// | manual            | switched on                    | vad          |              | turnDetectorChanged              |
// | vad, vadDisabling | switched off                   | ready        |              | turnDetectorChanged              |
// | vadDisabling      | expired, to finish             | ended        | close        | waitExpired, sessionEnded        |
// | vadDisabling      | expired, otherwise             | vad          |              | waitExpired                      |
// | ready             | new-message                    | agentTurn    |              | its events                       |
// | conversing        | new-message                    | same         |              | its events                       |
// | agentTurn         | interaction-complete           | ready        |              | turnCompleted                    |
// | conversing        | interaction-complete           | same         |              | turnCompleted                    |
// | conversing        | the same, conversation over    | ended        | close        | turnCompleted, sessionEnded      |
// | agentTurn         | expired                        | ended        |              | waitExpired (fatal)              |
// | conversing        | vad-speech-*                   | same         |              | see README                       |
// | conversing        | agent action                   | same         |              | agentAction, perhaps filler      |
// | finishing         | conversation-completed         | ended        | close        | sessionEnded                     |
// | finishing         | expired                        | ended        | close        | waitExpired, sessionEnded        |
// | conversing        | conversation-completed         | ended        | close        | sessionEnded                     |
// | live              | error                          | same         |              | vendorError                      |
// | live              | unknown type                   | same         |              | unknownMessage                   |
// | live              | unreadable, or too early       | same         |              | malformedMessage                 |
// | any               | closed                         | closed       |              |                                  |
//
// The rows of commands stand in commands.ts.
export function reduceSession(state: SessionState, input: SessionInput, settings: SessionSettings): Transition {
  const transition = reduceInput(state, input, settings);
  return transition.refused ? transition : settle(state, input, transition);
}

function reduceInput(state: SessionState, input: SessionInput, settings: SessionSettings): Transition {
  switch (input.type) {
    case 'opened':
      return state.phase === 'created' ? transmit({ ...state, phase: 'opening' }, settings.greeting) : say(state);
    case 'received':
      if (!isLive(state)) return say(state);
      if (!input.parsed.ok) return say(state, { type: 'malformedMessage', issues: input.parsed.issues });
      return reduceMessage(state, input.parsed.message, settings);
    case 'commanded':
      return reduceCommand(state, input.command, settings);
    case 'expired':
      return state.wait === input.wait ? reduceExpiry(state, input.wait) : say(state);
    case 'closed':
      return say({ ...state, phase: 'closed' });
  }
}

/** Does what has become legal, says whether audio is, and starts the wait that belongs to the new phase. */
function settle(before: SessionState, input: SessionInput, transition: Transition): Transition {
  let { state } = transition;
  const send = [...transition.send];
  for (let next = pursue(state); next !== undefined; next = pursue(state)) {
    send.push(...next.send);
    state = next.state;
  }
  const events = [...transition.events];
  const isOpen = isUplinkOpen(state);
  if (isOpen !== isUplinkOpen(before) && isLive(state)) events.push({ type: isOpen ? 'uplinkOpened' : 'uplinkClosed' });
  // Any message shows that the connection is alive, so the wait for a reply starts anew with it.
  const isRenewed = input.type === 'received' && state.phase === 'agentTurn';
  if (state.phase !== before.phase || isRenewed) state = { ...state, wait: waitOf(state.phase) };
  return { state, send, events };
}

/** The next thing that was asked for and is legal by now. */
function pursue(state: SessionState): Transition | undefined {
  const { phase } = state;
  if (phase !== 'ready' && phase !== 'vad') return undefined;
  const [text, ...queue] = state.queue;
  if (text !== undefined) {
    const startsTurn = phase === 'ready' && (text.message_type === 'user-message' || text.start_interaction === true);
    return transmit({ ...state, queue, phase: startsTurn ? 'agentTurn' : phase }, text);
  }
  if (!state.wantsFinish) return undefined;
  if (phase === 'ready') {
    return transmit({ ...state, phase: 'finishing', wantsFinish: false }, { type: 'client.finish-conversation' });
  }
  // Finishing is refused while the server detects turns ([rt] "Finish Conversation", VAD mode).
  return switchVad({ ...state, phase: 'vadDisabling' }, false);
}

function reduceMessage(state: SessionState, message: ServerMessage, settings: SessionSettings): Transition {
  switch (message.type) {
    case 'server.conversation-created':
      return accept({ ...state, conversationId: message.conversation_id }, false);
    case 'server.conversation-retrieved':
      return accept(state, true);
    case 'server.error':
    case 'error':
      return reduceError(state, message);
    case 'unknown':
      return say(state, { type: 'unknownMessage', messageType: message.messageType });
    default:
      if (isConversing(state)) return reduceConversation(state, message, settings);
      return say(state, { type: 'malformedMessage', issues: failWith('a conversation first', message.type).issues });
  }
}

type Early = 'server.conversation-created' | 'server.conversation-retrieved' | 'server.error' | 'error' | 'unknown';

function reduceConversation(
  state: SessionState,
  message: Exclude<ServerMessage, { readonly type: Early }>,
  settings: SessionSettings,
): Transition {
  switch (message.type) {
    case 'server.new-message':
      return reducePiece(state, message, settings);
    case 'server.interaction-complete':
      return reduceComplete(state, message);
    case 'server.conversation-completed': {
      const cause = state.phase === 'finishing' ? 'client-ended' : 'server-ended';
      return end({ ...state, isCompleted: true }, cause, 'conversation-completed');
    }
    case 'server.vad-speech-started':
      return say(state, { type: 'userSpeechStarted', startMs: toMs(message.start) }, ...interruptionOf(state));
    case 'server.vad-speech-ended': {
      const times = { startMs: toMs(message.start), endMs: toMs(message.end) };
      const transcript = { type: 'transcript', text: message.transcript, isFinal: true } as const;
      return say(state, { type: 'userSpeechEnded', ...times }, transcript);
    }
    case 'server.vad-speech-reset-zero':
      return say(state, { type: 'speechClockReset' });
    case 'server.vad-mode-switched':
      return reduceSwitched(state, message.current_vad_mode_on);
    default:
      return say(state, ...readActionEvents(message, settings));
  }
}

function accept(state: SessionState, isResumed: boolean): Transition {
  if (state.phase !== 'opening') return say(state);
  const { conversationId, detector } = state;
  const accepted: SessionEvent = {
    type: 'sessionAccepted',
    isResumed,
    ...(conversationId === undefined ? {} : { conversationId }),
  };
  const next: SessionState = { ...state, wasAccepted: true, errorCode: undefined };
  if (detector === 'client') {
    return say({ ...next, phase: 'ready', isAgentReady: true }, accepted, { type: 'agentReady' });
  }
  const switching = switchVad({ ...next, phase: 'vadEnabling' }, true);
  return { ...switching, events: [accepted] };
}

function reduceSwitched(state: SessionState, isOn: boolean): Transition {
  const { phase } = state;
  // An answer to switching on may still come after we have asked to switch off: only the awaited one counts.
  if (isOn ? phase === 'vad' || phase === 'vadDisabling' : phase !== 'vad' && phase !== 'vadDisabling')
    return say(state);
  if (phase === 'finishing') return say(state);
  return switchTo(state, isOn ? 'server' : 'client');
}

function switchTo(state: SessionState, detector: 'server' | 'client'): Transition {
  const events: SessionEvent[] = [{ type: 'turnDetectorChanged', detector }];
  if (!state.isAgentReady) events.push({ type: 'agentReady' });
  const phase = detector === 'server' ? 'vad' : 'ready';
  return say({ ...state, phase, detector, isAgentReady: true, needsAudioConfig: true, vadOnTries: 0 }, ...events);
}

function reducePiece(state: SessionState, piece: NewMessage, settings: SessionSettings): Transition {
  const events = readPieceEvents(state.reply, piece, settings);
  const phase = state.phase === 'ready' ? 'agentTurn' : state.phase;
  return say({ ...state, phase, reply: nextReply(piece), errorCode: undefined }, ...events);
}

function reduceComplete(state: SessionState, message: InteractionCompleteMessage): Transition {
  const { reply } = state;
  // The id of the pieces, which may have come without an interaction.
  const generation = reply?.messageId === message.message_id ? reply.generation : message.interaction_id;
  const isConversationOver = message.conversation_completed;
  const completed = { type: 'turnCompleted', generation, fullText: message.full_message, isConversationOver } as const;
  if (isConversationOver) {
    const ending = end({ ...state, isCompleted: true }, 'agent-ended', 'conversation-completed');
    return { ...ending, events: [completed, ...ending.events] };
  }
  if (state.phase !== 'agentTurn') return say(state, completed);
  return say({ ...state, phase: 'ready', needsAudioConfig: true }, completed);
}

/** Speech is the signal to fall silent; whether it was speech, its transcript will tell. */
function interruptionOf({ reply }: SessionState): readonly SessionEvent[] {
  return reply ? [{ type: 'interrupted', generation: reply.generation, isTentative: true }] : [];
}

function reduceError(state: SessionState, message: MessageOf<'error' | 'server.error'>): Transition {
  const vendorCode = wordOf(message['http_error_code'] ?? message['code']) ?? 'error';
  const vendorMessage = wordOf(message['error_description'] ?? message['message']) ?? '';
  return say({ ...state, errorCode: vendorCode }, { type: 'vendorError', vendorCode, vendorMessage });
}

function reduceExpiry(state: SessionState, wait: PendingWait): Transition {
  const expired = { type: 'waitExpired', ...wait } as const;
  switch (state.phase) {
    case 'vadEnabling': {
      if (state.vadOnTries > 0) return withFirst(expired, switchTo(state, 'client'));
      const again = { ...state, vadOnTries: 1, wait: waitOf('vadEnabling') };
      return switchVad(again, true);
    }
    case 'vadDisabling':
      // Finishing is illegal now, so the conversation stays unfinished.
      if (state.wantsFinish) return withFirst(expired, end(state, 'client-ended', 'finish-unconfirmed'));
      return say({ ...state, phase: 'vad', detector: 'server' }, expired);
    case 'finishing':
      return withFirst(expired, end(state, 'client-ended', 'finish-unconfirmed'));
    default:
      return say({ ...state, phase: 'ended', isStalled: true }, { ...expired, isFatal: true });
  }
}

function withFirst(event: SessionEvent, transition: Transition): Transition {
  return { ...transition, events: [event, ...transition.events] };
}

function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** The vendor's speech clock runs in seconds. */
function toMs(seconds: number): number {
  return Math.round(seconds * 1000);
}
