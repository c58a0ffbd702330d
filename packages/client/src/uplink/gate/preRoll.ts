// This file says how much is kept of what the user says before the vendor listens, so that first words are not lost.
export const PREROLL_MS = 500;
/** The same in frames of 20 ms. */
export const PREROLL_FRAMES = 25;
