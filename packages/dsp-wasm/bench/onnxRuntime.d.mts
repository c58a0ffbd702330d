// This file types onnxRuntime.mjs for the tests.
export interface Judge {
  readonly name: string;
  hear(hop: Float32Array): Promise<number>;
  reset(): void;
}
export function openNodeRuntime(): Promise<Judge>;
export function openVadWeb(): Promise<Judge>;
