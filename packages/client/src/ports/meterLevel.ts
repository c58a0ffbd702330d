// This file turns loudness into what meters show.

/** What a stream is at before its first sample, in dB of full scale: less than any meter shows. */
export const SILENCE_DB = -100;

/** 0 at −60 dBFS and below, 1 at full scale, a straight line in dB between them, which is how loudness is heard. */
export function meterLevelOf(rmsDb: number): number {
  return Math.min(Math.max((rmsDb + 60) / 60, 0), 1);
}
