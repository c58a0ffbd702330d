// This file defines a contract as a list of named checks: run as tests, and run against saboteurs to show that they can fail.
import { describe, test } from 'vitest';

/** One promise that every implementation keeps. */
export interface ContractCase<Subject> {
  /** A sentence. */
  readonly name: string;
  /** The case is skipped, by name, where this says false. Absent: it holds for everyone. */
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
      // oxlint-disable-next-line vitest/expect-expect, vitest/valid-title -- the case names itself and asserts
      test(name, ({ skip }) => {
        skip(appliesTo?.(subject) === false, 'this protocol has no such thing');
        check(subject);
      });
    }
  });
}
