// This file defines the one error that the relay's API throws. Clients and vendors never cause one.

/** An option that cannot work, found at construction. Shaped like the client's errors; never quotes a value. */
export class RelayError extends Error {
  override readonly name = 'RelayError';
  readonly code = 'invalid-relay-option';
  readonly retryable = false;
  readonly details: { readonly option: string; readonly expected: string };

  constructor(option: string, expected: string) {
    super(`${option} cannot be used: expected ${expected}.`);
    this.details = { option, expected };
  }
}
