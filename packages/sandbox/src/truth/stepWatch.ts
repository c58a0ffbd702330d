// This file tells a lost or doubled sample from clocks that drift: the one is a step within a frame, the other moves every
// frame by the same fraction of a sample.

/** Moves that are looked at together: a step is known 100 ms after it came. */
const WINDOW_MOVES = 10;
/** Fewer in a row, as between two mutes, say nothing. */
const MIN_MOVES = 4;
/** A step within a frame moves that frame by a part of it, and the next one by the rest. */
const STEP_MOVES = 2;
/** From here on, what the drift does not explain is a step; frames are placed to a tenth of a sample even in loud noise. */
const MIN_STEP_SAMPLES = 0.6;

/** Follows one stretch of audio without silence in it. */
export class StepWatch {
  readonly #moves: number[] = [];
  /** Index of the first move that nothing was said of yet. */
  #next = 0;

  /**
   * Takes the next frame's move: by how much it lies later in the signal than the frame before it made expect.
   *
   * @returns Samples missing (above 0) or doubled (below 0) in the last 200 ms; mostly 0.
   */
  push(moveSamples: number): number {
    this.#moves.push(moveSamples);
    if (this.#moves.length < WINDOW_MOVES) return 0;
    const steps = this.#judgeUntil(WINDOW_MOVES / 2);
    this.#moves.shift();
    this.#next -= 1;
    return steps;
  }

  /** The stretch is over: judges the rest of it, and starts afresh. */
  end(): number {
    const count = this.#moves.length;
    const steps = count < MIN_MOVES ? 0 : this.#judgeUntil(count - STEP_MOVES + 1);
    this.#moves.length = 0;
    this.#next = 0;
    return steps;
  }

  #judgeUntil(end: number): number {
    let steps = 0;
    for (; this.#next < end; this.#next++) steps += this.#takeStep(this.#next);
    return steps;
  }

  /** The step that begins with a move; takes it out of the moves, so that it counts once and is no drift. */
  #takeStep(at: number): number {
    const moved = (this.#moves[at] as number) + (this.#moves[at + 1] as number);
    const jump = moved - STEP_MOVES * this.#drift();
    if (Math.abs(jump) < MIN_STEP_SAMPLES) return 0;
    const step = Math.round(jump);
    this.#moves.fill((moved - step) / STEP_MOVES, at, at + STEP_MOVES);
    return step;
  }

  /** Samples per frame: the median, which one or two steps nearby do not move. */
  #drift(): number {
    const sorted = [...this.#moves].sort((a, b) => a - b);
    const middle = (sorted.length - 1) / 2;
    return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
  }
}
