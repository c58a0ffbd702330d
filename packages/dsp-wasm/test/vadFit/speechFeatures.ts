// This file gets the detector's features out of the kernels that are shipped: fitting has no second implementation.
import { CaptureStage } from '../../src/captureStage.ts';
import { FEATURE_COUNT } from '../../src/design/speechModel.ts';
import type { WasmModule } from '../../src/load/webAssembly.ts';
import { VAD_HOP_SAMPLES } from '../../src/memory/capturePlan.ts';
import { forEachBlock } from '../streams.ts';

/** One row of `FEATURE_COUNT` numbers per complete hop of 20 ms, of a stream of its own. */
export function speechFeatures(module: WasmModule, samples: Float32Array, sampleRate: number): Float64Array[] {
  const shape = { inputSampleRate: sampleRate, frameSamples: VAD_HOP_SAMPLES, hasVad: true };
  // A block this short completes no more than one hop, whose features then still lie in the memory.
  const maxInputSamples = Math.floor(sampleRate / 50);
  const capture = new CaptureStage(module, { ...shape, maxInputSamples });
  const offsetBytes = capture.plan.features;
  const features = new Float64Array(capture.stage.buffer, offsetBytes, FEATURE_COUNT);
  const rows: Float64Array[] = [];
  forEachBlock(samples, [maxInputSamples], (block) => {
    if (capture.feed(block) > 0) rows.push(features.slice());
  });
  return rows;
}
