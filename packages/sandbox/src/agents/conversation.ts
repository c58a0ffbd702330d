// This file is the conversation agent: it greets, waits for the end of the user's turn, and answers with what it
// measured, or with a demo from its menu. It understands no words but the names of its demos, and never claims to.
import type { Random } from '../random.ts';
import { pick } from '../random.ts';
import { normalizeWords, spellNumber } from '../speech/words.ts';
import type { AgentContext, AgentFactory, UserText } from './agent.ts';
import type { TranscribedUtterance, Utterance } from '../hearing/utterance.ts';
import type { Demo } from './demos.ts';
import { chooseByLength, demoLines, findDemo } from './demos.ts';
import * as lines from './lines.ts';

/** How the agent behaves. All times in ms. */
export interface ConversationOptions {
  /** From the start of the session to the greeting. Default 250. */
  readonly greetingDelayMs?: number;
  /** From the end of the user's turn, as detected, to the answer. Default 150; 0 for benchmarks. */
  readonly thinkMs?: number;
  /** Silence after which the agent offers its menu, and after which it counts to twenty. Default 15000; 0 never. */
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
 *   listening  user's turn ends, or text    thinking   wait thinkMs
 *   thinking   thinkMs passed               listening  say the reply, the demo asked for, or goodbye and hang up
 *   listening  silenceMs without anything   listening  offer the menu; the second time count; then wait
 */
export function conversation(options: ConversationOptions = {}): AgentFactory {
  const settings = { ...DEFAULTS, ...options };
  return (context) => {
    const plan = new Plan(context);
    const nextLine = createLinePicker(context.random);
    let turnCount = 0;
    let silenceCount = 0;
    let wasBargeIn = false;
    let isMenuOpen = false;

    const waitForUser = (): void => {
      if (settings.silenceMs > 0 && silenceCount < 2) plan.next(settings.silenceMs, breakSilence);
    };
    const breakSilence = (): void => {
      silenceCount += 1;
      isMenuOpen = silenceCount === 1;
      context.say({ text: silenceCount === 1 ? lines.SILENCE_LINES.first : lines.SILENCE_LINES.count });
    };
    const sayGoodbye = (): void => {
      context.say({ text: nextLine(lines.GOODBYES) });
      context.hangUp();
    };
    const close = (): void => {
      if (turnCount < settings.turnsUntilGoodbye) context.say({ text: nextLine(lines.INVITATIONS) });
      else sayGoodbye();
    };
    const answer = (utterance: TranscribedUtterance): void => {
      const opening = wasBargeIn ? lines.AFTER_BARGE_IN : lines.ACKNOWLEDGEMENTS;
      wasBargeIn = false;
      context.say({ text: `${nextLine(opening)} ${describe(utterance, turnCount, nextLine)}` });
      close();
    };
    const showDemo = (demo: Demo): void => {
      if (demo === 'goodbye') return sayGoodbye();
      isMenuOpen = demo === 'menu';
      for (const text of demoLines(demo)) context.say({ text });
    };
    /** Answers with the demo that was asked for, or else with `reply`. */
    const planAnswer = (demo: Demo | undefined, reply: () => void): void => {
      turnCount += 1;
      silenceCount = 0;
      isMenuOpen = false;
      plan.next(settings.thinkMs, () => (demo === undefined ? reply() : showDemo(demo)));
    };

    return {
      opened: () => plan.next(settings.greetingDelayMs, () => context.say({ text: nextLine(lines.GREETINGS) })),
      userSpeechStarted({ isBargeIn }) {
        plan.cancel();
        wasBargeIn ||= isBargeIn;
        context.stopSpeaking();
      },
      userSpeechEnded(utterance) {
        const chosen = isMenuOpen ? chooseByLength(utterance.durationMs) : undefined;
        planAnswer(findDemo(utterance.transcript) ?? chosen, () => answer(utterance));
      },
      userTextReceived(text) {
        plan.cancel();
        planAnswer(findDemo(text.text), () => {
          context.say({ text: describeText(text, nextLine) });
          close();
        });
      },
      userInterrupted: waitForUser,
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

/** Picks at random, but no line of a set again before all others had their turn. */
function createLinePicker(random: Random): LinePicker {
  const recent = new Map<readonly string[], readonly string[]>();
  return (from) => {
    const used = recent.get(from) ?? [];
    const fresh = from.filter((line) => !used.includes(line));
    // After a whole round only the last line is kept back, so that it does not follow itself.
    const [first = from[0], ...rest] = fresh.length > 0 ? fresh : from.filter((line) => line !== used.at(-1));
    const line = pick(random, [first, ...rest]);
    recent.set(from, fresh.length > 0 ? [...used, line] : [line]);
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

function describeText({ kind, text }: UserText, nextLine: LinePicker): string {
  if (kind === 'external-event') return nextLine(lines.ACKNOWLEDGEMENTS);
  const wordCount = normalizeWords(text).length;
  return `${lines.WRITTEN.lead} ${spellNumber(wordCount)} ${wordCount === 1 ? lines.WRITTEN.one : lines.WRITTEN.many}.`;
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
