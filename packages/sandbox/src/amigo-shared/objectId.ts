// This file draws ids as Amigo's are: 24 hex digits in lower case.
import type { Random } from '../random.ts';

/** What an id looks like. */
export const OBJECT_ID = /^[a-f0-9]{24}$/;

const HEX_DIGITS = 24;

/** Draws an id of 96 bits. */
export function drawObjectId(random: Random): string {
  let id = '';
  for (let digit = 0; digit < HEX_DIGITS; digit++) id += Math.floor(random() * 16).toString(16);
  return id;
}
