// This file makes a `Vad` of a network that answers by promise: audio waits its turn, the score is the last answer.
import type { Dsp, Resampler, Vad } from '@voicewire/dsp-wasm';

/** A network that is asked hop after hop; `Silero` of `@ricky0123/vad-web` is one. */
export interface HopModel {
  /** Takes 512 samples at 16 kHz, which are its own. */
  process(hop: Float32Array): Promise<{ readonly isSpeech: number }>;
  reset_state(): void;
  release(): Promise<void>;
}

export interface LateVad extends Vad {
  /** Resolves when everything that was given has been judged, or the model has failed. */
  idle(): Promise<void>;
}

export interface LateVadOptions {
  readonly sampleRate: number;
  readonly maxInputSamples: number;
  /** Told once, with what the model threw. The score is 0 from then on. */
  readonly onFailure: (cause: unknown) => void;
}

const NETWORK_SAMPLE_RATE = 16_000;
const HOP_SAMPLES = 512;
/** 10 s. A model that falls behind so far will not catch up; the oldest audio is dropped then. */
const MOST_WAITING_HOPS = 312;

export function createLateVad(dsp: Dsp, model: HopModel, options: LateVadOptions): LateVad {
  return new QueueingVad(dsp, model, options) as QueueingVad & LateVad;
}

class QueueingVad {
  readonly sampleRate: number;
  readonly hopMs = (HOP_SAMPLES * 1000) / NETWORK_SAMPLE_RATE;
  readonly #dsp: Dsp;
  readonly #model: HopModel;
  readonly #onFailure: (cause: unknown) => void;
  /** At 16 kHz too, where it passes every bit: it checks blocks, and clears samples that are not finite. */
  readonly #resampler: Resampler;
  readonly #waiting: Float32Array[] = [];
  #hop = new Float32Array(HOP_SAMPLES);
  #hopSamples = 0;
  #score = 0;
  /** Rises with every reset: answers to an older stream are dropped. */
  #stream = 0;
  #judgedStream = 0;
  #work: Promise<void> | null = null;
  #state: 'open' | 'failed' | 'disposed' = 'open';

  constructor(dsp: Dsp, model: HopModel, { sampleRate, maxInputSamples, onFailure }: LateVadOptions) {
    this.sampleRate = sampleRate;
    this.#dsp = dsp;
    this.#model = model;
    this.#onFailure = onFailure;
    const rates = { inputSampleRate: sampleRate, outputSampleRate: NETWORK_SAMPLE_RATE };
    this.#resampler = dsp.createResampler({ ...rates, maxInputSamples });
    const disposeSymbol = (Symbol as { readonly dispose?: symbol }).dispose;
    if (disposeSymbol !== undefined) Object.defineProperty(this, disposeSymbol, { value: () => this.dispose() });
  }

  process(block: Float32Array | Int16Array): number {
    const floats = block instanceof Int16Array ? this.#dsp.int16ToFloat32(block) : block;
    this.#gather(this.#resampler.process(floats));
    return this.#score;
  }

  reset(): void {
    this.#resampler.reset();
    this.#waiting.length = 0;
    this.#hopSamples = 0;
    this.#score = 0;
    this.#stream++;
  }

  dispose(): void {
    if (this.#state === 'disposed') return;
    this.#state = 'disposed';
    this.#resampler.dispose();
    this.#waiting.length = 0;
    // A model that cannot be released has nothing left to tell anybody.
    const release = (): Promise<void> => this.#model.release().catch(() => undefined);
    void this.idle().then(release);
  }

  async idle(): Promise<void> {
    while (this.#work !== null) await this.#work;
  }

  #gather(samples: Float32Array): void {
    for (let at = 0; at < samples.length;) {
      const part = samples.subarray(at, at + HOP_SAMPLES - this.#hopSamples);
      this.#hop.set(part, this.#hopSamples);
      this.#hopSamples += part.length;
      at += part.length;
      if (this.#hopSamples === HOP_SAMPLES) this.#enqueue();
    }
  }

  #enqueue(): void {
    this.#hopSamples = 0;
    if (this.#state !== 'open') return;
    if (this.#waiting.length === MOST_WAITING_HOPS) this.#waiting.shift();
    this.#waiting.push(this.#hop);
    this.#hop = new Float32Array(HOP_SAMPLES);
    this.#work ??= this.#judgeAll();
  }

  async #judgeAll(): Promise<void> {
    try {
      for (let hop = this.#waiting.shift(); hop !== undefined && this.#state === 'open'; hop = this.#waiting.shift()) {
        await this.#judge(hop);
      }
    } catch (cause) {
      this.#fail(cause);
    } finally {
      this.#work = null;
    }
  }

  async #judge(hop: Float32Array): Promise<void> {
    const stream = this.#stream;
    // Only between two hops: an answer still to come would put the old stream's memory back.
    if (stream !== this.#judgedStream) this.#model.reset_state();
    this.#judgedStream = stream;
    const { isSpeech } = await this.#model.process(hop);
    if (stream === this.#stream && this.#state === 'open') this.#score = isSpeech;
  }

  #fail(cause: unknown): void {
    if (this.#state !== 'open') return;
    this.#state = 'failed';
    this.#score = 0;
    this.#onFailure(cause);
  }
}
