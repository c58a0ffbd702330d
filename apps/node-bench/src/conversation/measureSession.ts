// This file holds one conversation and measures it: connects, speaks on schedule, listens, interrupts, hangs up.
import type { AgentSpeechStarted, Clock, SessionEvents, VoiceSession } from '@voicewire/client';
import type { SpokenSpan } from '@voicewire/client/node';
import type { Utterance } from '../input/utterance.ts';
import type { TurnRecord } from '../result/benchResult.ts';
import { Occurrences } from './occurrences.ts';
import type { SessionRecord } from './sessionRecord.ts';
import { GREETING_LIMIT_MS, interruptDelayMs, SILENCE_LIMIT_MS, turnStartSamples, type TurnPlan } from './turnPlan.ts';
import { partsOf, stagesOfAnswered, stagesOfFailed } from './turnStages.ts';

/** The part of the client's `VirtualMicrophone` that is used. */
export interface ScriptedMicrophone {
  say(samples: Float32Array): SpokenSpan;
  captureTimeMs(sampleIndex: number): number;
}

export interface SessionSetup {
  readonly clock: Clock;
  readonly session: VoiceSession;
  /** The session's own input, at the utterance's sample rate. */
  readonly microphone: ScriptedMicrophone;
  readonly utterance: Utterance;
  readonly plan: TurnPlan;
  /** Counted from 1. */
  readonly sessionNumber: number;
  /** Called after every turn; warm-up turns have numbers from 0 down. */
  readonly onTurn?: (turn: TurnRecord) => void;
}

/** An answer may be heard in time and reported a little late; what counts is when it was heard. */
const REPORT_GRACE_MS = 100;

/**
 * Runs one whole session.
 *
 * @throws {VoiceError} Whatever `connect()` failed with. Later failures are failed turns.
 */
export async function measureSession(setup: SessionSetup): Promise<SessionRecord> {
  const { session } = setup;
  const conversation = new Conversation(setup);
  try {
    await session.connect();
    return await conversation.hold();
  } finally {
    await session.disconnect();
  }
}

class Conversation {
  private readonly answers: Occurrences<AgentSpeechStarted>;
  private readonly interruptions: Occurrences<SessionEvents['interrupted']>;
  private endedBy: string | null = null;

  constructor(private readonly setup: SessionSetup) {
    const { clock, session } = setup;
    this.answers = new Occurrences(clock);
    this.interruptions = new Occurrences(clock);
    session.on('agentSpeechStarted', (event) => this.answers.add(event));
    session.on('interrupted', (event) => this.interruptions.add(event));
    session.on('disconnected', ({ code }) => {
      this.endedBy ??= code;
      this.answers.end();
      this.interruptions.end();
    });
  }

  async hold(): Promise<SessionRecord> {
    const { session, plan } = this.setup;
    const connectMs = session.stats().connectMs ?? Infinity;
    const spans = this.speakOnSchedule();
    await this.passGreeting();
    const turns: TurnRecord[] = [];
    let warmupMessages = 0;
    for (const [index, span] of spans.entries()) {
      const turn = index - plan.warmupTurns + 1;
      await this.until(this.timeAt(span.firstSampleIndex));
      if (turn === 1) warmupMessages = session.stats().uplink?.sentMessages ?? 0;
      const record = await this.measureTurn(turn, span, interruptDelayMs(plan, index));
      if (turn >= 1) turns.push(record);
      this.setup.onTurn?.(record);
    }
    const captureToWireMs = this.captureToWireAfter(warmupMessages);
    return { connectMs, captureToWireMs, warmupTurns: plan.warmupTurns, turns };
  }

  /** Puts every utterance of the session at its place on the microphone's line, once and for all. */
  private speakOnSchedule(): SpokenSpan[] {
    const { microphone, utterance, plan } = this.setup;
    let lineEnd = microphone.say(new Float32Array(0)).endSampleIndex;
    const starts = turnStartSamples(plan, lineEnd, utterance.sampleRate);
    // One stretch of zeros for all pauses: a long session would otherwise hold hundreds of megabytes of them.
    const longestPause = Math.max(...starts.map((start, i) => start - (starts[i - 1] ?? lineEnd)));
    const silence = new Float32Array(longestPause);
    return starts.map((start) => {
      microphone.say(silence.subarray(0, start - lineEnd));
      const span = microphone.say(utterance.samples);
      lineEnd = span.endSampleIndex;
      return span;
    });
  }

  /** A greeting is not measured: it is cut off, so that it does not speak into the first turn. */
  private async passGreeting(): Promise<void> {
    const { clock, session } = this.setup;
    await this.until(clock.nowMs() + GREETING_LIMIT_MS);
    if (session.agentState === 'speaking') session.interrupt();
  }

  private async measureTurn(turn: number, span: SpokenSpan, interruptAfterMs: number): Promise<TurnRecord> {
    const { session, utterance, sessionNumber } = this.setup;
    const recordOf = (failure: string | null, stages: TurnRecord['stages']): TurnRecord => ({
      session: sessionNumber,
      turn,
      failure,
      stages,
    });
    const endOfSpeechMs = this.timeAt(span.firstSampleIndex + utterance.endOfSpeechSample);
    await this.until(endOfSpeechMs);
    const spokeOverUser = session.agentState === 'speaking';
    const answer = await this.answerAfter(endOfSpeechMs);
    if (answer === null) {
      return recordOf(this.endedBy ?? (spokeOverUser ? 'spoke-over-user' : 'no-answer'), stagesOfFailed());
    }
    await this.until(answer.audibleMs + interruptAfterMs);
    const bargeInMs = await this.interrupt();
    const failure = bargeInMs === Infinity ? (this.endedBy ?? 'not-silenced') : null;
    return recordOf(failure, stagesOfAnswered(partsOf(endOfSpeechMs, answer), bargeInMs));
  }

  /** An answer is agent speech whose first audible sample was received after the user's last one was captured. */
  private async answerAfter(endOfSpeechMs: number): Promise<AgentSpeechStarted | null> {
    const deadlineMs = endOfSpeechMs + this.setup.plan.answerLimitMs;
    const isAnswer = ({ receivedMs }: AgentSpeechStarted): boolean => receivedMs >= endOfSpeechMs;
    const answer = await this.answers.next(isAnswer, deadlineMs + REPORT_GRACE_MS);
    return answer !== null && answer.audibleMs <= deadlineMs ? answer : null;
  }

  /** @returns ms from `interrupt()` to silence; infinite when it did not come, null when nothing was playing. */
  private async interrupt(): Promise<number | null> {
    const { clock, session } = this.setup;
    const calledMs = clock.nowMs();
    session.interrupt();
    const isOurs = ({ requestedMs }: { requestedMs: number }): boolean => requestedMs >= calledMs;
    const interruption = await this.interruptions.next(isOurs, calledMs + SILENCE_LIMIT_MS);
    if (interruption === null) return Infinity;
    // The client reports both instants equal when there was no sample left to play: a pause, not a stop.
    const durationMs = interruption.silentMs - interruption.requestedMs;
    return durationMs === 0 ? null : durationMs;
  }

  private captureToWireAfter(warmupMessages: number): number[] {
    const { captureToWireMs, uplink } = this.setup.session.exportReport();
    const measured = (uplink?.sentMessages ?? 0) - warmupMessages;
    return measured > 0 ? captureToWireMs.slice(-measured) : [];
  }

  private timeAt(sampleIndex: number): number {
    return this.setup.microphone.captureTimeMs(sampleIndex);
  }

  // A session that is over has nothing to wait for: its other turns fail at once.
  private until(instantMs: number): Promise<void> {
    const { clock } = this.setup;
    const delayMs = instantMs - clock.nowMs();
    if (delayMs <= 0 || this.endedBy !== null) return Promise.resolve();
    return new Promise((resolve) => void clock.setTimer(delayMs, resolve));
  }
}
