// This file notices an audio context that says it is running while its clock stands still, as iOS leaves them behind after a
// phone call (GetStream/stream-video-js#2249), and starts it again.

/** A look at the clock, in ms. A quantum is 3 ms: between two looks it moves, or it is frozen. */
const LOOK_EVERY_MS = 500;
/** The first look after a page was frozen itself may find the clock where it was. */
const LOOKS_TO_BE_SURE = 2;
/** Restarts that change nothing before the user is asked for a gesture. */
const RESTARTS_BEFORE_NOTICE = 3;

export type WatchedContext = Pick<AudioContext, 'state' | 'currentTime' | 'suspend' | 'resume'>;

/** Watches one context from `start` to `stop`. */
export class FrozenClock {
  private timer: ReturnType<typeof setInterval> | undefined;
  private lastTime: number | undefined;
  private looks = 0;
  private restarts = 0;

  /** @param onHopeless Restarts do not help; said once per freeze. */
  constructor(
    private readonly context: WatchedContext,
    private readonly onHopeless: () => void,
  ) {}

  start(): void {
    this.timer ??= setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private look(): void {
    const { state, currentTime } = this.context;
    const stands = currentTime === this.lastTime;
    this.lastTime = currentTime;
    if (!stands) this.restarts = 0;
    this.looks = stands && state === 'running' ? this.looks + 1 : 0;
    if (this.looks < LOOKS_TO_BE_SURE) return;
    this.looks = 0;
    this.restarts += 1;
    if (this.restarts === RESTARTS_BEFORE_NOTICE) this.onHopeless();
    // Where it is refused, the next looks find the same, and try again.
    this.context
      .suspend()
      .then(() => this.context.resume())
      .catch(() => undefined);
  }
}
