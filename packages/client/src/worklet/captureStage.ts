// This file is the capture processor without the audio graph around it: blocks in, one message per 20 ms frame out.
// Audio thread: nothing is allocated after construction but what posting a message costs the platform.
import type { CaptureChain, Dsp } from '@voicewire/dsp-wasm';

/** What the capture worklet says to the main thread. */
export type CaptureMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
  | CaptureFrameMessage
  | { readonly type: 'stopped' };

export interface CaptureFrameMessage {
  type: 'frame';
  pcm: Int16Array;
  /** Index on the audio context's frame line; may be fractional. */
  firstSampleIndex: number;
  spanSamples: number;
  rmsDb: number;
  peakDb: number;
  speechScore: number;
  capturedSamples: number;
  framesCount: number;
  missedSamples: number;
}

/** What the main thread says to it. */
export interface CaptureCommand {
  readonly type: 'stop';
}

/** Longer holes than some seconds are no hiccup. */
const MAX_REPLACED_SAMPLES = 96_000;
/** 16 kHz, 20 ms. */
const FRAME_SAMPLES = 320;
const FRAMES_PER_SECOND = 50;

export class CaptureStage {
  private readonly chain: CaptureChain;
  private readonly message: CaptureFrameMessage;
  /** Context frame of the chain's sample 0. */
  private baseFrame = -1;
  private capturedSamples = 0;
  private readonly silence: Float32Array;

  /**
   * @param quantumSamples Length of the platform's quanta, for silences that take the place of missing ones.
   * @param post Called with one reused message per frame: it has to copy, as posting to a port does.
   */
  constructor(
    dsp: Dsp,
    sampleRate: number,
    quantumSamples: number,
    private readonly post: (message: CaptureMessage) => void,
  ) {
    this.silence = new Float32Array(quantumSamples);
    this.message = {
      type: 'frame',
      pcm: new Int16Array(FRAME_SAMPLES),
      firstSampleIndex: 0,
      spanSamples: sampleRate / FRAMES_PER_SECOND,
      rmsDb: -100,
      peakDb: -100,
      speechScore: 0,
      capturedSamples: 0,
      framesCount: 0,
      missedSamples: 0,
    };
    this.chain = dsp.createCaptureChain({
      inputSampleRate: sampleRate,
      // The listener is too large for V8 to inline: numbers as arguments would be garbage.
      onMeasuredFrame: ({ pcm, firstSampleIndex, rmsDb, peakDb, speechScore }) => {
        const { message } = this;
        message.pcm.set(pcm);
        message.firstSampleIndex = this.baseFrame + firstSampleIndex;
        message.rmsDb = rmsDb;
        message.peakDb = peakDb;
        message.speechScore = speechScore;
        message.capturedSamples = this.capturedSamples;
        message.framesCount += 1;
        this.post(message);
      },
    });
  }

  /**
   * @param block One quantum, or undefined when the platform delivered none: silence takes its place, so that neither
   * the time line nor the cadence of frames breaks.
   * @param currentFrame Context frame of the block's first sample.
   */
  process(block: Float32Array | undefined, currentFrame: number): void {
    if (this.baseFrame < 0) {
      // Before the source has started there is nothing to keep time with.
      if (block === undefined) return;
      this.baseFrame = currentFrame;
    }
    this.replaceMissed(currentFrame);
    if (block === undefined) return this.takeSilence();
    this.capturedSamples += block.length;
    this.chain.process(block);
  }

  /** Quanta that the platform skipped. */
  private replaceMissed(currentFrame: number): void {
    const missed = currentFrame - this.baseFrame - this.capturedSamples;
    if (missed > MAX_REPLACED_SAMPLES) {
      // The context slept: that time is not part of the conversation.
      this.baseFrame += missed;
      this.message.missedSamples += missed;
      return;
    }
    for (let left = missed; left >= this.silence.length; left -= this.silence.length) this.takeSilence();
  }

  private takeSilence(): void {
    this.message.missedSamples += this.silence.length;
    this.capturedSamples += this.silence.length;
    this.chain.process(this.silence);
  }

  /** Sends what is left as a last frame, padded with zeros. */
  stop(): void {
    this.chain.flush();
    this.post({ type: 'stopped' });
  }
}
