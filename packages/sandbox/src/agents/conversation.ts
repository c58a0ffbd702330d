// This file is the conversation agent: it greets, waits for the end of the user's turn, and answers with what it
// measured. It understands no words and never claims to.
import type { Random } from '../random.ts';
import { pick } from '../random.ts';
import { spellNumber } from '../speech/words.ts';
import type { AgentContext, AgentFactory, Utterance } from './agent.ts';
import * as lines from './lines.ts';

/** How the agent behaves. All times in ms. */
export interface ConversationOptions {
  /** From the start of the session to the greeting. Default 250. */
  readonly greetingDelayMs?: number;
  /** From the end of the user's turn, as detected, to the answer. Default 150; 0 for benchmarks. */
  readonly thinkMs?: number;
  /** Silence after which the agent asks, and after which it counts to twenty. Default 15000; 0 never. */
  readonly silenceMs?: number;
  /** Ends the session with a goodbye after this many turns of the user. Default: never. */
  readonly turnsUntilGoodbye?: number;
}

const DEFAULTS = { greetingDelayMs: 250, thinkMs: 150, silenceMs: 15_000, turnsUntilGoodbye: Infinity } as const;

/** Speech quieter than this is called quiet, in dB of full scale; close microphones give -30 to -15. */
const QUIET_DB = -40;
/** Speech louder than this is called loud, in dB of full scale: peaks of speech lie 12 dB or more above its mean. */
const LOUD_DB = -12;
const SHORT_TURN_MS = 800;
const LONG_TURN_MS = 8000;

/**
 * Creates the conversation agent.
 *
 *   phase      input                        next       effect
 *   greeting   delay passed                 listening  say a greeting
 *   any        user speech begins           listening  stop speaking, forget what was planned
 *   listening  user's turn ends             thinking   wait thinkMs
 *   thinking   thinkMs passed               listening  say the reply (or goodbye, and hang up)
 *   listening  silenceMs without anything   listening  ask; the second time count; then wait
 */
export function conversation(options: ConversationOptions = {}): AgentFactory {
  const settings = { ...DEFAULTS, ...options };
  return (context) => {
    const plan = new Plan(context);
    const nextLine = createLinePicker(context.random);
    let turnCount = 0;
    let silenceCount = 0;
    let wasBargeIn = false;

    const waitForUser = (): void => {
      if (settings.silenceMs > 0 && silenceCount < 2) plan.next(settings.silenceMs, breakSilence);
    };
    const breakSilence = (): void => {
      silenceCount += 1;
      context.say({ text: silenceCount === 1 ? lines.SILENCE_LINES.first : lines.SILENCE_LINES.count });
    };
    const answer = (utterance: Utterance): void => {
      const opening = wasBargeIn ? lines.AFTER_BARGE_IN : lines.ACKNOWLEDGEMENTS;
      wasBargeIn = false;
      context.say({ text: `${nextLine(opening)} ${describe(utterance, turnCount, nextLine)}` });
      if (turnCount < settings.turnsUntilGoodbye) {
        context.say({ text: nextLine(lines.INVITATIONS) });
        return;
      }
      context.say({ text: nextLine(lines.GOODBYES) });
      context.hangUp();
    };

    return {
      opened: () => plan.next(settings.greetingDelayMs, () => context.say({ text: nextLine(lines.GREETINGS) })),
      userSpeechStarted({ isBargeIn }) {
        plan.cancel();
        wasBargeIn ||= isBargeIn;
        context.stopSpeaking();
      },
      userSpeechEnded(utterance) {
        turnCount += 1;
        silenceCount = 0;
        plan.next(settings.thinkMs, () => answer(utterance));
      },
      finishedSpeaking: waitForUser,
      closed: () => plan.cancel(),
    };
  };
}

/** The one thing the agent will do next, unless something else happens first. */
class Plan {
  readonly #context: AgentContext;
  #timer: unknown;

  constructor(context: AgentContext) {
    this.#context = context;
  }

  next(delayMs: number, act: () => void): void {
    this.cancel();
    this.#timer = this.#context.clock.setTimer(delayMs, () => {
      this.#timer = undefined;
      act();
    });
  }

  cancel(): void {
    if (this.#timer !== undefined) this.#context.clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }
}

type LinePicker = (from: readonly [string, ...string[]]) => string;

/** Picks at random, but never the same line of a set twice in a row. */
function createLinePicker(random: Random): LinePicker {
  const last = new Map<readonly string[], string>();
  return (from) => {
    const others = from.filter((line) => line !== last.get(from));
    const [first = from[0], ...rest] = others;
    const line = pick(random, [first, ...rest]);
    last.set(from, line);
    return line;
  };
}

/** What was measured, alternating between length and level so that answers differ; both in the first turn. */
function describe(utterance: Utterance, turnCount: number, nextLine: LinePicker): string {
  const parts: string[] = [];
  if (turnCount % 2 === 1) parts.push(describeDuration(utterance.durationMs, nextLine));
  if (turnCount === 1 || turnCount % 2 === 0) parts.push(describeLevel(utterance.rmsDb, nextLine));
  return parts.join(' ');
}

function describeDuration(durationMs: number, nextLine: LinePicker): string {
  const spelled = spellNumber(durationMs / 1000, 1);
  const sentence = `${nextLine(lines.DURATION_LEADS)} ${spelled} ${spelled === 'one' ? 'second' : 'seconds'}.`;
  if (durationMs < SHORT_TURN_MS) return `${sentence} ${lines.LENGTH_REMARKS.short}`;
  return durationMs > LONG_TURN_MS ? `${sentence} ${lines.LENGTH_REMARKS.long}` : sentence;
}

function describeLevel(rmsDb: number, nextLine: LinePicker): string {
  const remark = rmsDb < QUIET_DB ? 'quiet' : rmsDb > LOUD_DB ? 'loud' : 'good';
  return `${nextLine(lines.LEVEL_LEADS)} ${spellNumber(rmsDb)} decibels. ${lines.LEVEL_REMARKS[remark]}`;
}
