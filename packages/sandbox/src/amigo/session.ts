// This file serves one connection of Amigo's real-time voice, from the open socket to its close.
import type { ClientMessage, MessageOf, ServerMessage } from '@voicewire/protocol/amigo';
import { CLOSE_CODES, LIMITS } from '@voicewire/protocol/amigo';
import type { ServerSocket, ServerSocketEvents, SocketClose } from '../server/connection.ts';
import { MAX_UNSENT_BYTES } from '../server/limits.ts';
import { sizeOfMessage } from '../server/messageSize.ts';
import { TimerSet } from '../server/timerSet.ts';
import { ActivityWatch } from './activityWatch.ts';
import type { Comer, Loss } from './attempts.ts';
import { SHUTDOWN_CODE, TOO_BIG_CODE, judgeClose } from './closing.ts';
import { readMessage } from './messageCheck.ts';
import type { Opening } from './opening.ts';
import { openConversation } from './opening.ts';
import type { RateCounter } from './rateWindow.ts';
import { createRateCounter } from './rateWindow.ts';
import type { RuleId } from './rules.ts';
import type { SessionLink, SessionPorts, SessionState } from './sessionPorts.ts';
import { spell } from './spelling.ts';
import { Talk } from './talk.ts';

/** How long a client may take to close after `close-connection`, in ms. */
const MAX_LINGER_MS = 5000;
/** A client that is over the rate limit is recorded again after so many messages more, where it may go on. */
const RECORDED_EVERY = 100;
const MAX_BYTES = { decimal: LIMITS.maxMessageBytes, binary: 1_048_576 } as const;

type OpeningMessage = MessageOf<'client.start-conversation'> | MessageOf<'client.continue-conversation'>;

/**
 *   state         input                               next          sent
 *   open          start, continue                     initialising
 *   initialising  createdDelayMs                      ready         created or retrieved; the rest is talk.ts
 *   any open one  close-connection                    leaving
 *   leaving       5 s, or closer: "server"            closing       close 1000
 *   any           breach, expiry, 30 s of silence     closing       close 3000 to 4029
 *   any           socket closes                       closed
 */
export class AmigoSession implements ServerSocketEvents {
  readonly #socket: ServerSocket;
  readonly #ports: SessionPorts;
  readonly #timers: TimerSet;
  readonly #watch: ActivityWatch;
  readonly #rate: RateCounter;
  #opening: Opening | undefined;
  #talk: Talk | undefined;
  #excessCount = 0;
  #closeCode: number | undefined;

  constructor(socket: ServerSocket, ports: SessionPorts) {
    this.#socket = socket;
    this.#ports = ports;
    const { services, settings, breaches, attempts } = ports;
    const { clock } = services;
    this.#timers = new TimerSet(clock);
    this.#rate = createRateCounter(settings.rateWindow);
    this.#watch = new ActivityWatch(clock, {
      onSilence: (silentMs) => this.#refuseSilence(silentMs),
      onDenseKeepAlive: (gapMs) => breaches.add('A-24', `a keep-alive ${Math.round(gapMs)} ms after the one before`),
    });
    for (const detail of attempts.begin(this.#comer, clock.nowMs())) breaches.addWithoutFrame('A-53', detail);
    this.#admit();
  }

  get state(): SessionState {
    return this.#ports.ledger.state as SessionState;
  }

  set #state(next: SessionState) {
    this.#ports.ledger.state = next;
  }

  get userId(): string {
    return this.#ports.userId;
  }

  get #comer(): Comer {
    const { grant, token } = this.#ports.handshake;
    return { user: grant?.userId, token };
  }

  /** Of the conversation, once there is one. */
  get serviceId(): string | undefined {
    return this.#opening?.conversation.serviceId;
  }

  onMessage(data: string | Uint8Array): void {
    if (this.state === 'closed') return;
    const { ledger } = this.#ports;
    const sizeBytes = sizeOfMessage(data);
    const frame = ledger.frameArrived(typeof data === 'string' ? 'text' : 'binary', sizeBytes);
    // Once our close frame is out, what was on its way is only counted.
    const type = this.state === 'closing' ? 'late' : this.#judge(data, sizeBytes);
    ledger.frameHandled(frame, type);
  }

  onClose(close: SocketClose): void {
    if (this.state === 'closed') return;
    const { breaches, attempts, services, settings, onClosed } = this.#ports;
    if (this.#closeCode === undefined) {
      judgeClose(close, this.#opening !== undefined && this.state !== 'leaving', breaches);
    }
    const code = this.#closeCode ?? close.code;
    const ending = { code, loss: this.#loss };
    attempts.end(this.#comer, ending, services.clock.nowMs());
    this.#stop(code === 1006 ? settings.dropHoldMs : 0);
    this.#state = 'closed';
    this.#ports.ledger.recordClose(close);
    onClosed();
  }

  /** The server shuts down. */
  drain(): void {
    this.#close(SHUTDOWN_CODE);
  }

  // ── what the client sends ────────────────────────────────────────────────────────────────────────────────────────

  /** Lets the client in, or closes with the first objection that has a code. */
  #admit(): void {
    const { handshake, breaches, faults, settings, services } = this.#ports;
    for (const { ruleId, detail, severity } of handshake.objections) breaches.addWithoutFrame(ruleId, detail, severity);
    const closeCode = handshake.objections.find((objection) => objection.closeCode !== undefined)?.closeCode;
    if (closeCode !== undefined && breaches.isEnforced) return this.#close(closeCode);
    if (faults.has('unauthorized')) return this.#close(CLOSE_CODES.unauthorized);
    if (faults.has('forbidden')) return this.#close(CLOSE_CODES.forbidden);
    const expiresAtMs = handshake.grant?.expiresAtEpochMs ?? Number.POSITIVE_INFINITY;
    const leftMs = faults.find('token-expires')?.delayMs ?? expiresAtMs - services.nowEpochMs();
    if (settings.expiry === 'ignore' || !breaches.isEnforced || !Number.isFinite(leftMs)) return;
    this.#timers.set(Math.max(0, leftMs), () => this.#close(CLOSE_CODES.unauthorized));
  }

  /** @returns The message's type, for the record. */
  #judge(data: string | Uint8Array, sizeBytes: number): string {
    const { settings, profile, faults, breaches, services } = this.#ports;
    this.#watch.messageReceived();
    if (faults.has('no-echo') || faults.has('wrong-echo')) breaches.add('A-03', 'a message without our subprotocol');
    if (sizeBytes > MAX_BYTES[settings.messageLimit] && this.#refuseSize(sizeBytes)) return 'oversized';
    if (!this.#rate.count(services.clock.nowMs()) && this.#refuseExcess()) return 'unread';
    const read = readMessage(data, profile);
    if (!read.ok) {
      this.#refuse(read.ruleId, read.detail, CLOSE_CODES.badRequest);
      return 'malformed';
    }
    this.#receive(read.message);
    return read.message.type;
  }

  #receive(message: Exclude<ClientMessage, { readonly type: 'unknown' }>): void {
    const { state } = this;
    const isOver = state === 'finishing' || state === 'completed' || state === 'leaving';
    switch (message.type) {
      case 'client.extend-timeout':
        return this.#watch.keepAliveReceived();
      case 'client.close-connection':
        return state === 'leaving' ? undefined : this.#leave();
      case 'client.start-conversation':
      case 'client.continue-conversation':
        if (state === 'open') return this.#begin(message);
        if (isOver) break;
        this.#refuse('A-14', `${message.type}, but there is a conversation`, CLOSE_CODES.badRequest);
        return;
      default:
        if (this.#talk !== undefined && !isOver) return this.#talk.receive(message);
    }
    if (isOver) this.#receiveAfterEnd(message);
    else if (state === 'open') this.#refuse('A-13', `${message.type} before a conversation`, CLOSE_CODES.badRequest);
    else this.#refuse('A-17', `${message.type} before the answer to start or continue`, CLOSE_CODES.badRequest);
  }

  #receiveAfterEnd(message: ClientMessage): void {
    if (this.#talk !== undefined) return this.#talk.receiveAfterEnd(message);
    this.#refuse('A-50', `${message.type} after close-connection`, CLOSE_CODES.conflict);
  }

  #leave(): void {
    const { settings, breaches } = this.#ports;
    if (this.#loss !== undefined) {
      breaches.add('A-51', 'the conversation is left unfinished', 'note');
      this.#talk?.judgeEnd();
    }
    this.#timers.clearAll();
    this.#talk?.stop();
    this.#state = 'leaving';
    if (settings.closer === 'server') return this.#close(CLOSE_CODES.ended);
    this.#timers.set(MAX_LINGER_MS, () => {
      breaches.addWithoutFrame('A-51', `the socket is still open ${MAX_LINGER_MS} ms after close-connection`);
      this.#close(CLOSE_CODES.ended);
    });
  }

  // ── the conversation ─────────────────────────────────────────────────────────────────────────────────────────────

  #begin(message: OpeningMessage): void {
    const { faults, settings } = this.#ports;
    const isNew = message.type === 'client.start-conversation';
    if (!isNew && faults.has('session-gone')) return this.#close(CLOSE_CODES.notFound);
    const opening = openConversation(message, this.#ports, {
      refuse: (ruleId, detail, closeCode) => this.#refuse(ruleId, detail, closeCode),
      deny: (closeCode) => this.#deny(closeCode),
    });
    if (opening === undefined) return;
    this.#opening = opening;
    this.#state = 'initialising';
    if (settings.createdDelayMs === 'never') return;
    this.#timers.set(settings.createdDelayMs, () => this.#converse(opening, isNew));
  }

  #converse({ conversation }: Opening, isNew: boolean): void {
    const { faults, attempts, userId, services } = this.#ports;
    const loss = attempts.findLoss(userId, services.clock.nowMs());
    attempts.succeed(this.#comer);
    const stateBefore = this.state;
    this.#state = 'ready';
    this.#send(
      isNew
        ? { type: 'server.conversation-created', conversation_id: conversation.id }
        : { type: 'server.conversation-retrieved' },
      stateBefore,
    );
    if (faults.has('locked-after-created')) return this.#close(CLOSE_CODES.conflict);
    const talk = new Talk(this.#ports, this.#createLink(), conversation, !isNew && loss?.wasVadOn === true);
    this.#talk = talk;
    talk.start(isNew);
    this.#scheduleFaults(talk);
  }

  #createLink(): SessionLink {
    const getState = (): SessionState => this.state;
    const setState = (next: SessionState): void => {
      // Nothing changes any more once the socket is closing.
      if (this.state !== 'closing' && this.state !== 'closed') this.#state = next;
    };
    return {
      get state() {
        return getState();
      },
      set state(next) {
        setState(next);
      },
      send: (message, stateBefore, stateAfter) => this.#send(message, stateBefore, stateAfter),
      refuse: (ruleId, detail, closeCode) => this.#refuse(ruleId, detail, closeCode),
    };
  }

  #scheduleFaults(talk: Talk): void {
    const { faults } = this.#ports;
    const schedule = (
      name: 'unknown-message' | 'server-error' | 'completed-unasked' | 'rate-limited',
      act: () => void,
    ) => {
      const fault = faults.find(name);
      if (fault !== undefined) this.#timers.set(fault.delayMs, act);
    };
    const raw = { type: 'server.weather-report', sky: 'clear' };
    const error = { http_error_code: 500, error_description: faults.find('server-error')?.reason };
    schedule('unknown-message', () => this.#send({ type: 'unknown', messageType: raw.type, raw }));
    schedule('server-error', () => this.#send({ type: 'server.error', ...error }));
    schedule('rate-limited', () => this.#close(CLOSE_CODES.rateLimited));
    schedule('completed-unasked', () => {
      this.#send({ type: 'server.conversation-completed' }, this.state, 'completed');
      talk.endUnasked();
    });
  }

  /** An unfinished conversation: what a client has to lose. */
  get #loss(): Loss | undefined {
    const conversation = this.#opening?.conversation;
    if (conversation === undefined || conversation.isFinished) return undefined;
    const wasVadOn = this.#talk?.isDetecting ?? false;
    return { conversationId: conversation.id, serviceId: conversation.serviceId, wasVadOn };
  }

  // ── what the server does ─────────────────────────────────────────────────────────────────────────────────────────

  #refuseSize(sizeBytes: number): boolean {
    const { messageLimit, oversized } = this.#ports.settings;
    const detail = `a message of ${sizeBytes} bytes, wanted at most ${MAX_BYTES[messageLimit]}`;
    return this.#refuse('A-21', detail, oversized === 'too-big' ? TOO_BIG_CODE : CLOSE_CODES.badRequest);
  }

  #refuseExcess(): boolean {
    this.#excessCount += 1;
    if (this.#excessCount % RECORDED_EVERY !== 1) return false;
    return this.#refuse('A-22', `more than ${LIMITS.messagesPerMinute} messages a minute`, CLOSE_CODES.rateLimited);
  }

  #refuseSilence(silentMs: number): void {
    const detail = `no message for ${Math.round(silentMs)} ms, wanted one every ${LIMITS.idleTimeoutMs} ms`;
    this.#ports.breaches.addWithoutFrame('A-23', detail);
    this.#deny(CLOSE_CODES.timeout);
  }

  /** Records a breach and closes. @returns False under policy `record`: nothing is closed. */
  #refuse(ruleId: RuleId, detail: string, closeCode: number): boolean {
    return this.#ports.breaches.react(ruleId, detail, () => this.#deny(closeCode)) ?? false;
  }

  #deny(closeCode: number): boolean {
    if (!this.#ports.breaches.isEnforced) return false;
    this.#close(closeCode);
    return true;
  }

  #send(message: ServerMessage, stateBefore?: SessionState, stateAfter?: SessionState): void {
    if (this.state === 'closing' || this.state === 'closed') return;
    const text = spell(message, this.#ports.faults);
    this.#socket.send(text);
    this.#ports.ledger.frameSent('text', sizeOfMessage(text), message.type, stateBefore, stateAfter);
    const unreadBytes = this.#socket.bufferedAmountBytes;
    if (unreadBytes <= MAX_UNSENT_BYTES) return;
    this.#ports.breaches.addWithoutFrame('A-51', `the client left ${unreadBytes} bytes unread and was dropped`);
    this.#beginClose(1006);
    this.#socket.terminate();
  }

  #close(code: number): void {
    if (this.state === 'closing' || this.state === 'closed') return;
    this.#beginClose(code);
    this.#socket.close(code, '');
  }

  #beginClose(code: number): void {
    this.#closeCode = code;
    this.#stop(0);
    this.#state = 'closing';
  }

  /** Stops every timer, the agent and the checks, and gives the user's place back. */
  #stop(holdMs: number): void {
    this.#timers.clearAll();
    this.#watch.stop();
    this.#talk?.stop();
    for (const hold of this.#opening?.holds ?? []) hold.release(holdMs);
  }
}
