// This file types weigh.mjs for the tests.

/** What a page downloads, in bytes: minified, and compressed on top. */
export interface Weight {
  readonly bytes: number;
  readonly gzipBytes: number;
  /** What is loaded on demand, compressed. */
  readonly laterGzipBytes: number;
  /** The code itself. */
  readonly text: string;
}

export function weigh(imports: readonly string[]): Promise<Weight>;
export function weighFile(path: string): Weight;
export const BASE: readonly string[];
