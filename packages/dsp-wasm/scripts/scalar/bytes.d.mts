// This file types bytes.mjs for the tests.
export function u32(value: number): number[];
export function s32(value: number): number[];
export function vector(items: readonly (readonly number[])[]): number[];
