// This file is the one error of this package: audio, or options, that it cannot work with.

/** Stable names of what went wrong; see the README. */
export type AudioFormatErrorCode =
  | 'detached-input'
  | 'disposed'
  | 'input-too-long'
  | 'invalid-dither'
  | 'invalid-gain'
  | 'invalid-gate-option'
  | 'invalid-max-input'
  | 'invalid-ratio'
  | 'invalid-sample-count'
  | 'invalid-vad-option'
  | 'invalid-weights'
  | 'missing-listener'
  | 'missing-resampler'
  | 'output-too-small'
  | 'unsupported-frame-length'
  | 'unsupported-quality'
  | 'unsupported-sample-rate'
  | 'wasm-unavailable';

/** Numbers carry their unit in the name. Never audio, never secrets. */
export type AudioFormatErrorDetails = Readonly<Record<string, number | string | readonly (number | string)[]>>;

/** Thrown for wrong options and lengths, before anything is changed: the object it came from goes on working. */
export class AudioFormatError extends Error {
  override readonly name = 'AudioFormatError';
  readonly code: AudioFormatErrorCode;
  /** The same call would fail again. */
  readonly retryable = false;
  readonly details: AudioFormatErrorDetails;

  constructor(
    code: AudioFormatErrorCode,
    message: string,
    details: AudioFormatErrorDetails = {},
    options?: { readonly cause: unknown },
  ) {
    super(message, options);
    this.code = code;
    this.details = details;
  }
}
