// This file runs the sessions of a run side by side, over whatever clock and network they are given.
import type { AudioDecoders, Clock, SocketConnector } from '@voicewire/client';
import { createVoiceSession, VirtualMicrophone, VirtualSpeaker } from '@voicewire/client/node';
import type { Dsp } from '@voicewire/dsp-wasm';
import type { Vendor } from '@voicewire/protocol';
import { codeOf } from '../benchError.ts';
import { measureSession } from '../conversation/measureSession.ts';
import type { SessionRecord } from '../conversation/sessionRecord.ts';
import { planTurns, type TurnPlan } from '../conversation/turnPlan.ts';
import { stagesOfFailed } from '../conversation/turnStages.ts';
import type { RunOptions } from './runOptions.ts';

/** Where the sessions take place. */
export interface Surroundings {
  readonly clock: Clock;
  readonly dsp: Dsp;
  /** Default: the `ws` package. */
  readonly sockets?: SocketConnector;
  /** Default: MP3, by the client's own. */
  readonly decoders?: (sessionIndex: number) => AudioDecoders | undefined;
  /** A fresh one for every session, counted from 0. */
  readonly createVendor: (sessionIndex: number) => Vendor;
}

/** The plan of one session of the run, counted from 0. */
export function planSession(options: RunOptions, sessionIndex: number): TurnPlan {
  const { utterance, sessions, turns, warmupTurns, answerLimitMs } = options;
  const msAt = (sample: number): number => (sample / utterance.sampleRate) * 1000;
  const utteranceMs = msAt(utterance.samples.length);
  const endOfSpeechMs = msAt(utterance.endOfSpeechSample);
  return planTurns({ warmupTurns, turns, answerLimitMs, utteranceMs, endOfSpeechMs, sessionIndex, sessions });
}

/**
 * Runs all sessions to their ends. One that could not connect is a session whose turns all failed.
 *
 * @throws What the first one failed with, when not one of them could connect.
 */
export async function runSessions(options: RunOptions, surroundings: Surroundings): Promise<SessionRecord[]> {
  const plans = Array.from({ length: options.sessions }, (_, index) => planSession(options, index));
  const sessions = plans.map((plan, index) => runSession(options, surroundings, plan, index + 1));
  const outcomes = await Promise.allSettled(sessions);
  const firstFailure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (firstFailure !== undefined && outcomes.every(({ status }) => status === 'rejected')) throw firstFailure.reason;
  return outcomes.map((outcome, index) =>
    outcome.status === 'fulfilled' ? outcome.value : recordOfUnconnected(options, index + 1, outcome.reason),
  );
}

function runSession(
  options: RunOptions,
  surroundings: Surroundings,
  plan: TurnPlan,
  sessionNumber: number,
): Promise<SessionRecord> {
  const { utterance, onTurn } = options;
  const { clock, dsp, sockets, decoders, createVendor } = surroundings;
  const decoder = decoders?.(sessionNumber - 1);
  const microphone = new VirtualMicrophone({ clock, dsp, sampleRate: utterance.sampleRate });
  const session = createVoiceSession({
    // A connection that breaks is a result: turns after it count as failed, and are not saved by another connection.
    reconnect: false,
    vendor: createVendor(sessionNumber - 1),
    input: microphone,
    output: new VirtualSpeaker({ clock, dsp }),
    clock,
    ...(sockets === undefined ? {} : { sockets }),
    ...(decoder === undefined ? {} : { decoders: decoder }),
  });
  return measureSession({
    clock,
    session,
    microphone,
    utterance,
    plan,
    sessionNumber,
    ...(onTurn === undefined ? {} : { onTurn }),
  });
}

function recordOfUnconnected(options: RunOptions, session: number, reason: unknown): SessionRecord {
  // Anything without a stable code is a defect, not a measurement.
  const failure = codeOf(reason);
  if (failure === null) throw reason;
  const turns = Array.from({ length: options.turns }, (_, index) => ({
    session,
    turn: index + 1,
    failure,
    stages: stagesOfFailed(),
  }));
  return { connectMs: Infinity, captureToWireMs: [], warmupTurns: 0, turns };
}
