// This file defines the one error class of the sandbox. Hostile clients never cause one; wrong use of its API does.

/** Stable codes; each is explained in the README. */
export type SandboxErrorCode =
  | 'port-busy'
  | 'listen-failed'
  | 'ledger-failed'
  | 'clips-invalid'
  | 'clips-missing'
  | 'invalid-option'
  | 'no-credentials'
  | 'synthesis-failed'
  | 'model-failed';

/** Something the caller of the sandbox did or must fix. Holds no secret. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
  readonly code: SandboxErrorCode;
  /** What was seen and what was wanted; numbers carry their unit in the name. */
  readonly details: Readonly<Record<string, string | number | boolean>>;

  constructor(
    code: SandboxErrorCode,
    message: string,
    details: Readonly<Record<string, string | number | boolean>> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }
}

/**
 * What `read` gives, or the error that it throws because of what a client asked for.
 *
 * @throws Any other error.
 */
export function orRefusal<T>(read: () => T): T | SandboxError {
  try {
    return read();
  } catch (error) {
    if (error instanceof SandboxError) return error;
    throw error;
  }
}
