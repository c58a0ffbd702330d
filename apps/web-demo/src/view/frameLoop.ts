// This file calls back once per animation frame while something moves, and not at all while nothing does.

export class FrameLoop {
  private frame: number | null = null;

  /** @param draw Receives the frame's instant on the line of `performance.now()`. */
  constructor(private readonly draw: (nowMs: number) => void) {}

  start(): void {
    if (this.frame === null) this.frame = requestAnimationFrame(this.run);
  }

  stop(): void {
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    this.frame = null;
  }

  private readonly run = (nowMs: number): void => {
    this.frame = requestAnimationFrame(this.run);
    this.draw(nowMs);
  };
}
