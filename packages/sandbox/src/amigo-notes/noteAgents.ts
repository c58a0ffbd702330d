// This file runs the agents behind voice notes: one per conversation, kept from note to note so that it remembers.
import { AGENT_SAMPLE_RATE } from '../agents/agent.ts';
import type { UserText } from '../agents/agent.ts';
import type { TranscribedUtterance } from '../hearing/utterance.ts';
import type { StartedLine } from '../agents/agentSession.ts';
import { AgentSession } from '../agents/agentSession.ts';
import type { SpeechDetector } from '../hearing/hearing.ts';
import type { Conditions } from '../server/conditions.ts';
import type { SandboxServices } from '../server/vendorServer.ts';
import type { SpokenLine } from '../speech/speechQueue.ts';

/** Idle agents kept; the one that was spoken to least lately goes first. Busy ones are as many as there are streams. */
const MAX_AGENTS = 64;
/** Longest part of a note that is heard: its end, in samples. A frame less than the longest turn. */
const MAX_HEARD_SAMPLES = 60 * AGENT_SAMPLE_RATE - 320;
/** Of the pace of speech; nobody hears the frames. */
const FRAME_SAMPLES = 320;
/** Whoever sends a note says where it ends, so that nothing needs to be detected. */
const NO_DETECTOR: SpeechDetector = { process: () => 0 };

/** Who wants to hear what the agent says next. */
export interface NoteListener {
  /** What the user said; before the agent answers. */
  onUtterance(utterance: TranscribedUtterance): void;
  onLine(line: StartedLine): void;
  /** A line has left, whole or cut. */
  onLineEnded(line: SpokenLine): void;
  /** Nothing more is queued for now. */
  onDrained(): void;
  /** The agent ended the conversation. */
  onHungUp(): void;
}

/** One agent. What it says while nobody listens is lost. */
export class NoteAgent {
  readonly #session: AgentSession;
  #listener: NoteListener | undefined;
  /** One per note whose transcript is awaited, in order: it listens from then on. Nothing where it has gone. */
  #awaiting: (NoteListener | undefined)[] = [];

  constructor(services: SandboxServices, conditions: Conditions, speedRatio: number) {
    this.#session = new AgentSession({
      clock: services.clock,
      ticker: services.ticker,
      pcmStore: services.pcmStore,
      random: conditions.random,
      voice: services.voice,
      detector: NO_DETECTOR,
      turns: services.turns,
      createAgent: conditions.createAgent,
      transcriber: services.transcriber,
      frameSamples: FRAME_SAMPLES,
      speedRatio,
      hangUp: () => this.#listener?.onHungUp(),
      onLineStarted: (line) => this.#listener?.onLine(line),
      onDrained: () => this.#listener?.onDrained(),
      onLineEnded: (line) => this.#listener?.onLineEnded(line),
      onUtterance: (utterance) => {
        this.#listener = this.#awaiting.shift();
        this.#listener?.onUtterance(utterance);
      },
    });
    this.#session.setTurnDetector('client');
  }

  /** True while somebody listens, or will. */
  get isBusy(): boolean {
    return this.#listener !== undefined || this.#awaiting.some((listener) => listener !== undefined);
  }

  /** True while more of an answer is being made. */
  get isAnswering(): boolean {
    return this.#session.isAnswering;
  }

  /** The agent speaks without having been spoken to: it greets, or goes on. */
  prompt(listener: NoteListener, isFirst: boolean): void {
    this.#listener = listener;
    this.#session.start();
    if (!isFirst) this.#session.hearText({ kind: 'external-event', text: '' });
  }

  /** @param pcm 16 kHz, not empty. */
  hearSpeech(pcm: Int16Array, listener: NoteListener): void {
    this.#awaiting.push(listener);
    this.#session.start();
    this.#session.hear(pcm.subarray(-MAX_HEARD_SAMPLES));
    this.#session.endUserTurn();
  }

  hearText(text: UserText, listener: NoteListener): void {
    this.#session.start();
    this.#listener = listener;
    this.#session.hearText(text);
  }

  /** Nobody listens any more; what is being said breaks off. */
  cut(): void {
    this.dismiss();
    this.#session.interrupt();
  }

  /** Nobody listens any more. */
  dismiss(): void {
    this.#listener = undefined;
    this.#awaiting = this.#awaiting.map(() => undefined);
  }

  close(): void {
    this.dismiss();
    this.#session.close();
  }
}

/** The agents of all conversations, by id. */
export class NoteAgents {
  readonly #services: SandboxServices;
  readonly #speedRatio: number;
  readonly #agents = new Map<string, NoteAgent>();

  constructor(services: SandboxServices, speedRatio: number) {
    this.#services = services;
    this.#speedRatio = speedRatio;
  }

  has(conversationId: string): boolean {
    return this.#agents.has(conversationId);
  }

  /** The conversation's agent; the first call makes it, under its conditions. */
  take(conversationId: string, conditions: Conditions): NoteAgent {
    const agent = this.#agents.get(conversationId) ?? new NoteAgent(this.#services, conditions, this.#speedRatio);
    this.#agents.delete(conversationId);
    this.#agents.set(conversationId, agent);
    for (const [oldestId, oldest] of this.#agents) {
      if (this.#agents.size <= MAX_AGENTS) break;
      if (oldest !== agent && !oldest.isBusy) this.close(oldestId);
    }
    return agent;
  }

  close(conversationId: string): void {
    this.#agents.get(conversationId)?.close();
    this.#agents.delete(conversationId);
  }

  closeAll(): void {
    for (const agent of this.#agents.values()) agent.close();
    this.#agents.clear();
  }
}
