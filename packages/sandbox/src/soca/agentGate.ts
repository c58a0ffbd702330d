// This file stands between hearing and an agent: speech over the agent reaches it only once it interrupts, and turns without
// words do not reach it at all.
import type { Agent, AgentFactory } from '../agents/agent.ts';
import type { SpeechStart, TranscribedUtterance } from '../hearing/utterance.ts';

/** Says whether a finished turn of the user's is to be answered. */
export type TurnJudge = (turn: TranscribedUtterance, hasInterrupted: boolean) => boolean;

/**
 *   input                                    the agent hears
 *   speech begins in silence                 userSpeechStarted
 *   speech begins over the agent             nothing yet
 *   interrupt                                userSpeechStarted, if it was held back
 *   a turn ends that is to be answered       userSpeechStarted, if it was held back, and userSpeechEnded
 *   a turn ends that is not                  nothing
 */
export class AgentGate {
  readonly #isAnswered: TurnJudge;
  #agent: Agent | undefined;
  #heldBack: SpeechStart | undefined;

  constructor(isAnswered: TurnJudge) {
    this.#isAnswered = isAnswered;
  }

  /** The agents that this makes are behind the gate. */
  guard(createAgent: AgentFactory): AgentFactory {
    return (context) => {
      const agent = createAgent(context);
      this.#agent = agent;
      return {
        ...(agent.transcriber === undefined ? {} : { transcriber: agent.transcriber }),
        opened: () => agent.opened?.(),
        userSpeechStarted: (start) => this.#speechStarted(start),
        userSpeechEnded: (turn) => this.#speechEnded(turn),
        userTextReceived: (text) => agent.userTextReceived?.(text),
        userInterrupted: () => agent.userInterrupted?.(),
        finishedSpeaking: () => agent.finishedSpeaking?.(),
        closed: () => agent.closed?.(),
      };
    };
  }

  /** The user's speech interrupts. */
  interrupt(): void {
    const start = this.#heldBack;
    this.#heldBack = undefined;
    if (start !== undefined) this.#agent?.userSpeechStarted?.(start);
  }

  #speechStarted(start: SpeechStart): void {
    if (start.isBargeIn) this.#heldBack = start;
    else this.#agent?.userSpeechStarted?.(start);
  }

  #speechEnded(turn: TranscribedUtterance): void {
    // A transcript may take so long that the user speaks again before it comes.
    const start = this.#heldBack?.startSample === turn.startSample ? this.#heldBack : undefined;
    if (start !== undefined) this.#heldBack = undefined;
    if (!this.#isAnswered(turn, start === undefined)) return;
    if (start !== undefined) this.#agent?.userSpeechStarted?.(start);
    this.#agent?.userSpeechEnded?.(turn);
  }
}
