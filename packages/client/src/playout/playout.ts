// This file plays agent audio gaplessly: a ring with a small cushion, resampled to the device, faded out on flush.
// It runs inside the playout worklet and inside the virtual speaker; `pull` never allocates, throws or logs.
import type { Resampler } from '@voicewire/dsp-wasm';

/** Audio held before playout starts, in ms: covers the arrival jitter of a paced sender on a healthy network. */
export const PREBUFFER_MS = 60;
/** What the ring holds; longer backlogs wait in `PlayoutFeed`. */
export const RING_MS = 4_000;
/** −50 dBFS: quieter samples do not count as speech. */
export const AUDIBLE_AMPLITUDE = 0.00316;
/** A pause up to this long does not end an utterance: synthesised speech rests some 300 to 400 ms between sentences. */
export const SPEECH_HANGOVER_MS = 500;
/** Short enough to be instant, long enough not to click. */
const FADE_MS = 5;
/** Stream time rendered at once: the grain of every decision below. */
const BLOCK_MS = 1;
/** Running dry counts as an underrun when audio goes on within this time; otherwise the reply was simply over. */
const UNDERRUN_WINDOW_MS = 250;
/** And only when something was heard this shortly before: a gap inside a pause is longer silence, not a hole in a word. */
const UNDERRUN_SPEECH_MS = 50;

/** What `Playout` tells its owner, from inside `pull`. */
export interface PlayoutSink {
  onSpeechStarted(streamSample: number, outputFrame: number): void;
  onSpeechEnded(streamSample: number, outputFrame: number): void;
  /** The fade of a flush is over, or there was nothing to fade: then `streamSample` is −1. */
  onFlushed(streamSample: number, outputFrame: number): void;
}

export interface PlayoutSettings {
  readonly streamSampleRate: number;
  readonly outputSampleRate: number;
  /** From `streamSampleRate` to `outputSampleRate`; owned by the playout from now on. */
  readonly resampler: Resampler;
  readonly sink: PlayoutSink;
}

/** `holding`: zeros until the cushion is filled. `playing`: from the ring. `fading`: the last samples of a flush. */
type Mode = 'holding' | 'playing' | 'fading';

export class Playout {
  /** Stream samples that were played. */
  playedSamples = 0;
  /** Stream samples dropped by flushes, or for want of room in the ring. */
  discardedSamples = 0;
  underrunCount = 0;

  private readonly ring: Float32Array;
  private readonly block: Float32Array;
  private readonly prebufferSamples: number;
  private readonly fadeSamples: number;
  private readonly hangoverSamples: number;
  private readonly underrunSamples: number;
  private readonly underrunSpeechSamples: number;
  private readonly framesPerSample: number;
  private mode: Mode = 'holding';
  private readAt = 0;
  private buffered = 0;
  /** Stream index of the sample at `readAt`. */
  private streamSample = 0;
  /** Stream index of the next sample to be written. */
  private nextStreamSample = 0;
  /** Where reading goes on after a fade: samples before it are dead. */
  private resumeStreamSample = 0;
  private fadeLeft = 0;
  /** Stream time rendered so far, zeros included, in samples. */
  private renderedSamples = 0;
  private waitingSinceSample = 0;
  private ranDryAtSample = -Infinity;
  private isSpeaking = false;
  private lastAudibleStreamSample = 0;
  private lastAudibleRendered = 0;
  private pending: Float32Array;
  private pendingAt = 0;
  private producedFrames = 0;
  private frameBase = 0;
  private gain = 1;
  private targetGain = 1;
  private squareSum = 0;
  private squareCount = 0;

  constructor(private readonly settings: PlayoutSettings) {
    const samplesPerMs = settings.streamSampleRate / 1000;
    this.ring = new Float32Array(Math.round(RING_MS * samplesPerMs));
    this.block = new Float32Array(Math.round(BLOCK_MS * samplesPerMs));
    this.prebufferSamples = Math.round(PREBUFFER_MS * samplesPerMs);
    this.fadeSamples = Math.round(FADE_MS * samplesPerMs);
    this.hangoverSamples = Math.round(SPEECH_HANGOVER_MS * samplesPerMs);
    this.underrunSamples = Math.round(UNDERRUN_WINDOW_MS * samplesPerMs);
    this.underrunSpeechSamples = Math.round(UNDERRUN_SPEECH_MS * samplesPerMs);
    this.framesPerSample = settings.outputSampleRate / settings.streamSampleRate;
    this.pending = settings.resampler.process(this.block.subarray(0, 0));
  }

  /** Stream samples in the ring. */
  get bufferedSamples(): number {
    return this.buffered;
  }

  /** Appends samples; what does not fit is dropped and counted. Not for the audio callback itself. */
  write(pcm: Int16Array): void {
    const room = this.ring.length - this.buffered;
    const taken = Math.min(room, pcm.length);
    if (this.buffered === 0) this.noteArrival();
    let at = (this.readAt + this.buffered) % this.ring.length;
    for (let i = 0; i < taken; i++) {
      this.ring[at] = (pcm[i] ?? 0) / 32768;
      at = at + 1 === this.ring.length ? 0 : at + 1;
    }
    this.buffered += taken;
    this.discardedSamples += pcm.length - taken;
    this.nextStreamSample += pcm.length;
  }

  /**
   * Drops what is queued, after a fade of the next 5 ms if something is being played.
   * @param upstreamSamples Samples that were written but never reached `write`; they are dead too, and counted here.
   */
  flush(upstreamSamples: number): void {
    this.nextStreamSample += upstreamSamples;
    this.discardedSamples += upstreamSamples;
    if (this.mode === 'fading') return this.truncate(this.fadeLeft);
    if (this.mode === 'playing' && this.buffered > 0) {
      this.truncate(Math.min(this.fadeSamples, this.buffered));
      this.fadeLeft = this.buffered;
      this.mode = 'fading';
      return;
    }
    this.truncate(0);
    this.streamSample = this.nextStreamSample;
    this.mode = 'holding';
    this.settings.sink.onFlushed(-1, 0);
  }

  /** @param gain 0 to 1; reached at the end of the next `pull`. */
  setVolume(gain: number): void {
    this.targetGain = gain;
  }

  /**
   * Fills `output`; silence where there is nothing to play.
   * @param outputFrame Index of the first frame of `output` on the device's line.
   */
  pull(output: Float32Array, outputFrame: number): void {
    this.frameBase = outputFrame - this.producedFrames;
    let filled = 0;
    while (filled < output.length) {
      if (this.pendingAt === this.pending.length) this.renderBlock();
      const count = Math.min(output.length - filled, this.pending.length - this.pendingAt);
      for (let i = 0; i < count; i++) output[filled + i] = this.pending[this.pendingAt + i] ?? 0;
      filled += count;
      this.pendingAt += count;
    }
    this.producedFrames += output.length;
    this.applyGain(output);
    this.measure(output);
  }

  /** Level since the last call, RMS in dB relative to full scale, not below −100. */
  takeRmsDb(): number {
    const meanSquare = this.squareCount > 0 ? this.squareSum / this.squareCount : 0;
    this.squareSum = 0;
    this.squareCount = 0;
    return Math.max(10 * Math.log10(meanSquare + 1e-10), -100);
  }

  private noteArrival(): void {
    this.waitingSinceSample = this.renderedSamples;
    if (this.renderedSamples - this.ranDryAtSample <= this.underrunSamples) this.underrunCount += 1;
    this.ranDryAtSample = -Infinity;
  }

  private truncate(keptSamples: number): void {
    this.discardedSamples += this.buffered - keptSamples;
    this.buffered = keptSamples;
    this.resumeStreamSample = this.nextStreamSample;
  }

  /** One block of stream time, real samples or zeros, through the resampler: its time never stands still. */
  private renderBlock(): void {
    this.maybeStart();
    for (let i = 0; i < this.block.length; i++) {
      this.block[i] = this.mode === 'holding' ? 0 : this.takeSample(this.renderedSamples + i);
    }
    this.renderedSamples += this.block.length;
    this.maybeEndSpeech();
    this.pending = this.settings.resampler.process(this.block);
    this.pendingAt = 0;
  }

  private maybeStart(): void {
    if (this.mode !== 'holding' || this.buffered === 0) return;
    // A reply shorter than the cushion must not wait for ever.
    const hasWaited = this.renderedSamples - this.waitingSinceSample >= this.prebufferSamples;
    if (this.buffered >= this.prebufferSamples || hasWaited) this.mode = 'playing';
  }

  private takeSample(rendered: number): number {
    if (this.buffered === 0) {
      this.mode = 'holding';
      const isInSpeech = this.isSpeaking && rendered - this.lastAudibleRendered <= this.underrunSpeechSamples;
      this.ranDryAtSample = isInSpeech ? rendered : -Infinity;
      return 0;
    }
    let value = this.ring[this.readAt] ?? 0;
    this.readAt = this.readAt + 1 === this.ring.length ? 0 : this.readAt + 1;
    this.buffered -= 1;
    this.playedSamples += 1;
    this.noteAudible(value, rendered);
    this.streamSample += 1;
    if (this.mode === 'fading') value *= this.fade(rendered);
    return value;
  }

  private fade(rendered: number): number {
    const gain = this.fadeLeft / (this.fadeSamples + 1);
    this.fadeLeft -= 1;
    if (this.fadeLeft === 0) {
      this.mode = 'holding';
      this.settings.sink.onFlushed(this.streamSample - 1, this.frameOf(rendered));
      this.endSpeech();
      this.streamSample = this.resumeStreamSample;
      this.waitingSinceSample = rendered;
    }
    return gain;
  }

  private noteAudible(value: number, rendered: number): void {
    if (value < AUDIBLE_AMPLITUDE && value > -AUDIBLE_AMPLITUDE) return;
    this.lastAudibleStreamSample = this.streamSample;
    this.lastAudibleRendered = rendered;
    if (this.isSpeaking) return;
    this.isSpeaking = true;
    this.settings.sink.onSpeechStarted(this.streamSample, this.frameOf(rendered));
  }

  private maybeEndSpeech(): void {
    if (this.isSpeaking && this.renderedSamples - this.lastAudibleRendered > this.hangoverSamples) this.endSpeech();
  }

  private endSpeech(): void {
    if (!this.isSpeaking) return;
    this.isSpeaking = false;
    this.settings.sink.onSpeechEnded(this.lastAudibleStreamSample, this.frameOf(this.lastAudibleRendered));
  }

  /** Frame of the device's line that carries a rendered stream sample; the resampler's delay is part of the way. */
  private frameOf(rendered: number): number {
    return this.frameBase + rendered * this.framesPerSample + this.settings.resampler.groupDelaySamples;
  }

  private applyGain(output: Float32Array): void {
    if (this.gain === 1 && this.targetGain === 1) return;
    const step = (this.targetGain - this.gain) / output.length;
    for (let i = 0; i < output.length; i++) {
      this.gain += step;
      output[i] = (output[i] ?? 0) * this.gain;
    }
    this.gain = this.targetGain;
  }

  private measure(output: Float32Array): void {
    let sum = 0;
    for (let i = 0; i < output.length; i++) {
      const value = output[i] ?? 0;
      sum += value * value;
    }
    this.squareSum += sum;
    this.squareCount += output.length;
  }
}
