// This file is a conversation that has begun: whose turn it is, what a client may send now, and what that sets going.
import type { ClientMessage, MessageOf, NewTextMessage, ServerMessage } from '@voicewire/protocol/amigo';
import { CLOSE_CODES } from '@voicewire/protocol/amigo';
import { ALL_ACTIONS, NO_ACTIONS } from '../amigo-shared/actionFilter.ts';
import type { Conversation } from '../amigo-shared/conversation.ts';
import { TimerSet } from '../server/timerSet.ts';
import { Dialogue } from './dialogue.ts';
import type { SessionLink, SessionPorts, SessionState } from './sessionPorts.ts';
import { UplinkAudio } from './uplinkAudio.ts';
import { VadSwitch } from './vadSwitch.ts';

/** What was on its way when the server ended or switched something may still arrive, in ms. */
const GRACE_MS = 1000;
/** Of audio after the end, every so many-th message is recorded. */
const RECORDED_EVERY = 100;
/** Samples of audio kept until turn detection is acknowledged: 10 s at 16 kHz; later ones are lost. */
const MAX_EARLY_SAMPLES = 160_000;
const INSIGHTS = 'Conversation:GetInteractionInsights';

type AudioMessage = MessageOf<'client.new-audio-message'>;
type TalkMessage =
  | NewTextMessage
  | AudioMessage
  | MessageOf<'client.switch-vad-mode'>
  | MessageOf<'client.finish-conversation'>;

/**
 *   state          input                               next           sent
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
 *   any            agent hangs up                      completed      interaction-complete
 */
export class Talk {
  readonly #ports: SessionPorts;
  readonly #link: SessionLink;
  readonly #conversation: Conversation;
  readonly #timers: TimerSet;
  readonly #uplink: UplinkAudio;
  readonly #vad: VadSwitch;
  readonly #dialogue: Dialogue;
  #lateAudioCount = 0;
  #earlyPcm: Int16Array[] = [];
  #earlySamples = 0;
  #hasEarlyBreach = false;
  #mp3DurationMs: number | undefined;
  #vadOffAtMs = Number.NEGATIVE_INFINITY;
  /** When the conversation ended without the client asking for it. */
  #endedAtMs = Number.NEGATIVE_INFINITY;
  /** Turn detection was on when this client lost the conversation, and must be switched on again before anything is said. */
  #owesVad: boolean;
  readonly #beganAtMs: number;

  /** @param owesVad Whether turn detection was on when this client lost the conversation. */
  constructor(ports: SessionPorts, link: SessionLink, conversation: Conversation, owesVad: boolean) {
    this.#ports = ports;
    this.#link = link;
    this.#conversation = conversation;
    this.#owesVad = owesVad;
    const { services, settings, faults, breaches } = ports;
    const { clock } = services;
    this.#timers = new TimerSet(clock);
    this.#beganAtMs = clock.nowMs();
    this.#uplink = new UplinkAudio({
      settings,
      rates: ports.rates,
      nowMs: () => clock.nowMs(),
      note: (ruleId, detail) => breaches.add(ruleId, detail),
      refuse: (ruleId, detail, closeCode) => link.refuse(ruleId, detail, closeCode),
    });
    this.#vad = new VadSwitch({
      clock,
      settings,
      faults,
      add: (ruleId, detail, severity) => breaches.add(ruleId, detail, severity),
      send: (message) => link.send(message),
      acknowledge: (message, isOn) =>
        isOn ? link.send(message, 'vad_enabling', 'vad') : link.send(message, 'vad_disabling'),
      onSwitching: (isOn) => this.#switching(isOn),
      onSwitched: (isOn) => this.#switched(isOn),
    });
    this.#dialogue = this.#createDialogue();
  }

  /** True while turn detection is on or being switched, or should be. */
  get isDetecting(): boolean {
    return this.#vad.isOn || this.#owesVad;
  }

  /** Lets the agent in. @param isNew Whether it may speak first. */
  start(isNew: boolean): void {
    const { greetingDelayMs } = this.#ports.settings;
    if (!isNew || greetingDelayMs === 'never') this.#dialogue.start(false);
    else if (greetingDelayMs === 0) this.#dialogue.start(true);
    else this.#timers.set(greetingDelayMs, () => this.#dialogue.start(true));
  }

  /** Takes a message while the conversation goes on. */
  receive(message: TalkMessage): void {
    switch (message.type) {
      case 'client.new-text-message':
        return this.#takeText(message);
      case 'client.new-audio-message':
        return message.audio === null ? this.#endUtterance() : this.#takeAudio(message.audio, message);
      case 'client.switch-vad-mode':
        return this.#switchVad(message.vad_mode_on);
      case 'client.finish-conversation':
        return this.#finish();
    }
  }

  /** The client says goodbye, or ends the conversation. */
  judgeEnd(): void {
    // Who leaves at once had no time to ask for turn detection.
    if (this.#sinceMs(this.#beganAtMs) > GRACE_MS) this.#judgeReturn('the end');
  }

  /** Takes one after its end, apart from goodbyes and keep-alives: rule A-50. */
  receiveAfterEnd({ type }: ClientMessage): void {
    if (this.#sinceMs(this.#endedAtMs) <= GRACE_MS) return;
    const detail = `${type} after the end of the conversation`;
    if (type !== 'client.new-audio-message') {
      this.#link.refuse('A-50', detail, CLOSE_CODES.conflict);
      return;
    }
    if (this.#lateAudioCount % RECORDED_EVERY === 0) this.#ports.breaches.add('A-50', detail, 'strict');
    this.#lateAudioCount += 1;
  }

  /** The conversation is over without the client's wish. */
  endUnasked(): void {
    this.#conversation.finish();
    this.#endedAtMs = this.#ports.services.clock.nowMs();
    this.stop();
    this.#link.state = 'completed';
  }

  /** Stops the agent, every timer and the checks; nothing is sent any more. */
  stop(): void {
    this.#timers.clearAll();
    this.#vad.stop();
    if (this.#vad.isOn) this.#uplink.endStream();
    this.#dialogue.close();
  }

  // ── texts ────────────────────────────────────────────────────────────────────────────────────────────────────────

  #takeText({ text, message_type: kind, start_interaction: starts }: NewTextMessage): void {
    const { refuse, state } = this.#link;
    const { breaches } = this.#ports;
    if (text.trim() === '') {
      refuse('A-18', 'text without words', CLOSE_CODES.badRequest);
      return;
    }
    if (this.#vad.isSwitching) breaches.add('A-17', 'text before turn detection is acknowledged', 'strict');
    if (kind === 'external-event') return this.#dialogue.addEvent(text, starts === true);
    this.#judgeReturn('text');
    if (starts !== undefined) breaches.add('A-19', 'start_interaction of a user message', 'strict');
    if (state === 'user_audio' && refuse('A-17', 'text within an utterance', CLOSE_CODES.badRequest)) return;
    if (state === 'agent_turn' && refuse('A-20', 'text while the agent answers', CLOSE_CODES.conflict)) return;
    this.#dialogue.sayText(text);
  }

  // ── audio ────────────────────────────────────────────────────────────────────────────────────────────────────────

  #takeAudio(audio: string, { audio_config: config }: AudioMessage): void {
    const { refuse, state } = this.#link;
    if (state === 'agent_turn' && refuse('A-20', 'audio while the agent answers', CLOSE_CODES.conflict)) return;
    if (state === 'ready' || state === 'agent_turn') {
      // What was sent before the client knew that turn detection is off is no utterance.
      if (config === undefined && this.#sinceMs(this.#vadOffAtMs) <= GRACE_MS) return;
      this.#beginUtterance();
    }
    if (state === 'vad_enabling' && !this.#hasEarlyBreach) {
      this.#hasEarlyBreach = true;
      this.#ports.breaches.add('A-41', 'audio before turn detection is acknowledged');
    }
    const heard = this.#uplink.take(audio, config);
    if (heard.kind === 'mp3') this.#mp3DurationMs = heard.durationMs;
    if (heard.kind !== 'pcm' || this.#link.state === 'closing') return;
    if (state === 'vad_enabling') this.#keepEarly(heard.pcm);
    else this.#dialogue.hear(heard.pcm);
  }

  #beginUtterance(): void {
    this.#judgeReturn('an utterance');
    this.#mp3DurationMs = undefined;
    this.#uplink.beginStream(false);
    this.#link.state = 'user_audio';
  }

  /** The first thing that a client does with a conversation that it lost. */
  #judgeReturn(what: string): void {
    if (this.#owesVad) this.#ports.breaches.add('A-52', `${what}, but turn detection was on`, 'strict');
    this.#owesVad = false;
  }

  #endUtterance(): void {
    const { refuse } = this.#link;
    if (this.#vad.isOn) refuse('A-36', 'audio: null where the server detects turns', CLOSE_CODES.badRequest);
    else if (this.#link.state !== 'user_audio') refuse('A-36', 'audio: null without audio', CLOSE_CODES.badRequest);
    else this.#closeUtterance();
  }

  #closeUtterance(): void {
    this.#uplink.endStream();
    if (this.#link.state === 'closing') return;
    this.#link.state = 'ready';
    if (this.#mp3DurationMs === undefined) this.#dialogue.endUtterance();
    else this.#dialogue.endUnheardUtterance(this.#mp3DurationMs);
  }

  // ── turn detection ───────────────────────────────────────────────────────────────────────────────────────────────

  #switchVad(isOn: boolean): void {
    const { refuse, state } = this.#link;
    if (isOn) {
      const isMp3 = this.#ports.handshake.audioFormat === 'mp3' || (state === 'user_audio' && this.#uplink.isMp3);
      if (isMp3 && refuse('A-40', 'turn detection with MP3', CLOSE_CODES.unsupportedMedia)) return;
      if (state === 'user_audio' && refuse('A-17', 'a switch within an utterance', CLOSE_CODES.badRequest)) return;
      if (state === 'agent_turn') this.#ports.breaches.add('A-17', 'a switch while the agent answers', 'strict');
      this.#owesVad = false;
    }
    this.#vad.request(isOn);
  }

  #switching(isOn: boolean): void {
    if (isOn) this.#uplink.beginStream(true);
    this.#hasEarlyBreach = false;
    this.#link.state = isOn ? 'vad_enabling' : 'vad_disabling';
  }

  #switched(isOn: boolean): void {
    if (!isOn) this.#uplink.endStream();
    this.#dialogue.setDetecting(isOn);
    this.#link.state = isOn ? 'vad' : 'ready';
    if (!isOn) {
      this.#vadOffAtMs = this.#ports.services.clock.nowMs();
      this.#followFloor();
    }
    for (const pcm of this.#earlyPcm) this.#dialogue.hear(pcm);
    this.#earlyPcm = [];
    this.#earlySamples = 0;
  }

  #keepEarly(pcm: Int16Array): void {
    if (this.#ports.settings.earlyAudio === 'discard' || this.#earlySamples > MAX_EARLY_SAMPLES) return;
    this.#earlyPcm.push(pcm);
    this.#earlySamples += pcm.length;
  }

  // ── the end, and the agent ───────────────────────────────────────────────────────────────────────────────────────

  #finish(): void {
    const { refuse, state } = this.#link;
    const { settings, breaches } = this.#ports;
    if (this.#vad.isOn) {
      const closeCode = settings.earlyFinish === 'conflict' ? CLOSE_CODES.conflict : CLOSE_CODES.badRequest;
      if (refuse('A-43', 'a finish before turn detection is acknowledged as off', closeCode)) return;
    }
    if (state === 'user_audio' && refuse('A-17', 'a finish within an utterance', CLOSE_CODES.badRequest)) return;
    if (state === 'agent_turn') breaches.add('A-17', 'a finish while the agent answers', 'strict');
    this.judgeEnd();
    this.stop();
    this.#link.state = 'finishing';
    if (settings.finishDelayMs === 'never') return;
    this.#timers.set(settings.finishDelayMs, () => {
      this.#conversation.finish();
      this.#link.state = 'completed';
      this.#link.send({ type: 'server.conversation-completed' }, 'finishing');
    });
  }

  #createDialogue(): Dialogue {
    const { services, handshake, ledger, random, createAgent, settings, faults, rates, mp3, breaches } = this.#ports;
    const maySee = handshake.grant?.permissions.has(INSIGHTS) ?? false;
    const unfiltered = settings.unfilteredActions === 'all' ? ALL_ACTIONS : NO_ACTIONS;
    return new Dialogue({
      services,
      createAgent,
      random,
      ledger,
      conversation: this.#conversation,
      settings,
      faults,
      rates,
      mp3,
      responseFormat: handshake.responseFormat,
      audioFormat: handshake.audioFormat,
      actionFilter: maySee ? (handshake.actionFilter ?? unfiltered) : NO_ACTIONS,
      send: (message) => this.#link.send(message, this.#link.state, this.#stateAfter(message)),
      onFloorChanged: () => this.#followFloor(),
      onConversationOver: () => this.endUnasked(),
      onEventsDropped: () => breaches.add('A-49', 'more than 100 events wait for an interaction'),
    });
  }

  /** The state that the agent's message leads to; it is entered when the message is sent. */
  #stateAfter(message: ServerMessage): SessionState {
    const { state } = this.#link;
    if (message.type === 'server.conversation-completed') return 'completed';
    if (message.type !== 'server.interaction-complete') return state;
    if (message.conversation_completed) return 'completed';
    return state === 'agent_turn' ? 'ready' : state;
  }

  /** Where the client detects turns, the state says whose turn it is. */
  #followFloor(): void {
    const { state } = this.#link;
    if (state === 'ready' || state === 'agent_turn') {
      this.#link.state = this.#dialogue.isAnswering ? 'agent_turn' : 'ready';
    }
  }

  #sinceMs(atMs: number): number {
    return this.#ports.services.clock.nowMs() - atMs;
  }
}
