// This file says one interaction on the wire: the pieces of the agent's message, its end, and every shape that the pages
// leave possible.
import type { Alignment, NewMessage, ServerMessage } from '@voicewire/protocol/amigo';
import type { Clock } from '../clock.ts';
import { Delivery } from './delivery.ts';
import type { Piece, Line, PieceFormat } from './pieces.ts';
import { LineCutter, encodeContent } from './pieces.ts';

/** Left out by fault `skipped-piece`: the third. */
const SKIPPED_INDEX = 2;

/** What an interaction talks to. */
export interface InteractionPorts extends PieceFormat {
  readonly clock: Clock;
  /** 24 hex digits. */
  drawId(): string;
  readonly send: (message: ServerMessage) => void;
  /** Agent audio has left. */
  onAudio(pcm: Int16Array): void;
  /** It is complete, or will never be. @param text What was sent of it. */
  onEnded(interaction: Interaction, text: string, isComplete: boolean): void;
  /** Whether the conversation ends with it; asked when it is complete. */
  isConversationOver(): boolean;
}

/**
 *   state     input                                 next      sent
 *   open      add                                   open      new-message, at the pace of the delivery
 *   open      drain, and all is sent                ended     new-message with stop, interaction-complete
 *   open      interrupt                             ended     nothing, or with `interrupted: "complete"` as above
 *   open      interrupt, fault late-pieces          fading    new-message for a while
 *   any       close                                 ended     nothing
 */
export class Interaction {
  readonly id: string;
  readonly messageId: string;
  /** True when the client began it, and so must wait for its end where it detects turns. */
  readonly isAsked: boolean;
  readonly #ports: InteractionPorts;
  readonly #delivery: Delivery;
  readonly #cutter: LineCutter;
  readonly #ghost: { readonly interactionId: string; readonly messageId: string } | undefined;
  readonly #texts: string[] = [];
  #sequenceNumber: number;
  #pieceCount = 0;
  /** Held back, because it may turn out to be the last. */
  #held: Piece | undefined;
  #state: 'open' | 'fading' | 'ended' = 'open';
  #isDrained = false;
  #timer: unknown;

  constructor(ports: InteractionPorts, isAsked: boolean) {
    this.#ports = ports;
    this.isAsked = isAsked;
    this.id = ports.drawId();
    this.messageId = ports.drawId();
    this.#sequenceNumber = ports.settings.firstSequenceNumber;
    this.#cutter = new LineCutter(ports);
    const isMixed = ports.faults.has('interleaved');
    this.#ghost = isMixed ? { interactionId: ports.drawId(), messageId: ports.drawId() } : undefined;
    this.#delivery = new Delivery({
      clock: ports.clock,
      speedRatio: ports.settings.deliverySpeedRatio,
      send: (piece) => this.#deliver(piece),
      onIdle: () => this.#finishIfDone(),
    });
  }

  /** True once the agent has begun to speak. */
  get hasSpeech(): boolean {
    return this.#texts.length > 0;
  }

  /** It was interrupted, and its pieces go on all the same. */
  get isFading(): boolean {
    return this.#state === 'fading';
  }

  /** No line will follow. */
  get isDrained(): boolean {
    return this.#isDrained;
  }

  add(line: Line): void {
    if (this.#state !== 'open') return;
    this.#texts.push(line.text);
    this.#delivery.push(this.#cutter.cut(line));
  }

  /** The agent has said all of it. */
  drain(): void {
    this.#isDrained = true;
    this.#finishIfDone();
  }

  /** The agent was cut off. */
  interrupt(): void {
    if (this.#state !== 'open') return;
    const { settings, faults, clock } = this.#ports;
    const late = faults.find('late-pieces');
    if (late !== undefined && !this.#delivery.isIdle) {
      this.#state = 'fading';
      this.#timer = clock.setTimer(late.delayMs, () => this.#end(false));
      return;
    }
    if (settings.interrupted === 'complete') this.#sayEnd();
    this.#end(settings.interrupted === 'complete');
  }

  /** The session is over. */
  close(): void {
    this.#end(false);
  }

  #deliver(piece: Piece): void {
    if (!this.#ports.faults.has('stop-with-audio')) return this.#sendPiece(piece, false);
    const held = this.#held;
    this.#held = piece;
    if (held !== undefined) this.#sendPiece(held, false);
  }

  #finishIfDone(): void {
    if (this.#state !== 'open' || !this.#isDrained || !this.#delivery.isIdle || this.#timer !== undefined) return;
    // Not at once: whether the agent hangs up after its last words is known a moment later.
    this.#timer = this.#ports.clock.setTimer(0, () => {
      this.#timer = undefined;
      if (this.#state !== 'open') return;
      this.#sayEnd();
      this.#end(true);
    });
  }

  #sayEnd(): void {
    const { faults, send } = this.#ports;
    if (this.#held !== undefined) this.#sendPiece(this.#held, true);
    else this.#sendMessage(faults.has('null-stop') ? null : '', null, true);
    this.#sayGhostEnd();
    if (faults.has('never-complete')) return;
    send({
      type: 'server.interaction-complete',
      message_id: this.messageId,
      interaction_id: this.id,
      full_message: this.#texts.join(' '),
      conversation_completed: this.#ports.isConversationOver(),
    });
  }

  #sendPiece(piece: Piece, isLast: boolean): void {
    const index = this.#pieceCount;
    this.#pieceCount += 1;
    if (index === SKIPPED_INDEX && this.#ports.faults.has('skipped-piece')) {
      this.#sequenceNumber += 1;
      return;
    }
    if (piece.pcm !== undefined) this.#ports.onAudio(piece.pcm);
    this.#sendMessage(encodeContent(piece.content), piece.alignment, isLast);
    if (this.#ghost !== undefined && index % 2 === 1) this.#sendGhost(encodeContent(piece.content), false);
  }

  #sendMessage(message: string | null, alignment: Alignment | null, stop: boolean): void {
    const { faults, responseFormat, send } = this.#ports;
    const ids = faults.has('no-ids') ? {} : { interaction_id: this.id, message_metadata: [] };
    const told = alignment !== null && !faults.has('null-alignment') ? alignment : null;
    const isEmptyList = told === null && responseFormat === 'voice' && faults.has('empty-alignment');
    const piece: NewMessage = {
      type: 'server.new-message',
      ...ids,
      message,
      ...(faults.has('no-alignment') ? {} : { transcript_alignment: isEmptyList ? [] : told }),
      stop,
      sequence_number: this.#sequenceNumber,
      message_id: this.messageId,
    };
    this.#sequenceNumber += 1;
    send(piece);
  }

  /** Another interaction's piece: the same sound under other ids. */
  #sendGhost(message: string, stop: boolean): void {
    if (this.#ghost === undefined) return;
    this.#ports.send({
      type: 'server.new-message',
      interaction_id: this.#ghost.interactionId,
      message_metadata: [],
      message,
      transcript_alignment: null,
      stop,
      sequence_number: this.#sequenceNumber,
      message_id: this.#ghost.messageId,
    });
  }

  #sayGhostEnd(): void {
    if (this.#ghost === undefined) return;
    this.#sendGhost('', true);
    this.#ports.send({
      type: 'server.interaction-complete',
      message_id: this.#ghost.messageId,
      interaction_id: this.#ghost.interactionId,
      full_message: '',
      conversation_completed: false,
    });
  }

  #end(isComplete: boolean): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#delivery.stop();
    if (this.#timer !== undefined) this.#ports.clock.clearTimer(this.#timer);
    this.#timer = undefined;
    this.#ports.onEnded(this, this.#texts.join(' '), isComplete);
  }
}
