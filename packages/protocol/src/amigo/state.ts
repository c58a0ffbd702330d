// This file defines what the session rules of Amigo work on: the state of one connection, and what changes it.
import type { AudioFormat } from '../neutral/audioFormat.ts';
import type { TurnDetector } from '../neutral/capabilities.ts';
import type { ParseIssue, ParseResult } from '../neutral/parseResult.ts';
import type { EndCause, FillerContent, SessionCommand, SessionEvent } from '../neutral/session.ts';
import type { PendingWait, PlatformBase64 } from '../neutral/vendor.ts';
import { WAITS } from './constants.ts';
import type { AudioConfig, NewTextMessage } from './clientMessages.ts';
import type { ClientMessage, ServerMessage } from './messages.ts';

/**
 * Where a session is. `created`: no socket yet. `opening`: conversation asked for. `ready`, `userAudio`, `agentTurn`: the
 * client detects turns, and nobody, the user or the agent speaks. `vad`: the server detects turns, and anybody may
 * speak; `vadEnabling` and `vadDisabling` lead there and back.
 */
export type Phase =
  | 'created'
  | 'opening'
  | 'ready'
  | 'userAudio'
  | 'agentTurn'
  | 'vadEnabling'
  | 'vad'
  | 'vadDisabling'
  | 'finishing'
  | 'ended'
  | 'closed';

/** The reply that is being received, or was last. */
export interface Reply {
  /** `interaction_id`, or where that is missing `message_id`. */
  readonly generation: string;
  readonly messageId: string;
  /** Of its last piece. */
  readonly sequenceNumber: number;
}

/** The whole state of one session. */
export interface SessionState {
  readonly phase: Phase;
  /** Who detects turns, or soon will. */
  readonly detector: TurnDetector;
  readonly wasAccepted: boolean;
  readonly isAgentReady: boolean;
  /** The conversation cannot be continued. */
  readonly isCompleted: boolean;
  /** `finish` was commanded, and is done as soon as it is legal. */
  readonly wantsFinish: boolean;
  /** The next audio opens a stream, and has to say what it is. */
  readonly needsAudioConfig: boolean;
  /** Texts that wait until they are legal, in order. */
  readonly queue: readonly NewTextMessage[];
  /** How often turn detection was asked for without an answer. */
  readonly vadOnTries: number;
  readonly conversationId?: string | undefined;
  readonly reply?: Reply | undefined;
  readonly wait?: PendingWait | undefined;
  /** Why the session ended. */
  readonly endReason?: string | undefined;
  readonly isStalled?: boolean | undefined;
  /** Of the last error in band, until the agent goes on. */
  readonly errorCode?: string | undefined;
}

/** Reads the `filler` of an agent action: `readFiller` of `@voicewire/protocol/amigo/agent-actions`. */
export type FillerReader = (filler: string, base64?: PlatformBase64) => FillerContent | undefined;

/** What one session is set to. */
export interface SessionSettings {
  readonly greeting: ClientMessage;
  /** The conversation to continue. */
  readonly conversationId?: string | undefined;
  readonly detector: TurnDetector;
  /** The server can be asked to detect turns. */
  readonly canDetectTurns: boolean;
  readonly responseFormat: 'text' | 'voice';
  readonly downlinkAudio: AudioFormat;
  readonly audioConfig: AudioConfig;
  readonly base64: PlatformBase64;
  readonly readFiller?: FillerReader | undefined;
}

/** What can happen to a session. */
export type SessionInput =
  | { readonly type: 'opened' }
  | { readonly type: 'received'; readonly parsed: ParseResult<ServerMessage> }
  | { readonly type: 'commanded'; readonly command: SessionCommand }
  | { readonly type: 'expired'; readonly wait: PendingWait }
  | { readonly type: 'closed' };

/** The next state and what goes out: messages to the server, events to the engine. */
export interface Transition {
  readonly state: SessionState;
  readonly send: readonly ClientMessage[];
  readonly events: readonly SessionEvent[];
  /** Why a command was refused; then nothing else changed. */
  readonly refused?: readonly ParseIssue[];
}

/** Before the socket opens. */
export function initialState({ detector, conversationId }: SessionSettings): SessionState {
  return {
    phase: 'created',
    detector,
    wasAccepted: false,
    isAgentReady: false,
    isCompleted: false,
    wantsFinish: false,
    needsAudioConfig: true,
    queue: [],
    vadOnTries: 0,
    conversationId,
  };
}

/** True from socket open to the end. */
export function isLive({ phase }: SessionState): boolean {
  return phase !== 'created' && phase !== 'ended' && phase !== 'closed';
}

/** True from acceptance to the end. */
export function isConversing(state: SessionState): boolean {
  return isLive(state) && state.phase !== 'opening';
}

/** True where audio is legal. While turn detection is being switched off, the stream must not stop. */
export function isUplinkOpen({ phase }: SessionState): boolean {
  return phase === 'ready' || phase === 'userAudio' || phase === 'vad' || phase === 'vadDisabling';
}

/** What was commanded and waits until it is legal, in the order in which it will be said. */
export function waitingCommands({ queue, wantsFinish }: SessionState): SessionCommand['type'][] {
  const texts = queue.map(({ message_type: type }) =>
    type === 'user-message' ? 'sendUserMessage' : 'sendContextualUpdate',
  );
  return wantsFinish ? [...texts, 'finish'] : texts;
}

/** A new wait for what the server owes in `phase`; each is an object of its own. */
export function waitOf(phase: Phase): PendingWait | undefined {
  switch (phase) {
    case 'vadEnabling':
      return { awaited: 'turn-detector-on', limitMs: WAITS.vadOnMs };
    case 'vadDisabling':
      return { awaited: 'turn-detector-off', limitMs: WAITS.vadOffMs };
    case 'finishing':
      return { awaited: 'finish', limitMs: WAITS.finishMs };
    case 'agentTurn':
      return { awaited: 'reply', limitMs: WAITS.replyMs };
    default:
      return undefined;
  }
}

/** Changes the state and says events. */
export function say(state: SessionState, ...events: readonly SessionEvent[]): Transition {
  return { state, send: [], events };
}

/** Changes the state and sends messages. */
export function transmit(state: SessionState, ...send: readonly ClientMessage[]): Transition {
  return { state, send, events: [] };
}

/** Changes the state and asks who is to detect turns. */
export function switchVad(state: SessionState, isOn: boolean): Transition {
  return transmit(state, { type: 'client.switch-vad-mode', vad_mode_on: isOn });
}

/** Refuses a command. */
export function refuse(state: SessionState, refused: readonly ParseIssue[]): Transition {
  return { state, send: [], events: [], refused };
}

/** Ends the session from our side: the socket is left to the server, and then to the engine. */
export function end(state: SessionState, cause: EndCause, endReason: string): Transition {
  return {
    state: { ...state, phase: 'ended', endReason },
    send: [{ type: 'client.close-connection' }],
    events: [{ type: 'sessionEnded', cause, vendorReason: endReason }],
  };
}
