// This file runs one agent in one session: received audio goes through hearing to the agent, its speech leaves in frames
// paced in real time, or line by line. Vendors put their wire around it.
import type { Clock } from '../clock.ts';
import type { SpeechDetector, TurnDetector, TurnOptions } from '../hearing/hearing.ts';
import { Hearing } from '../hearing/hearing.ts';
import type { PcmStore } from '../hearing/pcmTail.ts';
import { Reframer } from '../hearing/reframer.ts';
import type { Transcriber } from '../hearing/transcriber.ts';
import { DESCRIBING_TRANSCRIBER, describeSpeech } from '../hearing/transcriber.ts';
import type { Random } from '../random.ts';
import type { CharacterTime } from '../speech/alignment.ts';
import { alignCharacters } from '../speech/alignment.ts';
import { FramePacer } from '../speech/framePacer.ts';
import type { FrameTicker } from '../speech/frameTicker.ts';
import type { SpokenLine } from '../speech/speechQueue.ts';
import { SpeechQueue } from '../speech/speechQueue.ts';
import type { Voice } from '../speech/voice.ts';
import type { Agent, AgentContext, AgentFactory, UserText } from './agent.ts';
import type { SpeechStart, TranscribedUtterance, Utterance } from '../hearing/utterance.ts';
import { AGENT_SAMPLE_RATE } from './agent.ts';

/** One piece of agent speech, whole, for vendors that send more than its sound. */
export interface StartedLine {
  readonly text: string;
  /** 16 kHz; must not be changed. */
  readonly pcm: Int16Array;
  /** Estimated. */
  readonly alignment: readonly CharacterTime[];
}

/** What a session needs from the sandbox and from its vendor. */
export interface AgentSessionPorts {
  readonly clock: Clock;
  /** Runs on the same clock. */
  readonly ticker: FrameTicker;
  /** Shared by all sessions of one sandbox. */
  readonly pcmStore: PcmStore;
  readonly random: Random;
  readonly voice: Voice;
  readonly detector: SpeechDetector;
  readonly turns: TurnOptions;
  readonly createAgent: AgentFactory;
  /** Default: describes what it heard. */
  readonly transcriber?: Transcriber | undefined;
  /** Samples per frame of agent speech at 16 kHz. */
  readonly frameSamples: number;
  /** Speed at which speech leaves; 1 is real time. */
  readonly speedRatio: number;
  /**
   * One frame of agent speech, valid during the call only; the last one of a stretch is padded with zeros. A vendor that
   * sends whole lines takes them from `onLineStarted` and leaves it out: the pace of speech stays the same.
   */
  sendFrame?(frame: Int16Array): void;
  /** The agent ends the session. */
  hangUp(): void;
  /** A line's samples are known; in order, and ahead of real time. For vendors that deliver as fast as they can speak. */
  onLineReady?(line: { readonly text: string; readonly pcm: Int16Array }): void;
  /** A line begins to leave. */
  onLineStarted?(line: StartedLine): void;
  /** A line has left, whole or cut. */
  onLineEnded?(line: SpokenLine): void;
  /** All that was queued has left, in real time. Not after `onCut`. */
  onDrained?(): void;
  /** Speech was broken off; what had not left never will. */
  onCut?(): void;
  /** The user began to speak; called before the agent hears of it. */
  onSpeechStarted?(start: SpeechStart): void;
  /** The user's turn is over and has its transcript; called before the agent hears of it. */
  onUtterance?(utterance: TranscribedUtterance): void;
}

/** Length of the frames that are judged, in samples: 20 ms. */
const HEARING_FRAME_SAMPLES = 320;

/** One agent, heard and hearing, from `start` to `close`. */
export class AgentSession {
  readonly #ports: AgentSessionPorts;
  readonly #agent: Agent;
  readonly #hearing: Hearing;
  readonly #queue: SpeechQueue;
  readonly #pacer: FramePacer;
  readonly #cutFrame: Int16Array;
  readonly #reframer = new Reframer(HEARING_FRAME_SAMPLES, (frame) => this.#hearing.hear(frame, this.isSpeaking));
  /** Utterances whose transcripts are awaited, and the order they are delivered in. */
  #undeliveredCount = 0;
  #deliveries: Promise<void> = Promise.resolve();
  #phase: 'waiting' | 'open' | 'hangingUp' | 'closed' = 'waiting';

  constructor(ports: AgentSessionPorts) {
    this.#ports = ports;
    this.#cutFrame = new Int16Array(ports.frameSamples);
    const frameMs = (ports.frameSamples * 1000) / AGENT_SAMPLE_RATE / ports.speedRatio;
    this.#pacer = new FramePacer(
      ports.ticker,
      {
        read: (frame) => this.#queue.read(frame),
        send: (frame) => ports.sendFrame?.(frame),
        onDrained: () => this.#drained(),
      },
      ports.frameSamples,
      frameMs,
    );
    this.#queue = new SpeechQueue(ports.voice, {
      onReadable: () => {
        if (this.#phase === 'open' || this.#phase === 'hangingUp') this.#pacer.start();
      },
      onLineReady: (line) => ports.onLineReady?.(line),
      onLineStarted: ({ text, pcm }) => {
        const lengthMs = (pcm.length * 1000) / AGENT_SAMPLE_RATE;
        ports.onLineStarted?.({ text, pcm, alignment: alignCharacters(text, lengthMs) });
      },
      onLineEnded: (line) => ports.onLineEnded?.(line),
    });
    this.#hearing = new Hearing(ports.clock, ports.pcmStore, ports.detector, ports.turns, {
      onSpeechStarted: (start) => this.#speechStarted(start),
      onSpeechEnded: (utterance) => this.#speechEnded(utterance),
    });
    this.#agent = ports.createAgent(this.#createContext());
  }

  /** True while the agent makes more of its answer than it has queued so far. */
  get isAnswering(): boolean {
    return this.#agent.isAnswering ?? false;
  }

  /** True while speech is leaving, waits to leave, or is being synthesized. */
  get isSpeaking(): boolean {
    return this.#pacer.isRunning || !this.#queue.isEmpty;
  }

  /**
   * The user can hear from now on. Once; later calls do nothing.
   *
   * @param isOpening Whether the agent may speak first; not in a conversation that goes on. Default true.
   */
  start(isOpening = true): void {
    if (this.#phase !== 'waiting') return;
    this.#phase = 'open';
    if (isOpening) this.#agent.opened?.();
  }

  /** What the user says, as far as it is known while they speak; nothing outside a turn. */
  get partialTranscript(): string | undefined {
    const durationMs = this.#hearing.turnMs;
    if (durationMs === undefined) return undefined;
    return this.#transcriber.transcribePart?.({ durationMs }) ?? describeSpeech({ durationMs });
  }

  /** Takes user audio at 16 kHz, of any length; it is copied. Heard from the first sample on, even before `start`. */
  hear(pcm: Int16Array): void {
    if (this.#phase !== 'closed') this.#reframer.push(pcm);
  }

  /** Who finds the ends of turns from now on; a turn that is under way ends first. Default `server`. */
  setTurnDetector(turnDetector: TurnDetector): void {
    if (this.#phase === 'closed') return;
    this.#reframer.flush();
    this.#hearing.setTurnDetector(turnDetector);
  }

  /** The client says that the user's turn is over; without a turn, nothing happens. */
  endUserTurn(): void {
    if (this.#phase === 'closed') return;
    this.#reframer.flush();
    this.#hearing.endTurn();
  }

  /** Text that wants an answer; it cuts off what is being said. */
  hearText(text: UserText): void {
    if (this.#phase !== 'open') return;
    this.#stopSpeaking();
    this.#agent.userTextReceived?.(text);
  }

  /** The user cuts the agent off without speaking. */
  interrupt(): void {
    if (this.#phase !== 'open' || !this.isSpeaking) return;
    this.#stopSpeaking();
    this.#agent.userInterrupted?.();
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
    const wasSpeaking = this.isSpeaking;
    const hasFade = this.#queue.cut(this.#cutFrame);
    this.#pacer.stop();
    if (hasFade) this.#ports.sendFrame?.(this.#cutFrame);
    if (wasSpeaking) this.#ports.onCut?.();
  }

  get #transcriber(): Transcriber {
    return this.#agent.transcriber ?? this.#ports.transcriber ?? DESCRIBING_TRANSCRIBER;
  }

  #hangUp(): void {
    if (this.#phase !== 'open') return;
    this.#phase = 'hangingUp';
    if (!this.isSpeaking) this.#ports.hangUp();
  }

  #drained(): void {
    // A synthesizer may still be at work; its speech starts the pacer again.
    if (!this.#queue.isEmpty) return;
    this.#ports.onDrained?.();
    if (this.#phase === 'hangingUp') this.#ports.hangUp();
    else if (this.#phase === 'open') this.#agent.finishedSpeaking?.();
  }

  #speechStarted(start: SpeechStart): void {
    this.#ports.onSpeechStarted?.(start);
    if (this.#phase === 'open') this.#agent.userSpeechStarted?.(start);
  }

  /** At once where the transcript is, so that runs on a virtual clock stay exact; else when it comes, in order. */
  #speechEnded(utterance: Utterance): void {
    const transcript = this.#transcriber.transcribe(utterance);
    if (typeof transcript === 'string' && this.#undeliveredCount === 0) {
      this.#deliver({ ...utterance, transcript });
      return;
    }
    this.#undeliveredCount += 1;
    // A transcriber that fails is no reason to lose the turn.
    const text = Promise.resolve(transcript).catch(() => describeSpeech(utterance));
    this.#deliveries = this.#deliveries.then(async () => {
      const known = await text;
      this.#undeliveredCount -= 1;
      this.#deliver({ ...utterance, transcript: known });
    });
  }

  #deliver(utterance: TranscribedUtterance): void {
    if (this.#phase === 'closed') return;
    this.#ports.onUtterance?.(utterance);
    if (this.#phase === 'open') this.#agent.userSpeechEnded?.(utterance);
  }
}
