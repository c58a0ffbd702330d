// This file types weigh.mjs for the tests.
export interface Weight {
  readonly bytes: number;
  readonly gzipBytes: number;
}

export function weighKernels(): Weight;
export function weighScalarKernels(): Weight;
export function weighEmbeddedKernels(): Weight;
export function weighCaptureKernels(): Weight;
export function weighKernelsWithoutPlayer(): Weight;
export function weighHost(
  imports: string,
  entry: string,
  parts: readonly ('model' | 'player')[],
): Promise<Weight & { readonly files: readonly string[] }>;
export function weighNeuralVad(): Promise<{ title: string; bytes: number; brotliBytes: number }[]>;
