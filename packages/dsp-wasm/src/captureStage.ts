// This file runs the capture kernels over their memory: audio of any block length in, measured int16 frames to look at.
import { checkBlock } from './blockLimits.ts';
import { BALANCED, designConversion } from './design/conversion.ts';
import { openTapDesigner } from './design/tapDesigner.ts';
import type { Stage } from './load/stage.ts';
import { openStage } from './load/stage.ts';
import type { WasmModule } from './load/webAssembly.ts';
import type { CapturePlan, CaptureShape } from './memory/capturePlan.ts';
import { CAPTURE_SAMPLE_RATE, planCapture, RECORD_FLOATS } from './memory/capturePlan.ts';
import { MemoryMap } from './memory/memoryMap.ts';

/**
 * What the capture chain and the detector have in common. Each call that takes audio answers how many frames it has
 * completed; those can be read, by index from 0, until the next such call.
 */
export class CaptureStage {
  readonly stage: Stage;
  readonly plan: CapturePlan;
  /** Views of the int16 frames. */
  readonly frames: readonly Int16Array[];
  /** Rows of `RECORD_FLOATS`: RMS in dB, peak in dB, speech score. */
  readonly records: Float32Array;
  readonly #maxInputSamples: number;
  readonly #block: Float32Array;
  #inputSamples = 0;

  constructor(module: WasmModule, shape: CaptureShape) {
    const map = new MemoryMap();
    const designer = openTapDesigner(module);
    const conversion = designConversion(designer, shape.inputSampleRate, CAPTURE_SAMPLE_RATE, BALANCED);
    this.plan = planCapture(map, shape, conversion);
    this.stage = openStage(module, map);
    this.plan.install(this.stage);
    this.#maxInputSamples = shape.maxInputSamples;
    this.#block = new Float32Array(this.stage.buffer, this.plan.resampler.input, shape.maxInputSamples);
    this.frames = frameViews(this.stage, this.plan);
    this.records = new Float32Array(this.stage.buffer, this.plan.records, this.plan.maxFrames * RECORD_FLOATS);
  }

  /** Returns frames completed. @throws {AudioFormatError} `input-too-long` or `detached-input`. */
  feed(block: Float32Array): number {
    checkBlock(block, this.#maxInputSamples);
    this.#block.set(block);
    this.#inputSamples += block.length;
    return this.stage.kernels.captureBlock(this.plan.struct, block.length);
  }

  /** Gets the delayed rest out, and fills the last frame up with zeros. Returns frames completed; reset it then. */
  feedTail(): number {
    if (this.#inputSamples === 0) return 0;
    const { tailZeroSamples, tailSamples } = this.plan.resampler;
    return this.stage.kernels.captureTail(this.plan.struct, tailZeroSamples, tailSamples);
  }

  reset(): void {
    this.stage.kernels.resetCaptureChain(this.plan.struct);
    this.#inputSamples = 0;
  }
}

function frameViews(stage: Stage, { frames, frameSamples, maxFrames }: CapturePlan): Int16Array[] {
  const viewAt = (index: number): Int16Array =>
    new Int16Array(stage.buffer, frames + index * frameSamples * 2, frameSamples);
  return Array.from({ length: maxFrames }, (_, index) => viewAt(index));
}
