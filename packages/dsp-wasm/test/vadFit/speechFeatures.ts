// This file gets the detector's features out of the kernels that are shipped: fitting has no second implementation.
import { openCaptureStage, VAD_HOP_SAMPLES } from '../../src/captureStage.ts';
import { FEATURE_COUNT } from '../../src/design/speechModel.ts';
import type { WasmModule } from '../../src/load/webAssembly.ts';
import { forEachBlock } from '../streams.ts';

/** One row of `FEATURE_COUNT` numbers per complete hop of 20 ms, of a stream of its own. */
export function speechFeatures(module: WasmModule, samples: Float32Array, sampleRate: number): Float64Array[] {
  // A block this short completes no more than one hop, whose features then still lie in the memory.
  const maxInputSamples = Math.floor(sampleRate / 50);
  const shape = { inputSampleRate: sampleRate, maxInputSamples, frameSamples: VAD_HOP_SAMPLES, hasVad: true };
  const rows: Float64Array[] = [];
  const capture = openCaptureStage(module, shape, () => rows.push(features.slice()));
  const { buffer, regions } = capture.stage;
  // Behind them lie the frames and their records.
  const features = new Float64Array(buffer, regions.at(-3)?.offsetBytes, FEATURE_COUNT);
  forEachBlock(samples, [maxInputSamples], (block) => capture.process(block));
  return rows;
}
