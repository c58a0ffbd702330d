// This file decides which captured frames may leave, and which are kept, caught up or given up when they may not.

/** Samples per frame: 20 ms at 16 kHz, what `CaptureChain` makes. */
const FRAME_SAMPLES = 320;
/** Kept while the vendor does not listen yet, so that first words are not lost: 500 ms. */
const PREROLL_FRAMES = 25;
/** Kept while the connection is gone: 1,500 ms. What lasts longer is given up whole. */
const GAP_FRAMES = 75;
/** May wait while the socket is clogged: 140 ms, which makes 200 ms with what the socket itself holds. */
const CLOGGED_FRAMES = 7;
/** Frames that may leave for each frame that comes in while catching up: twice real time. */
const CATCH_UP_FRAMES = 2;
const CAPACITY_FRAMES = GAP_FRAMES + CLOGGED_FRAMES + 1;

/** What happens to speech while muted: zeros keep the stream steady, or nothing is sent at all. */
export type MuteStyle = 'zeros' | 'nothing';

export interface GateCounters {
  /** Frames that left. */
  readonly passedFrames: number;
  /** Frames older than the pre-roll when the gate opened. */
  readonly droppedBeforeOpenFrames: number;
  /** Frames whose sound was withheld by mute (sent as zeros, or not at all). */
  readonly mutedFrames: number;
  /** Frames dropped because the socket took no more. */
  readonly congestedFrames: number;
  /** Frames given up because the connection was gone for too long. */
  readonly lostFrames: number;
}

export interface GatePorts {
  /** Receives each frame that may leave (valid during the call) and when its last sample was captured. */
  pass(pcm: Int16Array, captureEndMs: number): void;
  /** Whether the socket takes audio now. */
  canPass(): boolean;
  /** So many frames were dropped since the last call: reported every 200 ms while it lasts, and when it is over. */
  onCongested(frameCount: number): void;
  /** Once per gap that was too long, when it is over: frames with the user's sound that were given up. */
  onLost(frameCount: number): void;
}

/** Dropped frames that are reported at once: 200 ms. */
const REPORT_FRAMES = 10;

/**
 * First-in first-out gate for 20 ms frames.
 *
 * - closed: keeps the newest 500 ms.
 * - open: lets frames through in order, at most two for each that comes in until it has caught up. While the socket is
 *   clogged, frames wait up to 140 ms beyond what there was to catch up; then the oldest silent one is dropped, or the
 *   oldest.
 * - lost: keeps 1,500 ms; a longer gap is given up whole, and what was captured in it is never sent.
 *
 * A frame's sound is decided when it is captured: muting later does not reach back.
 */
export class Gate {
  private readonly slots = Array.from({ length: CAPACITY_FRAMES }, createSlot);
  private held = 0;
  private state: 'closed' | 'open' | 'lost' = 'closed';
  private isGapTooLong = false;
  /** What there still is to catch up, in frames: waiting as long is no congestion. */
  private backlog = 0;
  private isMuted = false;
  private passed = 0;
  private droppedBeforeOpen = 0;
  private muted = 0;
  private congested = 0;
  private lost = 0;
  private unreportedCongested = 0;
  private unreportedLost = 0;

  constructor(
    private readonly muteStyle: MuteStyle,
    private readonly ports: GatePorts,
  ) {}

  get counters(): GateCounters {
    return {
      passedFrames: this.passed,
      droppedBeforeOpenFrames: this.droppedBeforeOpen,
      mutedFrames: this.muted,
      congestedFrames: this.congested,
      lostFrames: this.lost,
    };
  }

  setMuted(isMuted: boolean): void {
    this.isMuted = isMuted;
  }

  /** The vendor listens: what was kept goes first. */
  open(): void {
    this.endGap();
    this.state = 'open';
    this.backlog = this.held;
  }

  /** The vendor does not listen for now: keeps the newest, as before the first opening. */
  close(): void {
    if (this.state === 'lost') return;
    this.state = 'closed';
    while (this.held > PREROLL_FRAMES) this.dropBeforeOpen();
  }

  /** The connection is gone, and another is on its way. */
  lose(): void {
    this.state = 'lost';
  }

  /** Takes one frame in; lets up to two out. */
  push(pcm: Int16Array, captureEndMs: number, isSilent: boolean): void {
    if (this.isMuted) this.muted += 1;
    if (!this.isMuted || this.muteStyle === 'zeros') this.take(pcm, captureEndMs, isSilent || this.isMuted);
    this.release(CATCH_UP_FRAMES);
    this.backlog = Math.max(0, this.backlog - 1);
    this.relieve();
  }

  /** Lets out everything that is left, for the end of a session; a gate that is not open drops it. */
  finish(): void {
    this.release(this.held);
    if (this.state === 'lost') this.giveUp();
    this.endGap();
    while (this.held > 0) this.dropBeforeOpen();
    this.reportCongested();
  }

  private take(pcm: Int16Array, captureEndMs: number, isSilent: boolean): void {
    if (this.state === 'lost' && (this.isGapTooLong || this.held >= GAP_FRAMES)) {
      this.giveUp();
      this.isGapTooLong = true;
      return this.countLost(this.isMuted);
    }
    if (this.state === 'closed' && this.held >= PREROLL_FRAMES) this.dropBeforeOpen();
    const slot = this.slots[this.held];
    if (slot === undefined) return;
    if (this.isMuted) slot.pcm.fill(0);
    else slot.pcm.set(pcm);
    slot.captureEndMs = captureEndMs;
    slot.isSilent = isSilent;
    slot.isMuted = this.isMuted;
    this.held += 1;
  }

  private release(atMostFrames: number): void {
    for (let i = 0; i < atMostFrames && this.held > 0 && this.state === 'open' && this.ports.canPass(); i++) {
      const slot = this.remove(0);
      this.passed += 1;
      this.ports.pass(slot.pcm, slot.captureEndMs);
    }
  }

  /** Drops what waits for too long while the socket is clogged. */
  private relieve(): void {
    if (this.state !== 'open') return;
    let droppedNow = 0;
    while (this.held > CLOGGED_FRAMES + this.backlog) {
      const oldestSilent = this.slots.slice(0, this.held).findIndex((slot) => slot.isSilent);
      this.remove(Math.max(0, oldestSilent));
      droppedNow += 1;
    }
    this.congested += droppedNow;
    this.unreportedCongested += droppedNow;
    if (droppedNow === 0 || this.unreportedCongested >= REPORT_FRAMES) this.reportCongested();
  }

  private reportCongested(): void {
    if (this.unreportedCongested === 0) return;
    const count = this.unreportedCongested;
    this.unreportedCongested = 0;
    this.ports.onCongested(count);
  }

  private dropBeforeOpen(): void {
    this.remove(0);
    this.droppedBeforeOpen += 1;
  }

  private giveUp(): void {
    while (this.held > 0) this.countLost(this.remove(0).isMuted);
  }

  private countLost(wasMuted: boolean): void {
    this.lost += 1;
    if (!wasMuted) this.unreportedLost += 1;
  }

  private endGap(): void {
    this.isGapTooLong = false;
    if (this.unreportedLost === 0) return;
    const count = this.unreportedLost;
    this.unreportedLost = 0;
    this.ports.onLost(count);
  }

  /** Takes a slot out of the line; it is the caller's until the next frame comes in. */
  private remove(index: number): Slot {
    const [slot = createSlot()] = this.slots.splice(index, 1);
    this.slots.push(slot);
    this.held -= 1;
    return slot;
  }
}

interface Slot {
  readonly pcm: Int16Array;
  captureEndMs: number;
  isSilent: boolean;
  isMuted: boolean;
}

function createSlot(): Slot {
  return { pcm: new Int16Array(FRAME_SAMPLES), captureEndMs: 0, isSilent: false, isMuted: false };
}
