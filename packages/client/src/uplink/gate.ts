// This file decides which captured frames may leave: it holds pre-roll until the vendor listens, and applies mute.

/** Samples per frame: 20 ms at 16 kHz, what `CaptureChain` makes. */
const FRAME_SAMPLES = 320;
/** Kept while connecting, so that first words are not lost: 500 ms. */
const PREROLL_FRAMES = 25;
/** Frames that may leave for each frame that comes in while catching up: twice real time. */
const CATCH_UP_FRAMES = 2;

/** What happens to speech while muted: zeros keep the stream steady, or nothing is sent at all. */
export type MuteStyle = 'zeros' | 'nothing';

export interface GateCounters {
  /** Frames that left. */
  readonly passedFrames: number;
  /** Frames older than the pre-roll when the gate opened. */
  readonly droppedBeforeOpenFrames: number;
  /** Frames whose sound was withheld by mute (sent as zeros, or not at all). */
  readonly mutedFrames: number;
}

/**
 * First-in first-out gate for 20 ms frames. Closed, it keeps the newest 500 ms; open, it lets frames through in order,
 * at most two for each that arrives until it has caught up. A frame's sound is decided when it is captured: muting
 * later does not reach back into the pre-roll.
 */
export class Gate {
  private readonly slots = Array.from({ length: PREROLL_FRAMES + 1 }, () => new Int16Array(FRAME_SAMPLES));
  private readonly captureEndsMs = new Float64Array(PREROLL_FRAMES + 1);
  private head = 0;
  private held = 0;
  private isOpen = false;
  private isMuted = false;
  private passed = 0;
  private droppedBeforeOpen = 0;
  private muted = 0;

  /** @param pass Receives each frame that may leave (valid during the call) and when its last sample was captured. */
  constructor(
    private readonly muteStyle: MuteStyle,
    private readonly pass: (pcm: Int16Array, captureEndMs: number) => void,
  ) {}

  get counters(): GateCounters {
    return { passedFrames: this.passed, droppedBeforeOpenFrames: this.droppedBeforeOpen, mutedFrames: this.muted };
  }

  setMuted(isMuted: boolean): void {
    this.isMuted = isMuted;
  }

  open(): void {
    this.isOpen = true;
  }

  /** Holds again, as before the first opening. */
  close(): void {
    this.isOpen = false;
  }

  /** Takes one frame in; lets up to two out. */
  push(pcm: Int16Array, captureEndMs: number): void {
    if (this.isMuted) this.muted += 1;
    if (this.isMuted && this.muteStyle === 'nothing') return this.release(CATCH_UP_FRAMES);
    if (!this.isOpen && this.held === PREROLL_FRAMES) this.dropOldest();
    const tail = (this.head + this.held) % this.slots.length;
    const slot = this.slots[tail];
    if (slot === undefined) return;
    if (this.isMuted) slot.fill(0);
    else slot.set(pcm);
    this.captureEndsMs[tail] = captureEndMs;
    this.held += 1;
    this.release(CATCH_UP_FRAMES);
  }

  /** Lets out everything that is left, for the end of a session; a gate that never opened drops it. */
  finish(): void {
    this.release(this.held);
    while (this.held > 0) this.dropOldest();
  }

  private dropOldest(): void {
    this.head = (this.head + 1) % this.slots.length;
    this.held -= 1;
    this.droppedBeforeOpen += 1;
  }

  private release(atMostFrames: number): void {
    if (!this.isOpen) return;
    for (let i = 0; i < atMostFrames && this.held > 0; i++) {
      const slot = this.slots[this.head];
      const captureEndMs = this.captureEndsMs[this.head] ?? 0;
      this.head = (this.head + 1) % this.slots.length;
      this.held -= 1;
      this.passed += 1;
      if (slot !== undefined) this.pass(slot, captureEndMs);
    }
  }
}
