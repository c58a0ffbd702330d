// This file holds captured frames in the order of their capture, in memory that is reused.

/** Samples per frame: 20 ms at 16 kHz, what `CaptureChain` makes. */
const FRAME_SAMPLES = 320;

/** One frame, kept. */
export interface KeptFrame {
  readonly pcm: Int16Array;
  readonly captureEndMs: number;
  /** When it came in. */
  readonly keptMs: number;
  /** Holds no speech: the first to go where some must. */
  readonly isSilent: boolean;
  /** Stands for sound that was withheld: nobody misses it. */
  readonly isMuted: boolean;
}

type Slot = { -readonly [Key in keyof KeptFrame]: KeptFrame[Key] };

/** First in, first out; frames may also go from the middle. */
export class FrameQueue {
  private readonly slots: Slot[];
  private held = 0;

  constructor(capacityFrames: number) {
    this.slots = Array.from({ length: capacityFrames }, createSlot);
  }

  get length(): number {
    return this.held;
  }

  /** When the oldest frame came in; nothing where there is none. */
  get oldestMs(): number | undefined {
    return this.held > 0 ? this.slots[0]?.keptMs : undefined;
  }

  /** Keeps a copy; of a muted frame, zeros. A full queue has no room: make some first. */
  add(pcm: Int16Array, frame: Omit<KeptFrame, 'pcm'>): void {
    const { captureEndMs, keptMs, isSilent, isMuted } = frame;
    const slot = this.slots[this.held];
    if (slot === undefined) return;
    if (isMuted) slot.pcm.fill(0);
    else slot.pcm.set(pcm);
    slot.captureEndMs = captureEndMs;
    slot.keptMs = keptMs;
    slot.isSilent = isSilent;
    slot.isMuted = isMuted;
    this.held += 1;
  }

  /** Takes a frame out; it is the caller's until the next `add`. */
  remove(index: number): KeptFrame {
    const [slot = createSlot()] = this.slots.splice(index, 1);
    this.slots.push(slot);
    this.held -= 1;
    return slot;
  }

  /** Place of the oldest silent frame, or of the oldest. */
  findLeastMissed(): number {
    for (let index = 0; index < this.held; index++) if (this.slots[index]?.isSilent === true) return index;
    return 0;
  }
}

function createSlot(): Slot {
  return { pcm: new Int16Array(FRAME_SAMPLES), captureEndMs: 0, keptMs: 0, isSilent: false, isMuted: false };
}
