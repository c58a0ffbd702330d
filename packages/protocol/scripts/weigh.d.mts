// This file types weigh.mjs for the tests.

/** What one import weighs, in bytes: minified, and compressed on top. */
export interface Weight {
  readonly minifiedBytes: number;
  readonly gzipBytes: number;
  /** Files below `src` of which something is in it. */
  readonly files: readonly string[];
}

/** Weighs one import (`export { soca }`) from one file below `src` (`soca/index`), schema library included. */
export function weigh(imports: string, entry: string): Promise<Weight>;
