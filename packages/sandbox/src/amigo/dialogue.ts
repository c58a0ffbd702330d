// This file lets one agent and one client talk: utterances, texts and events go in, interactions and reports of speech
// come out. What is legal when, the session knows.
import type { ServerMessage } from '@voicewire/protocol/amigo';
import type { AgentFactory, UserText } from '../agents/agent.ts';
import type { SpeechStart, TranscribedUtterance } from '../hearing/utterance.ts';
import { AgentSession } from '../agents/agentSession.ts';
import type { ActionFilter } from '../amigo-shared/actionFilter.ts';
import type { Conversation } from '../amigo-shared/conversation.ts';
import type { ConnectionLedger } from '../ledger/connectionLedger.ts';
import { cutText } from '../cutText.ts';
import type { Random } from '../random.ts';
import type { SandboxServices } from '../server/vendorServer.ts';
import { AgentActions } from './agentActions.ts';
import { Interaction } from './interaction.ts';
import type { Line, PieceFormat } from './pieces.ts';
import { SpeechReports } from './speechReports.ts';

/** Frames of the agent's pace, in samples: 20 ms. Nothing is sent in them. */
const FRAME_SAMPLES = 320;
/** Text needs no time to be heard. */
const TEXT_SPEED_RATIO = 20;
/** An agent that has nothing to say for so long has said nothing, in ms. */
const MAX_THINK_MS = 20_000;
/** Events that wait for an interaction. */
const MAX_EVENTS = 100;
/** Of each that waits, so much is kept. */
const MAX_EVENT_CHARS = 10_000;

/** Interrupted interactions whose pieces go on at a time; each holds the rest of its audio. */
const MAX_FADING = 4;

/** What a dialogue talks to. */
export interface DialoguePorts extends PieceFormat {
  readonly services: SandboxServices;
  readonly createAgent: AgentFactory;
  readonly random: Random;
  readonly ledger: ConnectionLedger;
  readonly conversation: Conversation;
  readonly actionFilter: ActionFilter;
  send(message: ServerMessage): void;
  /** An interaction began or ended; see `isAnswering`. */
  onFloorChanged(): void;
  /** The agent has ended the conversation, and said so. */
  onConversationOver(): void;
  /** More events than anybody needs. */
  onEventsDropped(): void;
}

/** One agent and one client, from `start` to `close`. */
export class Dialogue {
  readonly #ports: DialoguePorts;
  readonly #agent: AgentSession;
  readonly #actions: AgentActions;
  readonly #reports: SpeechReports;
  /** Those that fade out, too. */
  readonly #interactions = new Set<Interaction>();
  #active: Interaction | undefined;
  #thinkTimer: unknown;
  #eventTimer: unknown;
  #isDetecting = false;
  #isUserSpeaking = false;
  /** Events that start an interaction as soon as it is their turn. */
  #waitingEvents: string[] = [];
  /** Events since the last interaction. */
  #eventCount = 0;
  /** The next interaction is one that the client begins. */
  #isAsked = false;
  #isOver = false;
  #isClosed = false;

  constructor(ports: DialoguePorts) {
    this.#ports = ports;
    const { clock, voice } = ports.services;
    const { settings, faults, random, actionFilter } = ports;
    const send = (message: ServerMessage): void => ports.send(message);
    this.#reports = new SpeechReports({ clock, settings, faults, send });
    this.#actions = new AgentActions({ clock, settings, faults, voice, random, filter: actionFilter, send });
    this.#agent = this.#createAgent();
    this.#agent.setTurnDetector('client');
  }

  /** True while the agent owes or gives an answer to what the client began. */
  get isAnswering(): boolean {
    return this.#active?.isAsked === true;
  }

  /** @param isGreeting Whether the agent speaks first; it does not when a conversation goes on. */
  start(isGreeting: boolean): void {
    this.#agent.start(isGreeting);
  }

  /** Takes user audio at 16 kHz. */
  hear(pcm: Int16Array): void {
    this.#reports.hear(pcm.length);
    this.#ports.ledger.recordReceivedAudio(pcm);
    this.#agent.hear(pcm);
  }

  /** The client says that the utterance is over; it was PCM. */
  endUtterance(): void {
    this.#agent.start(false);
    this.#isAsked = true;
    this.#agent.endUserTurn();
    this.#open();
  }

  /** The same for audio that nobody decodes. */
  endUnheardUtterance(durationMs: number): void {
    this.#hearText({ kind: 'user-message', text: `[${(durationMs / 1000).toFixed(1)} s of speech in MP3]` });
  }

  /** The user wrote something; it cuts the agent off. */
  sayText(text: string): void {
    this.#hearText({ kind: 'user-message', text });
  }

  /**
   * Something happened outside of the conversation.
   *
   * @param starts Whether it wants an answer: at once, or after the user's utterance or the answer under way. Where the
   *   client detects turns, the answer to an utterance that is under way is its answer, too.
   */
  addEvent(text: string, starts: boolean): void {
    if (!starts || (this.#isUserSpeaking && !this.#isDetecting)) {
      this.#ports.conversation.addMessage('external-event', text);
      return this.#countEvent();
    }
    this.#countEvent();
    this.#waitingEvents.push(cutText(text, MAX_EVENT_CHARS));
    if (this.#waitingEvents.length > MAX_EVENTS) this.#waitingEvents.shift();
    // Where the server detects turns, an event interrupts the agent; where the client does, it waits for the answer.
    if (!this.#isUserSpeaking && (this.#isDetecting || !this.isAnswering)) this.#sayWaitingEvents();
  }

  /** Who detects turns from now on. An utterance that is under way ends first, and is reported. */
  setDetecting(isDetecting: boolean): void {
    this.#agent.setTurnDetector(isDetecting ? 'server' : 'client');
    this.#isDetecting = isDetecting;
    if (isDetecting) this.#reports.begin();
    else this.#reports.end();
  }

  /** Stops everything; nothing is sent any more. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#reports.end();
    this.#actions.stopThinking();
    this.#clearTimer(this.#thinkTimer);
    this.#clearTimer(this.#eventTimer);
    this.#agent.close();
    for (const interaction of this.#interactions) interaction.close();
  }

  // ── the agent ────────────────────────────────────────────────────────────────────────────────────────────────────

  #createAgent(): AgentSession {
    const { services, ledger, random, createAgent, responseFormat } = this.#ports;
    return new AgentSession({
      clock: services.clock,
      ticker: services.ticker,
      pcmStore: services.pcmStore,
      random,
      voice: services.voice,
      detector: services.createDetector(),
      turns: services.turns,
      createAgent,
      transcriber: services.transcriber,
      frameSamples: FRAME_SAMPLES,
      speedRatio: responseFormat === 'text' ? TEXT_SPEED_RATIO : 1,
      hangUp: () => this.#hangUp(),
      onLineReady: (line) => this.#speak(line),
      onLineEnded: (line) => ledger.recordLine(line),
      onDrained: () => this.#active?.drain(),
      onCut: () => this.#cut(),
      onSpeechStarted: (start) => this.#speechStarted(start),
      onUtterance: (utterance) => this.#utteranceEnded(utterance),
    });
  }

  #speak(line: Line): void {
    const interaction = this.#open();
    const isFirst = !interaction.hasSpeech;
    if (isFirst) {
      this.#clearTimer(this.#thinkTimer);
      this.#actions.endThinking();
    }
    interaction.add(line);
    if (isFirst) this.#actions.speechStarted();
  }

  #cut(): void {
    const interrupted = this.#active;
    this.#active = undefined;
    interrupted?.interrupt();
    const [oldest, ...later] = [...this.#interactions].filter(({ isFading }) => isFading);
    if (later.length >= MAX_FADING) oldest?.close();
    this.#ports.onFloorChanged();
  }

  /** What the agent has said, but the client has not received: a slow delivery ends with the user's next words. */
  #cutDelivery(): void {
    if (this.#active?.isDrained === true) this.#cut();
  }

  #hangUp(): void {
    this.#isOver = true;
    if (this.#active !== undefined) return this.#active.drain();
    this.#ports.send({ type: 'server.conversation-completed' });
    this.#ports.onConversationOver();
  }

  #speechStarted({ startSample }: SpeechStart): void {
    this.#isUserSpeaking = true;
    this.#agent.start(false);
    this.#cutDelivery();
    this.#reports.speechStarted(startSample);
  }

  #utteranceEnded(utterance: TranscribedUtterance): void {
    this.#isUserSpeaking = false;
    this.#ports.ledger.recordUtterance(utterance);
    this.#reports.speechEnded(utterance, utterance.transcript);
    this.#ports.conversation.addMessage('user', utterance.transcript);
    if (this.#active?.isDrained !== false) {
      this.#isAsked = true;
      this.#open();
    }
    if (this.#waitingEvents.length === 0) return;
    // Once the agent has heard the utterance: the event's answer takes the place of the utterance's.
    this.#eventTimer = this.#ports.services.clock.setTimer(0, () => this.#sayWaitingEvents());
  }

  #countEvent(): void {
    this.#eventCount += 1;
    if (this.#eventCount === MAX_EVENTS + 1) this.#ports.onEventsDropped();
  }

  #sayWaitingEvents(): void {
    const text = this.#waitingEvents.join('\n');
    this.#waitingEvents = [];
    if (text !== '' && !this.#isClosed) this.#hearText({ kind: 'external-event', text });
  }

  #hearText(text: UserText): void {
    this.#ports.conversation.addMessage(text.kind === 'user-message' ? 'user' : 'external-event', text.text);
    this.#isAsked = true;
    this.#agent.start(false);
    this.#cutDelivery();
    // It cuts off what the agent is saying, by onCut; what it has only begun to think about goes on with the new words.
    this.#agent.hearText(text);
    this.#open();
  }

  // ── interactions ─────────────────────────────────────────────────────────────────────────────────────────────────

  /** The interaction under way, or a new one. */
  #open(): Interaction {
    // One that only waits for its last pieces to leave takes no more.
    if (this.#active?.isDrained === false) {
      this.#isAsked = false;
      return this.#active;
    }
    const { services, conversation, ledger, faults } = this.#ports;
    const interaction = new Interaction(
      {
        ...this.#ports,
        clock: services.clock,
        drawId: () => conversation.drawId(),
        send: (message) => this.#ports.send(message),
        onAudio: (pcm) => ledger.recordSentAudio(pcm),
        onEnded: (ended, text, isComplete) => this.#interactionEnded(ended, text, isComplete),
        isConversationOver: () => this.#isOver || faults.has('agent-ends'),
      },
      // Where the server detects turns, nobody has to wait for an answer to end.
      this.#isAsked && !this.#isDetecting,
    );
    this.#active = interaction;
    this.#interactions.add(interaction);
    this.#actions.startThinking(this.#isAsked);
    this.#isAsked = false;
    this.#clearTimer(this.#thinkTimer);
    this.#thinkTimer = services.clock.setTimer(MAX_THINK_MS, () => interaction.drain());
    this.#ports.onFloorChanged();
    return interaction;
  }

  #interactionEnded(interaction: Interaction, text: string, isComplete: boolean): void {
    this.#interactions.delete(interaction);
    if (this.#active === interaction) this.#active = undefined;
    const { conversation, faults } = this.#ports;
    if (text !== '') conversation.addMessage('agent', text, interaction.messageId);
    if (this.#isClosed) return;
    if (!isComplete) return this.#ports.onFloorChanged();
    conversation.completeInteraction();
    this.#eventCount = 0;
    if (this.#isOver || faults.has('agent-ends')) return this.#ports.onConversationOver();
    this.#ports.onFloorChanged();
    if (this.#active === undefined) this.#sayWaitingEvents();
  }

  #clearTimer(timer: unknown): void {
    if (timer !== undefined) this.#ports.services.clock.clearTimer(timer);
  }
}
