// This file runs one agent in one session: received frames go through hearing to the agent, its speech leaves in frames
// paced in real time. Vendors put their wire around it.
import type { Clock } from '../clock.ts';
import type { SpeechDetector, TurnOptions } from '../hearing/hearing.ts';
import { Hearing } from '../hearing/hearing.ts';
import type { Random } from '../random.ts';
import { FramePacer } from '../speech/framePacer.ts';
import type { SpokenLine } from '../speech/speechQueue.ts';
import { SpeechQueue } from '../speech/speechQueue.ts';
import type { Voice } from '../speech/voice.ts';
import type { Agent, AgentContext, AgentFactory, SpeechStart, Utterance } from './agent.ts';
import { AGENT_SAMPLE_RATE } from './agent.ts';

/** What a session needs from the sandbox and from its vendor. */
export interface AgentSessionPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly voice: Voice;
  readonly detector: SpeechDetector;
  readonly turns: TurnOptions;
  readonly createAgent: AgentFactory;
  /** Samples per frame of agent speech at 16 kHz. */
  readonly frameSamples: number;
  /** Speed at which speech leaves; 1 is real time. */
  readonly speedRatio: number;
  /** One frame of agent speech, valid during the call only; the last one of a stretch is padded with zeros. */
  sendFrame(frame: Int16Array): void;
  /** The agent ends the session. */
  hangUp(): void;
  /** For records. */
  onUtterance?(utterance: Utterance): void;
  /** For records. */
  onLineEnded?(line: SpokenLine): void;
}

/** One agent, heard and hearing, from `start` to `close`. */
export class AgentSession {
  readonly #ports: AgentSessionPorts;
  readonly #agent: Agent;
  readonly #hearing: Hearing;
  readonly #queue: SpeechQueue;
  readonly #pacer: FramePacer;
  readonly #cutFrame: Int16Array;
  #phase: 'waiting' | 'open' | 'hangingUp' | 'closed' = 'waiting';

  constructor(ports: AgentSessionPorts) {
    this.#ports = ports;
    this.#cutFrame = new Int16Array(ports.frameSamples);
    const frameMs = (ports.frameSamples * 1000) / AGENT_SAMPLE_RATE / ports.speedRatio;
    this.#pacer = new FramePacer(
      {
        clock: ports.clock,
        read: (frame) => this.#queue.read(frame),
        send: (frame) => ports.sendFrame(frame),
        onDrained: () => this.#drained(),
      },
      ports.frameSamples,
      frameMs,
    );
    this.#queue = new SpeechQueue(ports.voice, {
      onReadable: () => {
        if (this.#phase === 'open' || this.#phase === 'hangingUp') this.#pacer.start();
      },
      onLineEnded: (line) => ports.onLineEnded?.(line),
    });
    this.#hearing = new Hearing(ports.clock, ports.detector, ports.turns, {
      onSpeechStarted: (start) => this.#speechStarted(start),
      onSpeechEnded: (utterance) => this.#speechEnded(utterance),
    });
    this.#agent = ports.createAgent(this.#createContext());
  }

  /** True while speech is leaving, waits to leave, or is being synthesized. */
  get isSpeaking(): boolean {
    return this.#pacer.isRunning || !this.#queue.isEmpty;
  }

  /** The user can hear from now on. */
  start(): void {
    if (this.#phase !== 'waiting') return;
    this.#phase = 'open';
    this.#agent.opened?.();
  }

  /** Takes one 20 ms frame of user audio at 16 kHz; it is copied. Heard from the first frame on, even before `start`. */
  hear(frame: Int16Array): void {
    if (this.#phase !== 'closed') this.#hearing.hear(frame, this.isSpeaking);
  }

  /** Stops everything; nothing is sent any more. */
  close(): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#pacer.stop();
    this.#queue.cut(this.#cutFrame);
    this.#hearing.close();
    this.#agent.closed?.();
  }

  #createContext(): AgentContext {
    const isSpeaking = (): boolean => this.isSpeaking;
    return {
      clock: this.#ports.clock,
      random: this.#ports.random,
      get isSpeaking() {
        return isSpeaking();
      },
      say: (speech) => {
        if (this.#phase === 'open') this.#queue.push(speech);
      },
      stopSpeaking: () => this.#stopSpeaking(),
      hangUp: () => this.#hangUp(),
    };
  }

  #stopSpeaking(): void {
    if (this.#phase !== 'open') return;
    const hasFade = this.#queue.cut(this.#cutFrame);
    this.#pacer.stop();
    if (hasFade) this.#ports.sendFrame(this.#cutFrame);
  }

  #hangUp(): void {
    if (this.#phase !== 'open') return;
    this.#phase = 'hangingUp';
    if (!this.isSpeaking) this.#ports.hangUp();
  }

  #drained(): void {
    // A synthesizer may still be at work; its speech starts the pacer again.
    if (!this.#queue.isEmpty) return;
    if (this.#phase === 'hangingUp') this.#ports.hangUp();
    else this.#agent.finishedSpeaking?.();
  }

  #speechStarted(start: SpeechStart): void {
    if (this.#phase === 'open') this.#agent.userSpeechStarted?.(start);
  }

  #speechEnded(utterance: Utterance): void {
    this.#ports.onUtterance?.(utterance);
    if (this.#phase === 'open') this.#agent.userSpeechEnded?.(utterance);
  }
}
