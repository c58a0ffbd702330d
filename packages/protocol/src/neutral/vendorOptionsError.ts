// This file defines the one error this package throws: options that cannot work, found at construction.
import type { ParseIssue } from './parseResult.ts';

/**
 * Options given to a vendor factory or to a request builder are wrong. Programming errors end here; wire data never does.
 * Shaped like the client's errors (`code`, `retryable`, `details`). `details.issues` names the options, never their values.
 */
export class VendorOptionsError extends Error {
  override readonly name = 'VendorOptionsError';
  readonly code = 'invalid-vendor-options';
  readonly retryable = false;
  declare readonly details: { readonly issues: readonly ParseIssue[] };

  constructor(factoryName: string, issues: readonly ParseIssue[]) {
    const faults = issues.map(
      ({ path, expected, received }) => `${path.join('.')}: expected ${expected}, received ${received}`,
    );
    super(`${factoryName}(): ${faults.join('; ')}`);
    this.details = { issues };
  }
}
