// This file serves one connection of Amigo's real-time voice, from the open socket to its close: which message is legal
// when, and what it sets going.
import type { ClientMessage, MessageOf, NewTextMessage, ServerMessage } from '@voicewire/protocol/amigo';
import { CLOSE_CODES, LIMITS } from '@voicewire/protocol/amigo';
import { ALL_ACTIONS, NO_ACTIONS } from '../amigo-shared/actionFilter.ts';
import type { Severity } from '../ledger/records.ts';
import type { ServerSocket, ServerSocketEvents, SocketClose } from '../server/connection.ts';
import { MAX_UNSENT_BYTES } from '../server/limits.ts';
import { sizeOfMessage } from '../server/messageSize.ts';
import { TimerSet } from '../server/timerSet.ts';
import { ActivityWatch } from './activityWatch.ts';
import type { Loss } from './attempts.ts';
import { SHUTDOWN_CODE, TOO_BIG_CODE, judgeClose } from './closing.ts';
import { Dialogue } from './dialogue.ts';
import { readMessage } from './messageCheck.ts';
import type { Opening } from './opening.ts';
import { openConversation } from './opening.ts';
import type { RateCounter } from './rateWindow.ts';
import { createRateCounter } from './rateWindow.ts';
import type { RuleId } from './rules.ts';
import type { SessionPorts } from './sessionPorts.ts';
import { spell } from './spelling.ts';
import { UplinkAudio } from './uplinkAudio.ts';
import { VadSwitch } from './vadSwitch.ts';

/** How long a client may take to close after `close-connection`, in ms. */
const MAX_LINGER_MS = 5000;
/** What was on its way when the server ended or switched something may still arrive, in ms. */
const GRACE_MS = 1000;
/** A client that is over the rate limit is recorded again after so many messages more, where it may go on. */
const RECORDED_EVERY = 100;
const MAX_BYTES = { decimal: LIMITS.maxMessageBytes, binary: 1_048_576 } as const;
const INSIGHTS = 'Conversation:GetInteractionInsights';

/** Where a session stands. */
export type SessionState =
  | 'open'
  | 'initialising'
  | 'ready'
  | 'user_audio'
  | 'agent_turn'
  | 'vad_enabling'
  | 'vad'
  | 'vad_disabling'
  | 'finishing'
  | 'completed'
  /** After `close-connection`. */
  | 'leaving'
  /** Our close frame is sent. */
  | 'closing'
  | 'closed';

/** Samples of audio kept until turn detection is acknowledged: 10 s at 16 kHz; later ones are lost. */
const MAX_EARLY_SAMPLES = 160_000;

type AudioMessage = MessageOf<'client.new-audio-message'>;
type OpeningMessage = MessageOf<'client.start-conversation'> | MessageOf<'client.continue-conversation'>;

/**
 *   state          input                               next           sent
 *   open           start, continue                     initialising
 *   initialising   createdDelayMs                      ready          created or retrieved; the agent greets
 *   ready          audio                               user_audio
 *   user_audio     audio: null                         agent_turn     the reply
 *   ready          user text, event that starts        agent_turn     the reply
 *   agent_turn     reply complete                      ready          interaction-complete
 *   ready, …       switch on                           vad_enabling
 *   vad_enabling   vadOnDelayMs                        vad            vad-mode-switched true
 *   vad            switch off                          vad_disabling
 *   vad_disabling  vadOffDelayMs                       ready          vad-mode-switched false
 *   ready, …       finish                              finishing
 *   finishing      finishDelayMs                       completed      conversation-completed
 *   any open one   agent hangs up                      completed      interaction-complete
 *   any open one   close-connection                    leaving
 *   leaving        5 s, or closer: "server"            closing        close 1000
 *   any            breach, expiry, 30 s of silence     closing        close 3000 to 4029
 *   any            socket closes                       closed
 */
export class AmigoSession implements ServerSocketEvents {
  readonly #socket: ServerSocket;
  readonly #ports: SessionPorts;
  readonly #timers: TimerSet;
  readonly #watch: ActivityWatch;
  readonly #rate: RateCounter;
  readonly #uplink: UplinkAudio;
  readonly #vad: VadSwitch;
  #opening: Opening | undefined;
  #dialogue: Dialogue | undefined;
  #excessCount = 0;
  #lateAudioCount = 0;
  #earlyPcm: Int16Array[] = [];
  #earlySamples = 0;
  #hasEarlyBreach = false;
  #mp3DurationMs: number | undefined;
  #vadOffAtMs = Number.NEGATIVE_INFINITY;
  /** When the conversation ended without the client asking for it. */
  #endedAtMs: number | undefined;
  /** What this client lost before, and must take up again. */
  #lost: Loss | undefined;
  #closeCode: number | undefined;

  constructor(socket: ServerSocket, ports: SessionPorts) {
    this.#socket = socket;
    this.#ports = ports;
    const { services, settings, faults, breaches, handshake, attempts, userId } = ports;
    const { clock } = services;
    this.#timers = new TimerSet(clock);
    this.#rate = createRateCounter(settings.rateWindow);
    this.#watch = new ActivityWatch(clock, {
      onSilence: (silentMs) => {
        const detail = `no message for ${Math.round(silentMs)} ms, wanted one every ${LIMITS.idleTimeoutMs} ms`;
        breaches.addWithoutFrame('A-23', detail);
        if (breaches.isEnforced) this.#close(CLOSE_CODES.timeout);
      },
      onDenseKeepAlive: (gapMs) => breaches.add('A-24', `a keep-alive ${Math.round(gapMs)} ms after the one before`),
    });
    this.#uplink = new UplinkAudio({
      settings,
      rates: ports.rates,
      nowMs: () => clock.nowMs(),
      note: (ruleId, detail) => breaches.add(ruleId, detail),
      refuse: (ruleId, detail, closeCode) => this.#refuse(ruleId, detail, closeCode),
    });
    this.#vad = new VadSwitch({
      clock,
      settings,
      faults,
      add: (ruleId, detail, severity) => breaches.add(ruleId, detail, severity),
      send: (message) => this.#send(message),
      onSwitching: (isOn) => this.#switching(isOn),
      onSwitched: (isOn) => this.#switched(isOn),
    });
    for (const detail of attempts.begin(userId, handshake.token, clock.nowMs()))
      breaches.addWithoutFrame('A-53', detail);
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

  /** Of the conversation, once there is one. */
  get serviceId(): string | undefined {
    return this.#opening?.conversation.serviceId;
  }

  onMessage(data: string | Uint8Array): void {
    if (this.state === 'closed') return;
    const { ledger } = this.#ports;
    const stateBefore = ledger.state;
    const sizeBytes = sizeOfMessage(data);
    ledger.countInbound(sizeBytes);
    // Once our close frame is out, what was on its way is only counted.
    const type = stateBefore === 'closing' ? 'late' : this.#judge(data, sizeBytes);
    ledger.recordFrame('in', typeof data === 'string' ? 'text' : 'binary', sizeBytes, type, stateBefore);
  }

  onClose(close: SocketClose): void {
    if (this.state === 'closed') return;
    const { breaches, attempts, userId, handshake, services, onClosed } = this.#ports;
    if (this.#closeCode === undefined) {
      judgeClose(close, this.#opening !== undefined && this.state !== 'leaving', breaches);
    }
    const code = this.#closeCode ?? close.code;
    attempts.end(userId, handshake.token, { code, loss: this.#loss }, services.clock.nowMs());
    this.#stop(code === 1006 ? this.#ports.settings.dropHoldMs : 0);
    this.#state = 'closed';
    this.#ports.ledger.recordClose(close);
    onClosed();
  }

  /** The server shuts down. */
  drain(): void {
    if (this.state !== 'closing' && this.state !== 'closed') this.#close(SHUTDOWN_CODE);
  }

  // ── the handshake ────────────────────────────────────────────────────────────────────────────────────────────────

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

  // ── what the client sends ────────────────────────────────────────────────────────────────────────────────────────

  /** @returns The message's type, for the record. */
  #judge(data: string | Uint8Array, sizeBytes: number): string {
    const { settings, profile, faults, breaches, services } = this.#ports;
    this.#watch.messageReceived();
    if (faults.has('no-echo') || faults.has('wrong-echo')) breaches.add('A-03', 'a message without our subprotocol');
    const maxBytes = MAX_BYTES[settings.messageLimit];
    if (sizeBytes > maxBytes) {
      const closeCode = settings.oversized === 'too-big' ? TOO_BIG_CODE : CLOSE_CODES.badRequest;
      if (this.#refuse('A-21', `a message of ${sizeBytes} bytes, wanted at most ${maxBytes}`, closeCode))
        return 'oversized';
    }
    if (!this.#rate.count(services.clock.nowMs()) && this.#refuseExcess()) return 'unread';
    const read = readMessage(data, profile);
    if (!read.ok) {
      this.#refuse(read.ruleId, read.detail, CLOSE_CODES.badRequest);
      return 'malformed';
    }
    this.#receive(read.message);
    return read.message.type;
  }

  #refuseExcess(): boolean {
    this.#excessCount += 1;
    if (this.#excessCount % RECORDED_EVERY !== 1) return false;
    return this.#refuse('A-22', `more than ${LIMITS.messagesPerMinute} messages a minute`, CLOSE_CODES.rateLimited);
  }

  #receive(message: Exclude<ClientMessage, { readonly type: 'unknown' }>): void {
    const { state } = this;
    if (message.type === 'client.extend-timeout') this.#watch.keepAliveReceived();
    if (state === 'finishing' || state === 'completed' || state === 'leaving') return this.#receiveAfterEnd(message);
    switch (message.type) {
      case 'client.extend-timeout':
        return;
      case 'client.close-connection':
        return this.#leave();
      case 'client.start-conversation':
      case 'client.continue-conversation':
        if (state === 'open') return this.#begin(message);
        this.#refuse('A-14', `${message.type}, but there is a conversation`, CLOSE_CODES.badRequest);
        return;
      default:
        if (this.#dialogue !== undefined) return this.#converse(message, this.#dialogue);
    }
    if (state === 'open') this.#refuse('A-13', `${message.type} before a conversation`, CLOSE_CODES.badRequest);
    else this.#refuse('A-17', `${message.type} before the answer to start or continue`, CLOSE_CODES.badRequest);
  }

  #converse(
    message:
      | AudioMessage
      | NewTextMessage
      | MessageOf<'client.switch-vad-mode'>
      | MessageOf<'client.finish-conversation'>,
    dialogue: Dialogue,
  ): void {
    switch (message.type) {
      case 'client.new-text-message':
        return this.#takeText(message, dialogue);
      case 'client.new-audio-message':
        return message.audio === null ? this.#endUtterance(dialogue) : this.#takeAudio(message, dialogue);
      case 'client.switch-vad-mode':
        return this.#switchVad(message.vad_mode_on);
      case 'client.finish-conversation':
        return this.#finish(dialogue);
    }
  }

  #receiveAfterEnd(message: ClientMessage): void {
    if (message.type === 'client.close-connection' && this.state !== 'leaving') return this.#leave();
    if (message.type === 'client.extend-timeout') return;
    const isOnItsWay = this.#endedAtMs !== undefined && this.#sinceMs(this.#endedAtMs) <= GRACE_MS;
    if (isOnItsWay) return;
    const detail = `${message.type} after the end of the conversation`;
    if (message.type !== 'client.new-audio-message') {
      this.#refuse('A-50', detail, CLOSE_CODES.conflict);
      return;
    }
    if (this.#lateAudioCount % RECORDED_EVERY === 0) this.#ports.breaches.add('A-50', detail, 'strict');
    this.#lateAudioCount += 1;
  }

  #takeText(message: NewTextMessage, dialogue: Dialogue): void {
    const { breaches } = this.#ports;
    const isEvent = message.message_type === 'external-event';
    if (message.text.trim() === '') {
      this.#refuse('A-18', 'text without words', CLOSE_CODES.badRequest);
      return;
    }
    if (!isEvent && message.start_interaction !== undefined)
      breaches.add('A-19', 'start_interaction of a user message', 'strict');
    if (this.#vad.isSwitching) breaches.add('A-17', 'text before turn detection is acknowledged', 'strict');
    if (isEvent) return dialogue.addEvent(message.text, message.start_interaction === true);
    if (this.state === 'user_audio' && this.#refuse('A-17', 'text within an utterance', CLOSE_CODES.badRequest)) return;
    if (this.state === 'agent_turn' && this.#refuse('A-20', 'text while the agent answers', CLOSE_CODES.conflict))
      return;
    dialogue.sayText(message.text);
  }

  #takeAudio(message: AudioMessage, dialogue: Dialogue): void {
    const { state } = this;
    if (state === 'agent_turn' && this.#refuse('A-20', 'audio while the agent answers', CLOSE_CODES.conflict)) return;
    if (state === 'ready' || state === 'agent_turn') {
      // What was sent before the client knew that turn detection is off is no utterance.
      if (message.audio_config === undefined && this.#sinceMs(this.#vadOffAtMs) <= GRACE_MS) return;
      this.#beginUtterance();
    }
    if (state === 'vad_enabling' && !this.#hasEarlyBreach) {
      this.#hasEarlyBreach = true;
      this.#ports.breaches.add('A-41', 'audio before turn detection is acknowledged');
    }
    const heard = this.#uplink.take(message.audio ?? '', message.audio_config);
    if (heard.kind === 'mp3') this.#mp3DurationMs = heard.durationMs;
    if (heard.kind !== 'pcm' || this.state === 'closing') return;
    if (state === 'vad_enabling') this.#keepEarly(heard.pcm);
    else dialogue.hear(heard.pcm);
  }

  #beginUtterance(): void {
    if (this.#lost?.wasVadOn === true)
      this.#ports.breaches.add('A-52', 'an utterance, but turn detection was on', 'strict');
    this.#lost = undefined;
    this.#mp3DurationMs = undefined;
    this.#uplink.beginStream(false);
    this.#state = 'user_audio';
  }

  #endUtterance(dialogue: Dialogue): void {
    if (this.#vad.isOn) this.#refuse('A-36', 'audio: null where the server detects turns', CLOSE_CODES.badRequest);
    else if (this.state !== 'user_audio')
      this.#refuse('A-36', 'audio: null without audio before', CLOSE_CODES.badRequest);
    else this.#closeUtterance(dialogue);
  }

  #closeUtterance(dialogue: Dialogue): void {
    this.#uplink.endStream();
    if (this.state === 'closing') return;
    this.#state = 'ready';
    if (this.#mp3DurationMs === undefined) dialogue.endUtterance();
    else dialogue.endUnheardUtterance(this.#mp3DurationMs);
  }

  #switchVad(isOn: boolean): void {
    const { handshake, breaches } = this.#ports;
    if (isOn) {
      const isMp3 = handshake.audioFormat === 'mp3' || (this.state === 'user_audio' && this.#uplink.isMp3);
      if (isMp3 && this.#refuse('A-40', 'turn detection with MP3', CLOSE_CODES.unsupportedMedia)) return;
      const isWithin = this.state === 'user_audio';
      if (isWithin && this.#refuse('A-17', 'a switch within an utterance', CLOSE_CODES.badRequest)) return;
      if (this.state === 'agent_turn') breaches.add('A-17', 'a switch while the agent answers', 'strict');
      this.#lost = undefined;
    }
    this.#vad.request(isOn);
  }

  #finish(dialogue: Dialogue): void {
    const { settings, breaches } = this.#ports;
    if (this.#vad.isOn) {
      const closeCode = settings.earlyFinish === 'conflict' ? CLOSE_CODES.conflict : CLOSE_CODES.badRequest;
      if (this.#refuse('A-43', 'a finish before turn detection is acknowledged as off', closeCode)) return;
    }
    if (this.state === 'user_audio' && this.#refuse('A-17', 'a finish within an utterance', CLOSE_CODES.badRequest))
      return;
    if (this.state === 'agent_turn') breaches.add('A-17', 'a finish while the agent answers', 'strict');
    this.#endAudio();
    dialogue.close();
    this.#state = 'finishing';
    if (settings.finishDelayMs === 'never') return;
    this.#timers.set(settings.finishDelayMs, () => {
      this.#opening?.conversation.finish();
      this.#send({ type: 'server.conversation-completed' });
      if (this.state === 'finishing') this.#state = 'completed';
    });
  }

  #leave(): void {
    const { settings, breaches } = this.#ports;
    if (this.#loss !== undefined) breaches.add('A-51', 'the conversation is left unfinished', 'note');
    this.#endAudio();
    this.#dialogue?.close();
    this.#state = 'leaving';
    if (settings.closer === 'server') return this.#close(CLOSE_CODES.ended);
    this.#timers.set(MAX_LINGER_MS, () => {
      breaches.addWithoutFrame('A-51', `the socket is still open ${MAX_LINGER_MS} ms after close-connection`);
      this.#close(CLOSE_CODES.ended);
    });
  }

  // ── the conversation ─────────────────────────────────────────────────────────────────────────────────────────────

  #begin(message: OpeningMessage): void {
    const isGone = message.type === 'client.continue-conversation' && this.#ports.faults.has('session-gone');
    if (isGone) return this.#close(CLOSE_CODES.notFound);
    const opening = openConversation(message, this.#ports, {
      refuse: (ruleId, detail, closeCode) => this.#refuse(ruleId, detail, closeCode),
      deny: (closeCode) => this.#deny(closeCode),
    });
    if (opening === undefined) return;
    this.#opening = opening;
    this.#state = 'initialising';
    const { createdDelayMs } = this.#ports.settings;
    if (createdDelayMs === 'never') return;
    this.#timers.set(createdDelayMs, () => this.#converseFrom(opening, message.type === 'client.start-conversation'));
  }

  #converseFrom({ conversation }: Opening, isNew: boolean): void {
    const { settings, faults, attempts, userId, services } = this.#ports;
    if (this.state !== 'initialising') return;
    this.#lost = isNew ? undefined : attempts.findLoss(userId, services.clock.nowMs());
    attempts.succeed(userId);
    this.#state = 'ready';
    this.#send(
      isNew
        ? { type: 'server.conversation-created', conversation_id: conversation.id }
        : { type: 'server.conversation-retrieved' },
    );
    if (faults.has('locked-after-created')) return this.#close(CLOSE_CODES.conflict);
    const dialogue = this.#createDialogue(conversation);
    this.#dialogue = dialogue;
    const { greetingDelayMs } = settings;
    if (!isNew || greetingDelayMs === 'never') dialogue.start(false);
    else if (greetingDelayMs === 0) dialogue.start(true);
    else this.#timers.set(greetingDelayMs, () => dialogue.start(true));
    this.#scheduleFaults();
  }

  #createDialogue(conversation: Opening['conversation']): Dialogue {
    const { services, handshake, ledger, random, createAgent, settings, faults, rates, mp3, breaches } = this.#ports;
    const maySee = handshake.grant?.permissions.has(INSIGHTS) ?? false;
    const unfiltered = settings.unfilteredActions === 'all' ? ALL_ACTIONS : NO_ACTIONS;
    return new Dialogue({
      services,
      createAgent,
      random,
      ledger,
      conversation,
      settings,
      faults,
      rates,
      mp3,
      responseFormat: handshake.responseFormat,
      audioFormat: handshake.audioFormat,
      actionFilter: maySee ? (handshake.actionFilter ?? unfiltered) : NO_ACTIONS,
      send: (message) => this.#send(message),
      onFloorChanged: () => this.#followFloor(),
      onConversationOver: () => this.#endByAgent(),
      onEventsDropped: () => breaches.add('A-49', 'more than 100 events wait for an interaction'),
    });
  }

  /** Where the client detects turns, the state says whose turn it is. */
  #followFloor(): void {
    if (this.state === 'ready' || this.state === 'agent_turn') {
      this.#state = this.#dialogue?.isAnswering === true ? 'agent_turn' : 'ready';
    }
  }

  #endByAgent(): void {
    this.#opening?.conversation.finish();
    this.#endedAtMs = this.#ports.services.clock.nowMs();
    this.#endAudio();
    this.#dialogue?.close();
    this.#state = 'completed';
  }

  #switching(isOn: boolean): void {
    if (isOn) this.#uplink.beginStream(true);
    this.#hasEarlyBreach = false;
    this.#state = isOn ? 'vad_enabling' : 'vad_disabling';
  }

  #switched(isOn: boolean): void {
    if (!isOn) this.#uplink.endStream();
    this.#dialogue?.setDetecting(isOn);
    this.#state = isOn ? 'vad' : 'ready';
    if (!isOn) {
      this.#vadOffAtMs = this.#ports.services.clock.nowMs();
      this.#followFloor();
    }
    for (const pcm of this.#earlyPcm) this.#dialogue?.hear(pcm);
    this.#earlyPcm = [];
    this.#earlySamples = 0;
  }

  #keepEarly(pcm: Int16Array): void {
    if (this.#ports.settings.earlyAudio === 'discard' || this.#earlySamples > MAX_EARLY_SAMPLES) return;
    this.#earlyPcm.push(pcm);
    this.#earlySamples += pcm.length;
  }

  #scheduleFaults(): void {
    const { faults } = this.#ports;
    const unknown = faults.find('unknown-message');
    const error = faults.find('server-error');
    const completed = faults.find('completed-unasked');
    const limited = faults.find('rate-limited');
    if (limited !== undefined) this.#timers.set(limited.delayMs, () => this.#close(CLOSE_CODES.rateLimited));
    if (unknown !== undefined) {
      const raw = { type: 'server.weather-report', sky: 'clear' };
      this.#timers.set(unknown.delayMs, () => this.#send({ type: 'unknown', messageType: raw.type, raw }));
    }
    if (error !== undefined) {
      const fields = { http_error_code: 500, error_description: error.reason };
      this.#timers.set(error.delayMs, () => this.#send({ type: 'server.error', ...fields }));
    }
    if (completed === undefined) return;
    this.#timers.set(completed.delayMs, () => {
      if (this.state === 'leaving') return;
      this.#send({ type: 'server.conversation-completed' });
      this.#endByAgent();
    });
  }

  // ── what the server does ─────────────────────────────────────────────────────────────────────────────────────────

  /** Records a breach and closes. @returns False under policy `record`: nothing is closed. */
  #refuse(ruleId: RuleId, detail: string, closeCode: number, severity?: Severity): boolean {
    return this.#ports.breaches.react(ruleId, detail, () => this.#deny(closeCode), severity) ?? false;
  }

  #deny(closeCode: number): boolean {
    if (!this.#ports.breaches.isEnforced) return false;
    this.#close(closeCode);
    return true;
  }

  #send(message: ServerMessage): void {
    if (this.state === 'closing' || this.state === 'closed') return;
    const text = spell(message, this.#ports.faults);
    this.#socket.send(text);
    this.#ports.ledger.recordFrame('out', 'text', sizeOfMessage(text), message.type, this.state);
    const unreadBytes = this.#socket.bufferedAmountBytes;
    if (unreadBytes <= MAX_UNSENT_BYTES) return;
    this.#ports.breaches.addWithoutFrame('A-51', `the client left ${unreadBytes} bytes unread and was dropped`);
    this.#closeCode = 1006;
    this.#stop(0);
    this.#state = 'closing';
    this.#socket.terminate();
  }

  #close(code: number): void {
    if (this.state === 'closing' || this.state === 'closed') return;
    this.#closeCode = code;
    this.#stop(0);
    this.#state = 'closing';
    this.#socket.close(code, '');
  }

  /** An unfinished conversation: what a client has to lose. */
  get #loss(): Loss | undefined {
    const conversation = this.#opening?.conversation;
    if (conversation === undefined || conversation.isFinished) return undefined;
    return { conversationId: conversation.id, serviceId: conversation.serviceId, wasVadOn: this.#vad.isOn };
  }

  #sinceMs(atMs: number): number {
    return this.#ports.services.clock.nowMs() - atMs;
  }

  /** No audio is expected any more. */
  #endAudio(): void {
    this.#vad.stop();
    if (this.#vad.isOn) this.#uplink.endStream();
  }

  /** Stops every timer, the agent and the checks, and gives the user's place back. */
  #stop(holdMs: number): void {
    this.#timers.clearAll();
    this.#watch.stop();
    this.#endAudio();
    this.#dialogue?.close();
    for (const hold of this.#opening?.holds ?? []) hold.release(holdMs);
  }
}
