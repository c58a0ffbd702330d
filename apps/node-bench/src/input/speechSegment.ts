// This file defines a stretch of speech in a file.

export interface SpeechSegment {
  /** Seconds from the start of the file. */
  readonly startS: number;
  readonly endS: number;
}
