// This file streams one reply: what the user said, what the agent does and says, and how it ends.
import type { ServerMessage } from '@voicewire/protocol/amigo-notes';
import { encodeBase64 } from '@voicewire/protocol/wire';
import type { TranscribedUtterance } from '../hearing/utterance.ts';
import type { StartedLine } from '../agents/agentSession.ts';
import type { ActionFilter } from '../amigo-shared/actionFilter.ts';
import type { Conversation, MessageAuthor } from '../amigo-shared/conversation.ts';
import type { OperationHold } from '../amigo-shared/operationLock.ts';
import type { Recordings } from '../amigo-shared/recordings.ts';
import type { Clock } from '../clock.ts';
import type { FaultPlan } from '../server/faultPlan.ts';
import type { ResponseProducer, ResponseSink, ResponseStream } from '../server/http.ts';
import { TimerSet } from '../server/timerSet.ts';
import type { SpokenLine } from '../speech/speechQueue.ts';
import { SENTENCE_PAUSE_SAMPLES } from '../speech/voice.ts';
import type { AmigoNotesFaultName } from './faults.ts';
import type { ExchangeLedger } from './exchangeLedger.ts';
import { LineWriter } from './lineWriter.ts';
import type { NoteAgent, NoteListener } from './noteAgents.ts';
import type { AmigoNotesSettings } from './options.ts';
import { PiecePump } from './piecePump.ts';
import type { Prompt, ReplyOutcome } from './prompt.ts';
import { bridgeEvents, lateFillerEvents } from './replyExtras.ts';
import type { ReplyAudio } from './replyAudio.ts';
import type { ReplyPiece } from './replyPieces.ts';
import { cutLine } from './replyPieces.ts';
import { SpokenReply } from './spokenReply.ts';

/** What a reply is made of. */
export interface NoteReplyPorts {
  readonly clock: Clock;
  readonly settings: AmigoNotesSettings;
  readonly faults: FaultPlan<AmigoNotesFaultName>;
  readonly conversation: Conversation;
  readonly recordings: Recordings;
  readonly agent: NoteAgent;
  readonly prompt: Prompt;
  /** Events that happened before, in their order. */
  readonly eventTexts: readonly string[];
  /** True when the reply begins with `conversation-created`. */
  readonly isNewConversation: boolean;
  /** Nothing for a written reply. */
  readonly audio: ReplyAudio | undefined;
  readonly actions: ActionFilter;
  readonly hold: OperationHold;
  readonly ledger: ExchangeLedger;
  /** Once. */
  onOver(outcome: ReplyOutcome): void;
}

/** Longest time for which a stream is left open by a fault, or by a transcriber, in ms. */
const MAX_OPEN_MS = 300_000;
/** Written pieces are so much longer than spoken ones, in time of speech: some ten characters. */
const WRITTEN_PIECE_RATIO = 4;
/** How often it is asked whether pieces or words are still to come, in ms. */
const CHECK_MS = 20;
/** The piece after which faults within a reply strike. */
const FAULT_PIECE_COUNT = 2;

/**
 *   phase      input                         next       effect
 *   answering  the user's words are known    answering  user-message-available, agent actions
 *   answering  a line of the agent's         answering  its pieces, in the pace of speech
 *   answering  silence for lingerMs          complete   interaction-complete
 *   answering  the agent hangs up            complete   the same, and the conversation is over
 *   complete   at once, or late by a fault   over       end
 *   answering  an error by fault             over       error, end: the interaction is void
 *   any        the client cancels            over       the conversation stays busy for cancelHoldMs
 *   any        too much is unread            over       the connection is dropped: the interaction is void
 */
export class NoteReply implements ResponseStream, ResponseProducer, NoteListener {
  readonly #ports: NoteReplyPorts;
  readonly #timers: TimerSet;
  readonly #messageId: string;
  readonly #spoken = new SpokenReply();
  readonly #pump: PiecePump;
  #writer: LineWriter | undefined;
  #phase: 'answering' | 'complete' | 'over' = 'answering';
  #userMessage: { readonly id: string; readonly author: MessageAuthor; readonly text: string } | undefined;
  #pieceCount = 0;
  #hasHungUp = false;
  /** Counts the reasons to wait: a completion that was planned before the latest one is void. */
  #plan = 0;

  constructor(ports: NoteReplyPorts) {
    this.#ports = ports;
    this.#timers = new TimerSet(ports.clock);
    this.#messageId = ports.conversation.drawId();
    const send = (piece: ReplyPiece): void => this.#sendPiece(piece);
    this.#pump = new PiecePump({ ...ports.settings, clock: ports.clock, timers: this.#timers, send });
  }

  start(sink: ResponseSink): ResponseProducer {
    const { faults, ledger } = this.#ports;
    this.#writer = new LineWriter(sink, faults, (type, sizeBytes) => ledger.line(type, sizeBytes));
    const lateMs = faults.find('late-start')?.delayMs;
    if (lateMs === undefined) this.#begin();
    else this.#timers.set(lateMs, () => this.#begin());
    return this;
  }

  onCancelled(): void {
    this.#leave('cancelled');
  }

  /** The server shuts down. */
  drain(): void {
    if (this.#phase === 'complete') this.#end('complete');
    else this.#fail(503, 'The server is shutting down.');
  }

  onUtterance(utterance: TranscribedUtterance): void {
    this.#ports.ledger.utterance(utterance);
    this.#showUserMessage(utterance.transcript);
  }

  onLineEnded(line: SpokenLine): void {
    this.#ports.ledger.lineEnded(line);
  }

  onLine(line: StartedLine): void {
    const { settings, faults, audio, ledger } = this.#ports;
    if (this.#phase !== 'answering' || faults.has('silent')) return;
    this.#plan += 1;
    const startMs = this.#spoken.lengthMs;
    const { pcm, characters, lengthMs } = this.#spoken.add(line, SENTENCE_PAUSE_SAMPLES);
    ledger.spoken(pcm);
    const bytes = audio?.encode(pcm) ?? new Uint8Array(0);
    const pieceBytes = audio === undefined ? undefined : faults.find('odd-pieces')?.sizeBytes;
    const pieceMs = audio === undefined ? WRITTEN_PIECE_RATIO * settings.pieceMs : settings.pieceMs;
    this.#pump.push(cutLine({ audio: bytes, lengthMs, characters }, { pieceMs, pieceBytes, startMs }));
  }

  onDrained(): void {
    this.#planCompletion(this.#ports.settings.lingerMs);
  }

  onHungUp(): void {
    this.#hasHungUp = true;
    this.#planCompletion(0);
  }

  #begin(): void {
    const { faults, conversation, isNewConversation, prompt } = this.#ports;
    if (faults.has('error-first')) return this.#fail();
    if (isNewConversation) this.#write({ type: 'conversation-created', conversation_id: conversation.id });
    // Transcribers take their time; the agent's patience counts from when the user's words are known.
    this.#planCompletion(MAX_OPEN_MS);
    if (faults.has('silent')) this.#timers.set(MAX_OPEN_MS, () => this.#end('cut'));
    this.#ask(prompt);
  }

  #ask(prompt: Prompt): void {
    const { agent } = this.#ports;
    switch (prompt.kind) {
      case 'none':
        this.#bridgeWait();
        return agent.prompt(this, prompt.isFirst);
      case 'speech':
        return agent.hearSpeech(prompt.pcm, this);
      case 'unheard':
        this.#showUserMessage(prompt.description);
        return agent.hearText({ kind: 'user-message', text: prompt.description }, this);
      case 'text': {
        this.#showUserMessage(prompt.text);
        const kind = prompt.author === 'user' ? 'user-message' : prompt.author;
        return agent.hearText({ kind, text: prompt.text }, this);
      }
    }
  }

  /** The user's words are known. */
  #showUserMessage(text: string): void {
    if (this.#phase !== 'answering') return;
    const { prompt, conversation, recordings, faults } = this.#ports;
    const shownText = faults.has('empty-transcript') ? '' : text;
    const author = prompt.kind === 'text' ? prompt.author : 'user';
    this.#userMessage = { id: conversation.drawId(), author, text: shownText };
    if ('recording' in prompt) recordings.keep(this.#userMessage.id, prompt.recording);
    if (!faults.has('no-user-message')) {
      this.#write({ type: 'user-message-available', message_id: this.#userMessage.id, user_message: shownText });
    }
    this.#bridgeWait();
  }

  /** What happens between the user's words and the agent's. */
  #bridgeWait(): void {
    const { faults, actions, settings } = this.#ports;
    const { events, delayMs } = bridgeEvents(faults, actions);
    for (const event of events) this.#write(event);
    this.#pump.holdBack(delayMs);
    this.#planCompletion(settings.patienceMs);
  }

  #sendPiece({ text, audio, alignment }: ReplyPiece): void {
    const { faults } = this.#ports;
    const isVoice = this.#ports.audio !== undefined;
    const hasTimes = isVoice && alignment.length > 0 && !faults.has('no-alignment');
    const event = this.#piece(isVoice ? encodeBase64(audio) : text, false, hasTimes ? alignment : null);
    if (this.#pieceCount === FAULT_PIECE_COUNT && faults.has('reset-mid-line')) return this.#dropWithin(event);
    this.#write(event);
    if (this.#phase !== 'answering' || this.#pieceCount !== FAULT_PIECE_COUNT) return;
    if (faults.has('error-between')) return this.#fail();
    for (const late of lateFillerEvents(faults, this.#ports.actions)) this.#write(late);
    const stall = faults.find('stalled');
    if (stall !== undefined) {
      this.#pump.holdBack(stall.delayMs);
      this.#pump.hurry();
    }
  }

  #piece(message: string, stop: boolean, alignment: [number, string][] | null): ServerMessage {
    const sequenceNumber = this.#ports.settings.firstSequenceNumber + this.#pieceCount;
    this.#pieceCount += 1;
    return {
      type: 'new-message',
      message,
      transcript_alignment: alignment,
      stop,
      sequence_number: sequenceNumber,
      message_id: this.#messageId,
    };
  }

  /** Completes after `waitMs`, once all pieces have left and the agent makes no more, unless more happens before. */
  #planCompletion(waitMs: number): void {
    if (this.#phase !== 'answering' || this.#ports.faults.has('silent')) return;
    this.#plan += 1;
    const plan = this.#plan;
    const { agent } = this.#ports;
    const check = (): void => {
      if (plan !== this.#plan || this.#phase !== 'answering') return;
      if (this.#pump.isEmpty && !agent.isAnswering) this.#complete();
      else this.#timers.set(CHECK_MS, check);
    };
    this.#timers.set(waitMs, check);
  }

  #complete(): void {
    const { faults } = this.#ports;
    const stop = this.#piece('', true, null);
    // Replies that were too short for their fault suffer it now.
    if (this.#pieceCount <= FAULT_PIECE_COUNT && faults.has('error-between')) return this.#fail();
    if (this.#pieceCount <= FAULT_PIECE_COUNT && faults.has('reset-mid-line')) return this.#dropWithin(stop);
    this.#write(stop);
    if (faults.has('end-session')) this.#write({ type: 'end-session' });
    if (faults.has('no-complete')) return this.#end('cut');
    // A reply that broke off by now, since nobody reads it, does not stand.
    if (this.#phase !== 'answering') return;
    const isOver = this.#hasHungUp || faults.has('conversation-completed');
    const interactionId = this.#save(isOver);
    const complete: ServerMessage = {
      type: 'interaction-complete',
      message_id: this.#messageId,
      interaction_id: interactionId,
      full_message: this.#spoken.text,
      conversation_completed: isOver,
    };
    this.#phase = 'complete';
    this.#ports.ledger.enter('complete');
    const late = faults.find('error-after-complete');
    const isWritten = late === undefined ? this.#writer?.writeLast(complete) : this.#writer?.write(complete);
    if (isWritten === false) return this.#leave('cut');
    if (late !== undefined) return this.#fail(500, late.reason, 'complete');
    if (faults.has('never-closes')) this.#timers.set(MAX_OPEN_MS, () => this.#end('complete'));
    else this.#end('complete');
  }

  /** The interaction stands from now on. @returns Its id. */
  #save(isOver: boolean): string {
    const { conversation, recordings, eventTexts } = this.#ports;
    for (const text of eventTexts) conversation.addMessage('external-event', text);
    const user = this.#userMessage;
    if (user !== undefined) conversation.addMessage(user.author, user.text, user.id);
    conversation.addMessage('agent', this.#spoken.text, this.#messageId);
    const recording = this.#spoken.record();
    if (recording !== undefined) recordings.keep(this.#messageId, recording);
    if (isOver) conversation.finish();
    return conversation.completeInteraction();
  }

  #fail(code = 500, description = this.#faultReason(), outcome: ReplyOutcome = 'void'): void {
    if (this.#phase === 'over') return;
    const error: ServerMessage = { type: 'error', http_error_code: code, error_description: description };
    if (this.#writer?.writeLast(error) === false) this.#leave('cut');
    else this.#end(outcome);
  }

  #faultReason(): string {
    const { faults } = this.#ports;
    return (faults.find('error-first') ?? faults.find('error-between'))?.reason ?? '';
  }

  #dropWithin(event: ServerMessage): void {
    this.#writer?.dropWithin(event);
    this.#leave('cut');
  }

  #end(outcome: ReplyOutcome): void {
    if (this.#phase === 'over') return;
    this.#writer?.end();
    this.#leave(outcome);
  }

  #write(event: ServerMessage): void {
    if (this.#phase === 'answering' && this.#writer?.write(event) === false) this.#leave('cut');
  }

  #leave(outcome: ReplyOutcome): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.#timers.clearAll();
    this.#pump.clear();
    const { agent, hold, settings, ledger } = this.#ports;
    if (outcome === 'complete') agent.dismiss();
    else agent.cut();
    hold.release(outcome === 'cancelled' ? settings.cancelHoldMs : 0);
    ledger.close(outcome);
    this.#ports.onOver(outcome);
  }
}
