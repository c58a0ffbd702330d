// This file defines a contract as a list of named checks: run as tests, and run against saboteurs to show that they can fail.
import { describe, test } from 'vitest';

/** One promise that every implementation keeps. */
export interface ContractCase<Subject> {
  /** A sentence. */
  readonly name: string;
  /** There is no such case where this says false, by the capabilities of the subject. Absent: it holds for everyone. */
  readonly appliesTo?: (subject: Subject) => boolean;
  /** Throws when the promise is broken. */
  readonly check: (subject: Subject) => void;
}

/** Runs every case of a contract as a test. */
export function describeContract<Subject>(
  title: string,
  cases: readonly ContractCase<Subject>[],
  subject: Subject,
): void {
  // oxlint-disable-next-line vitest/valid-title -- the implementation's name
  describe(title, () => {
    for (const { name, appliesTo, check } of cases) {
      if (appliesTo?.(subject) === false) continue;
      // oxlint-disable-next-line vitest/expect-expect, vitest/valid-title -- the case names itself and asserts
      test(name, () => check(subject));
    }
  });
}
