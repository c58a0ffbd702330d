// This file is the capture processor without the audio graph around it: blocks in, one message per 20 ms frame out.
// Audio thread: nothing is allocated after construction but what posting a message costs the platform.
import type { CaptureChain, Dsp } from '@voicewire/dsp-wasm';
import type { NeuralVadAssets } from '@voicewire/dsp-wasm/neural-vad';

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

/** What its node is made with. */
export interface CaptureOptions {
  /** Null: the built-in detector scores the frames. */
  readonly neuralVad: NeuralVadAssets | null;
}

/** Scores frames without garbage: a number that a function returns is an object to V8 where the function is not inlined. */
export interface FrameDetector {
  /** Samples at `FRAME_SAMPLE_RATE`, in [-1, 1]. */
  feed(samples: Float32Array): void;
  /** The first is the score of what was fed last, 0 to 1. */
  readonly fields: Float32Array;
  reset(): void;
}

/** Of the frames, in Hz. */
export const FRAME_SAMPLE_RATE = 16_000;
/** Longer holes than some seconds are no hiccup. */
const MAX_REPLACED_SAMPLES = 96_000;
const FRAMES_PER_SECOND = 50;
const FRAME_SAMPLES = FRAME_SAMPLE_RATE / FRAMES_PER_SECOND;

export class CaptureStage {
  private readonly chain: CaptureChain;
  private readonly message: CaptureFrameMessage;
  /** Context frame of the chain's sample 0. */
  private baseFrame = -1;
  private capturedSamples = 0;
  private readonly silence: Float32Array;
  private readonly floats = new Float32Array(FRAME_SAMPLES);

  /**
   * @param quantumSamples Length of the platform's quanta, for silences that take the place of missing ones.
   * @param post Called with one reused message per frame: it has to copy, as posting to a port does.
   * @param detector Scores the frames in the place of the built-in one, silences included.
   */
  constructor(
    dsp: Dsp,
    sampleRate: number,
    quantumSamples: number,
    private readonly post: (message: CaptureMessage) => void,
    private readonly detector: FrameDetector | null = null,
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
      vad: detector === null,
      // The listener is too large for V8 to inline: numbers as arguments would be garbage.
      onMeasuredFrame: ({ pcm, firstSampleIndex, rmsDb, peakDb, speechScore }) => {
        const { message } = this;
        message.pcm.set(pcm);
        message.firstSampleIndex = this.baseFrame + firstSampleIndex;
        message.rmsDb = rmsDb;
        message.peakDb = peakDb;
        message.speechScore = speechScore;
        if (detector !== null) this.score(detector, pcm);
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

  private score(detector: FrameDetector, pcm: Int16Array): void {
    const { floats, message } = this;
    for (let n = 0; n < FRAME_SAMPLES; n++) floats[n] = (pcm[n] ?? 0) / 32_768;
    detector.feed(floats);
    message.speechScore = detector.fields[0] ?? 0;
  }

  /** Quanta that the platform skipped. */
  private replaceMissed(currentFrame: number): void {
    const missed = currentFrame - this.baseFrame - this.capturedSamples;
    if (missed > MAX_REPLACED_SAMPLES) {
      // The context slept: that time is not part of the conversation.
      this.baseFrame += missed;
      this.message.missedSamples += missed;
      this.detector?.reset();
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
