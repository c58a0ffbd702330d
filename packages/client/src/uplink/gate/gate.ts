// This file decides which captured frames may leave, and which are kept, caught up or given up when they may not.
import { PREROLL_FRAMES, PREROLL_MS } from './preRoll.ts';
import { FrameQueue } from './frameQueue.ts';

/** Kept while the connection is gone: 1,500 ms. What lasts longer is given up whole. */
const GAP_FRAMES = 75;
const GAP_MS = 1_500;
/** May wait while the socket is clogged: 140 ms, which makes 200 ms with what the socket itself holds. */
const CLOGGED_FRAMES = 7;
/** What has waited for so long on a clogged socket, and nothing comes after it, is stale. */
const STALE_MS = 200;
/** Catching up goes at twice real time. */
const CATCH_UP_RATIO = 2;
const FRAME_MS = 20;
/** A device may deliver so many frames at once: 100 ms. What comes after a longer pause was held up and is caught up. */
const BURST_FRAMES = 5;
const CAPACITY_FRAMES = GAP_FRAMES + CLOGGED_FRAMES + 1;
/** Dropped frames that are reported at once: 200 ms. */
const REPORT_FRAMES = 10;

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
  /** The message that the last frames began is to leave as it is: its turn is over. */
  cutMessage(): void;
  /** Whether the socket takes a message of audio now. */
  canPass(): boolean;
  /** So many frames were dropped since the last call: reported every 200 ms while it lasts, and when it is over. */
  onCongested(frameCount: number): void;
  /** Once per gap that was too long, when it is over: frames with the user's sound that were given up. */
  onLost(frameCount: number): void;
}

/**
 * First-in first-out gate for 20 ms frames. What leaves is whole messages, so that nothing waits half sent.
 *
 * - closed: keeps the newest 500 ms.
 * - open: lets frames through in order, at twice real time at most until it has caught up. While the socket is
 *   clogged, frames wait up to 140 ms beyond what there was to catch up; then the oldest silent one is dropped, or the
 *   oldest.
 * - lost: keeps 1,500 ms; a longer gap is given up whole, and what was captured in it is never sent.
 *
 * A frame's sound is decided when it is captured: muting later does not reach back.
 */
export class Gate {
  private readonly frames = new FrameQueue(CAPACITY_FRAMES);
  private state: 'closed' | 'open' | 'lost' = 'closed';
  private isGapTooLong = false;
  /** Since when speech could not leave. */
  private gapStartMs = 0;
  /** What there still is to catch up, in frames: waiting as long is no congestion. */
  private backlog = 0;
  /** Frames that may leave now. */
  private allowance = 0;
  private pushedMs: number | null = null;
  private openedMs = 0;
  private takenMs = 0;
  /** Frames at the head that end the user's turn, and who wants to know when they are gone. */
  private turnFrames = 0;
  private readonly turnListeners: (() => void)[] = [];
  private isSoundWithheld = false;
  private passed = 0;
  private droppedBeforeOpen = 0;
  private muted = 0;
  private congested = 0;
  private lost = 0;
  private unreportedCongested = 0;
  private unreportedLost = 0;

  /** @param messageFrames Frames of one message. */
  constructor(
    private readonly muteStyle: MuteStyle,
    private readonly messageFrames: number,
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

  get isMuted(): boolean {
    return this.isSoundWithheld;
  }

  setMuted(isMuted: boolean): void {
    this.isSoundWithheld = isMuted;
    // Nothing follows for a while: what is no whole message yet must not be the beginning of another day's.
    if (isMuted && this.muteStyle === 'nothing') this.cutHere();
  }

  /** More waits to leave than may leave in one instant. */
  get isBehind(): boolean {
    return this.state === 'open' && this.frames.length > BURST_FRAMES;
  }

  /** The vendor listens: what was kept goes first. */
  open(nowMs: number): void {
    this.forget(nowMs);
    this.endGap();
    this.state = 'open';
    this.openedMs = nowMs;
    this.backlog = this.frames.length;
  }

  /** The vendor does not listen for now: keeps the newest, as before the first opening. */
  close(): void {
    if (this.state === 'lost') return;
    this.state = 'closed';
    while (this.frames.length > PREROLL_FRAMES) this.dropBeforeOpen();
  }

  /** The connection is gone, and another is on its way. */
  lose(nowMs: number): void {
    if (this.state === 'lost') return;
    this.state = 'lost';
    // What is still being caught up has waited before: for it, the gap began then.
    const isBehind = this.frames.length > CLOGGED_FRAMES;
    this.gapStartMs = (isBehind ? this.frames.oldestMs : undefined) ?? nowMs;
  }

  /** Frames older than the pre-roll that never came here. */
  countDropped(frameCount: number): void {
    this.droppedBeforeOpen += frameCount;
  }

  /** Takes one frame in; lets out, message by message, what the time since the last one allows. */
  push(pcm: Int16Array, captureEndMs: number, isSilent: boolean, nowMs: number): void {
    if (this.isSoundWithheld) this.muted += 1;
    this.forget(nowMs);
    if (!this.isSoundWithheld || this.muteStyle === 'zeros') this.take(pcm, captureEndMs, isSilent, nowMs);
    this.tick(nowMs);
  }

  /** Lets out what may leave by now. */
  tick(nowMs: number): void {
    this.allow(nowMs);
    this.release();
    this.relieve(nowMs);
    this.tellTurnOut();
  }

  /** The user's turn is complete. @param onOut Called when all of it has left, or was dropped; at once if none waits. */
  endTurn(onOut: () => void): void {
    this.turnListeners.push(onOut);
    this.cutHere();
  }

  /** Lets out as much as a device may deliver at once, for the end of a session, and drops what is left. */
  finish(): void {
    this.allowance = Math.max(this.allowance, BURST_FRAMES);
    this.cutHere();
    if (this.state === 'lost') this.giveUp();
    this.endGap();
    if (this.state === 'open') while (this.frames.length > 0) this.dropCongested(0);
    while (this.frames.length > 0) this.dropBeforeOpen();
    this.reportCongested();
    this.tellTurnOut();
  }

  /** Time allows frames. What it allowed and was not needed is not saved up, or it would leave in a burst. */
  private allow(nowMs: number): void {
    const pausedFrames = Math.max(0, nowMs - (this.pushedMs ?? nowMs - FRAME_MS)) / FRAME_MS;
    this.pushedMs = nowMs;
    const wasHeldUp = pausedFrames > BURST_FRAMES;
    // Sound that a blocked loop held up is caught up like that of a gap.
    this.backlog = wasHeldUp
      ? Math.max(this.backlog, Math.min(pausedFrames, GAP_FRAMES))
      : Math.max(0, this.backlog - pausedFrames);
    const mostFrames = this.messageFrames + (wasHeldUp ? 1 : pausedFrames);
    const allowed = Math.min(this.allowance + CATCH_UP_RATIO * pausedFrames, mostFrames);
    this.allowance = Math.max(this.allowance, allowed);
  }

  /** Lets go what has waited for too long, while nothing may leave. */
  private forget(nowMs: number): void {
    if (this.state === 'closed') {
      while ((this.frames.oldestMs ?? nowMs) <= nowMs - PREROLL_MS) this.dropBeforeOpen();
    }
    if (this.state !== 'lost' || this.isGapTooLong || nowMs - this.gapStartMs <= GAP_MS) return;
    this.giveUp();
    this.isGapTooLong = true;
  }

  private take(pcm: Int16Array, captureEndMs: number, isSilent: boolean, keptMs: number): void {
    const { state, isSoundWithheld: isMuted, frames } = this;
    if (state === 'lost' && this.isGapTooLong) return this.countLost(isMuted);
    if (state === 'lost' && frames.length >= GAP_FRAMES + CLOGGED_FRAMES) {
      this.giveUp();
      this.isGapTooLong = true;
      return this.countLost(isMuted);
    }
    if (state === 'closed' && frames.length >= PREROLL_FRAMES) this.dropBeforeOpen();
    this.takenMs = keptMs;
    frames.add(pcm, { captureEndMs, keptMs, isSilent: isSilent || isMuted, isMuted });
  }

  private release(): void {
    if (this.state !== 'open') return;
    for (let count = this.nextMessage(); count > 0 && this.ports.canPass(); count = this.nextMessage()) {
      this.allowance -= count;
      this.passed += count;
      for (let i = 0; i < count; i++) this.pass();
      if (count < this.messageFrames) this.ports.cutMessage();
      this.tellTurnOut();
    }
  }

  /** Frames of the message that may leave now; the last one of a turn may be short. */
  private nextMessage(): number {
    const { messageFrames, turnFrames, frames } = this;
    const count = turnFrames > 0 ? Math.min(turnFrames, messageFrames) : messageFrames;
    return count <= Math.min(frames.length, this.allowance) ? count : 0;
  }

  private pass(): void {
    const frame = this.remove(0);
    this.ports.pass(frame.pcm, frame.captureEndMs);
  }

  /** Drops what waits for too long while the socket is clogged. */
  private relieve(nowMs: number): void {
    if (this.state !== 'open') return;
    const before = this.congested;
    // Muted, or at the end of the session, no newer frames push the old ones out.
    if (nowMs - this.takenMs > BURST_FRAMES * FRAME_MS) this.dropStale(nowMs);
    while (this.frames.length > CLOGGED_FRAMES + this.backlog) this.dropCongested(this.frames.findLeastMissed());
    if (this.congested === before || this.unreportedCongested >= REPORT_FRAMES) this.reportCongested();
  }

  private dropStale(nowMs: number): void {
    const staleMs = nowMs - STALE_MS - this.backlog * FRAME_MS;
    while (Math.max(this.frames.oldestMs ?? Infinity, this.openedMs) < staleMs) this.dropCongested(0);
  }

  private dropCongested(index: number): void {
    this.remove(index);
    this.congested += 1;
    this.unreportedCongested += 1;
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
    while (this.frames.length > 0) this.countLost(this.remove(0).isMuted);
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

  private remove(index: number): ReturnType<FrameQueue['remove']> {
    if (index < this.turnFrames) this.turnFrames -= 1;
    return this.frames.remove(index);
  }

  /** What is held leaves by itself, and nothing joins its last message. */
  private cutHere(): void {
    this.turnFrames = this.frames.length;
    this.release();
    this.tellTurnOut();
  }

  private tellTurnOut(): void {
    if (this.turnFrames > 0) return;
    for (const listener of this.turnListeners.splice(0)) listener();
  }
}
