// This file is one call of the API as its handlers see it, and the answers that refuse one.
import type { Permission } from '../amigo-shared/accounts.ts';
import type { Breaches } from '../server/breaches.ts';
import type { Conditions } from '../server/conditions.ts';
import type { FaultPlan } from '../server/faultPlan.ts';
import type { HttpRequest, HttpResponse } from '../server/http.ts';
import { jsonResponse } from '../server/http.ts';
import type { AmigoNotesFaultName } from './faults.ts';
import type { RuleId } from './rules.ts';

/** One request with everything that decides how it is treated. */
export interface Call {
  readonly request: HttpRequest;
  /** Decoded, in order, without what names faults. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly organization: string;
  readonly conditions: Conditions;
  readonly breaches: Breaches<RuleId>;
  readonly faults: FaultPlan<AmigoNotesFaultName>;
}

/** Whose token it was. */
export interface Caller {
  readonly organization: string;
  readonly userId: string;
  readonly permissions: ReadonlySet<Permission>;
}

/** An answer that is an error. Both SDKs read `message`, and `detail` where there is none. */
export function failure(status: number, message: string, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  const response = jsonResponse(status, { message, error_code: `sandbox_${status}` });
  return { ...response, headers: { ...response.headers, ...headers } };
}

/**
 * Records a breach and refuses the call for it; under policy `record` it is only recorded.
 *
 * @param detail What was seen and what was wanted; never a secret. The client reads it as well.
 * @returns Nothing when the call goes on.
 */
export function refuse(call: Call, ruleId: RuleId, status: number, detail: string): HttpResponse | undefined {
  return call.breaches.react(ruleId, detail, () => failure(status, `${ruleId}: ${detail}`));
}

/** True for an answer, among what a step may give instead. */
export function isResponse(value: object): value is HttpResponse {
  return 'status' in value && 'headers' in value && 'body' in value;
}
