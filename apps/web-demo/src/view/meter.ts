// This file is a level meter: a bar for the eye, a value in dB for everyone else.
import { LevelFollower, type Ballistics } from './levelFollower.ts';

/** The scale of `getInputLevel()`: 0 is −60 dBFS and below, 1 is full scale. */
const SCALE_DB = 60;
/** Text that changes with every frame cannot be read, nor heard; four times a second can. */
const TEXT_EVERY_MS = 250;

export class Meter {
  private readonly follower: LevelFollower;
  /** What is said of no sound: a muted microphone is not a silent room. */
  private silentWord = 'silent';
  private textAtMs = -Infinity;

  /**
   * @param bar Has `role="meter"`; its `--level` is set from 0 to 1.
   * @param value Shows the level in dB.
   */
  constructor(
    private readonly bar: HTMLElement,
    private readonly value: HTMLElement,
    ballistics: Ballistics,
  ) {
    this.follower = new LevelFollower(ballistics);
  }

  /** @param level From 0 to 1. */
  show(level: number, nowMs: number, isMotionReduced: boolean): void {
    const isTextDue = nowMs - this.textAtMs >= TEXT_EVERY_MS;
    if (isTextDue) this.textAtMs = nowMs;
    // With reduced motion the bar steps as often as the text.
    if (isMotionReduced && !isTextDue) return;
    const shown = isMotionReduced ? this.follower.jump(level, nowMs) : this.follower.follow(level, nowMs);
    this.draw(shown);
    if (isTextDue) this.write(shown);
  }

  /** @param word Said instead of a level when there is none. */
  setSilentWord(word: string): void {
    this.silentWord = word;
    this.textAtMs = -Infinity;
  }

  /** Nothing to measure. */
  rest(): void {
    this.follower.reset();
    this.textAtMs = -Infinity;
    this.draw(0);
    this.write(0);
  }

  private draw(level: number): void {
    this.bar.style.setProperty('--level', level.toFixed(3));
  }

  private write(level: number): void {
    const text = level > 0 ? `${formatDb(level * SCALE_DB - SCALE_DB)} dB` : this.silentWord;
    this.bar.setAttribute('aria-valuenow', String(Math.round(level * 100)));
    this.bar.setAttribute('aria-valuetext', text);
    this.value.textContent = text;
  }
}

/** With a minus sign that is as wide as a digit. */
function formatDb(db: number): string {
  const whole = Math.round(db);
  return whole < 0 ? `−${-whole}` : `${whole}`;
}
