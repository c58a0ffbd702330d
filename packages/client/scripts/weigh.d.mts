// This file types weigh.mjs for the tests.

/** What a page downloads, in bytes: minified, and compressed on top. */
export interface Weight {
  readonly bytes: number;
  readonly gzipBytes: number;
  /** The code itself. */
  readonly text: string;
}

export function weigh(
  imports: readonly string[],
  onDemand?: readonly string[],
): Promise<Weight & { readonly later: Weight }>;
export function weighFile(path: string): Weight;
export const BASE: readonly string[];
export const FIRST_CALL: readonly string[];
