// This file types laneOps.mjs for the tests.
export const I32: number;
export const I64: number;
export const F32: number;
export const F64: number;
export const V128: number;
export const LANE_OPS: ReadonlyMap<number, { readonly takes: readonly number[]; readonly gives?: number }>;
