// This file records breaches of the rules on one connection, each with the severity that its rule has.
import type { ConnectionLedger } from '../ledger/connectionLedger.ts';
import type { Severity } from '../ledger/records.ts';
import type { RuleId } from './rules.ts';
import { RULES } from './rules.ts';

/** Writes to one connection's record. */
export class Breaches {
  readonly #ledger: ConnectionLedger;

  constructor(ledger: ConnectionLedger) {
    this.#ledger = ledger;
  }

  /**
   * Blames the latest inbound message.
   *
   * @param detail What was seen and what was wanted; never a secret.
   * @param severity Default: that of the rule.
   */
  add(ruleId: RuleId, detail: string, severity: Severity = RULES[ruleId].severity): void {
    this.#ledger.recordViolation(ruleId, severity, detail);
  }

  /** For what no message showed, but a silence or a close. */
  addWithoutFrame(ruleId: RuleId, detail: string, severity: Severity = RULES[ruleId].severity): void {
    this.#ledger.recordViolation(ruleId, severity, detail, -1);
  }
}
