// This file types weigh.mjs for the tests.
export interface Weight {
  readonly bytes: number;
  readonly gzipBytes: number;
}

export function weighKernels(): Weight;
export function weighScalarKernels(): Weight;
export function weighEmbeddedKernels(): Weight;
export function weighKernelsWithoutVad(): Weight;
export function weighHost(
  imports: string,
  entry: string,
  options: { readonly withModel: boolean },
): Promise<Weight & { readonly files: readonly string[] }>;
export function weighNeuralVad(): Promise<{ title: string; bytes: number; brotliBytes: number }[]>;
