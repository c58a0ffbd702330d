// This file records breaches of a vendor's rules, each with the severity that its rule has, and lets the server react to
// them as far as its policy allows.
import type { Severity } from '../ledger/records.ts';
import type { Policy } from './policy.ts';

/** One rule: what is checked, how bad a breach is, and what the server does about it. */
export interface Rule {
  readonly check: string;
  /** Of an ordinary breach; one breach may be given another where the check says so. */
  readonly severity: Severity;
  readonly reaction: string;
}

/** Where breaches are written to: the ledger of a connection or of a request. */
export interface BreachSink {
  /** @param frameIndex Default: the latest inbound frame; -1 for none. */
  recordViolation(ruleId: string, severity: Severity, detail: string, frameIndex?: number): void;
}

/** Breaches of one connection or request. */
export class Breaches<RuleId extends string> {
  readonly #sink: BreachSink;
  readonly #rules: Readonly<Record<RuleId, Rule>>;
  readonly #policy: Policy;

  constructor(sink: BreachSink, rules: Readonly<Record<RuleId, Rule>>, policy: Policy) {
    this.#sink = sink;
    this.#rules = rules;
    this.#policy = policy;
  }

  /** False under policy `record`: nothing is closed or refused for a rule. */
  get isEnforced(): boolean {
    return this.#policy === 'enforce';
  }

  /**
   * Records a breach and blames the latest inbound message.
   *
   * @param detail What was seen and what was wanted; never a secret.
   * @param severity Default: that of the rule.
   */
  add(ruleId: RuleId, detail: string, severity: Severity = this.#rules[ruleId].severity): void {
    this.#sink.recordViolation(ruleId, severity, detail);
  }

  /** For what no message showed, but a silence or a close. */
  addWithoutFrame(ruleId: RuleId, detail: string, severity: Severity = this.#rules[ruleId].severity): void {
    this.#sink.recordViolation(ruleId, severity, detail, -1);
  }

  /**
   * Records a breach; then refuses or closes, which is what `act` does, unless the policy is `record`.
   *
   * @returns What `act` returned; nothing under `record`: take the message as well as it can be.
   */
  react<T>(ruleId: RuleId, detail: string, act: () => T, severity?: Severity): T | undefined {
    this.add(ruleId, detail, severity);
    return this.isEnforced ? act() : undefined;
  }
}
