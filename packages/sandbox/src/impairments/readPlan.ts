// This file reads impairments as people write them: a name, `key=value` pairs, both, or JSON.
import { encodeUtf8 } from '@voicewire/protocol/wire';
import { SandboxError } from '../errors.ts';
import { isSendableCloseCode } from '../server/closeCodes.ts';
import type { ImpairmentName, ImpairmentPlan } from './plan.ts';
import { DEFAULT_STALL_MS, IMPAIRMENTS } from './plan.ts';
import { checkTrace } from './trace.ts';

/** Longest time of any kind, in ms. */
const MAX_MS = 600_000;
const MAX_SHOWN_CHARS = 80;
/** RFC 6455: a control frame holds 125 bytes, two of which are the code. */
const MAX_REASON_BYTES = 123;

type NumberField = {
  [Key in keyof ImpairmentPlan]-?: Required<ImpairmentPlan>[Key] extends number ? Key : never;
}[keyof ImpairmentPlan];

/** Smallest and largest value of each number; whole ones are marked. */
const RANGES: Readonly<Record<NumberField, readonly [min: number, max: number, whole?: 'whole']>> = {
  refuseStatus: [0, 599, 'whole'],
  retryAfterS: [0, 3600, 'whole'],
  delayMs: [0, 10_000],
  jitterMs: [0, 10_000],
  lossRatio: [0, 1],
  burstEnterRatio: [0, 1],
  burstLeaveRatio: [0.001, 1],
  burstLossRatio: [0, 1],
  recoveryMs: [0, 10_000],
  stallEveryMs: [1, MAX_MS],
  stallMs: [0, MAX_MS],
  bundleEveryMs: [1, 10_000],
  duplicateRatio: [0, 1],
  malformedRatio: [0, 1],
  fragmentBytes: [1, 1_000_000, 'whole'],
  pingEveryMs: [10, MAX_MS],
  fromMessage: [0, 1_000_000, 'whole'],
  stopReadingAtMs: [0, MAX_MS],
  stopReadingForMs: [0, MAX_MS],
  halfOpenAtMs: [0, MAX_MS],
  terminateAtMs: [0, MAX_MS],
  resetAtMs: [0, MAX_MS],
  closeAtMs: [0, MAX_MS],
  closeCode: [1000, 4999, 'whole'],
};
const DIRECTIONS = ['both', 'up', 'down'] as const;
const FIELDS = [...Object.keys(RANGES), 'direction', 'closeReason', 'trace'];

/**
 * Reads `wifi`, `delayMs=50,jitterMs=10`, `wifi,closeAtMs=3000,closeCode=1012`, or a JSON object; later parts win.
 *
 * @throws {SandboxError} `invalid-option` for an unknown name or field or a value out of range.
 */
export function readImpairment(text: string): ImpairmentPlan {
  if (text.trimStart().startsWith('{')) return checkImpairment(parseJson(text));
  const fields = text.split(',').flatMap((part): (readonly [string, unknown])[] => {
    const equals = part.indexOf('=');
    if (equals < 0) return Object.entries(findImpairment(part.trim()));
    const name = part.slice(0, equals).trim();
    return [[name, readValue(name, part.slice(equals + 1).trim())]];
  });
  return checkImpairment(Object.fromEntries(fields));
}

/**
 * Checks a plan that came from outside.
 *
 * @throws {SandboxError} As `readImpairment`.
 */
export function checkImpairment(plan: unknown): ImpairmentPlan {
  if (typeof plan !== 'object' || plan === null || Array.isArray(plan)) throw invalid('the plan', plan, 'an object');
  for (const [name, value] of Object.entries(plan)) checkField(name, value);
  const { stallEveryMs, stallMs = DEFAULT_STALL_MS } = plan as ImpairmentPlan;
  if (stallEveryMs !== undefined && stallMs >= stallEveryMs) {
    throw invalid('stallMs', stallMs, 'less than stallEveryMs');
  }
  return plan;
}

function checkField(name: string, value: unknown): void {
  if (Object.hasOwn(RANGES, name)) {
    const [min, max, whole] = RANGES[name as NumberField];
    const isValid =
      typeof value === 'number' && value >= min && value <= max && (whole === undefined || value % 1 === 0);
    if (!isValid) throw invalid(name, value, `${whole === undefined ? '' : 'a whole number, '}${min} to ${max}`);
    // 101 would be an upgrade, and others below 200 no answer.
    if (name === 'refuseStatus' && value > 0 && value < 200) throw invalid(name, value, '0, or 200 to 599');
    if (name === 'closeCode' && !isSendableCloseCode(value)) throw invalid(name, value, 'a code that may be sent');
    return;
  }
  switch (name) {
    case 'direction':
      if (!DIRECTIONS.some((direction) => direction === value)) throw invalid(name, value, DIRECTIONS.join(', '));
      return;
    case 'closeReason':
      if (typeof value !== 'string' || encodeUtf8(value.slice(0, MAX_REASON_BYTES + 1)).length > MAX_REASON_BYTES) {
        throw invalid(name, value, `text of at most ${MAX_REASON_BYTES} bytes`);
      }
      return;
    case 'trace':
      checkTrace(value);
      return;
    default:
      throw invalid('the field', name, FIELDS.join(', '));
  }
}

function findImpairment(name: string): ImpairmentPlan {
  if (Object.hasOwn(IMPAIRMENTS, name)) return IMPAIRMENTS[name as ImpairmentName].plan;
  throw invalid('the name', name, `${Object.keys(IMPAIRMENTS).join(', ')}, or pairs such as delayMs=50`);
}

function readValue(name: string, text: string): unknown {
  if (!Object.hasOwn(RANGES, name)) return text;
  return text === '' ? Number.NaN : Number(text);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalid('the plan', text, 'a name, pairs such as delayMs=50, or a JSON object');
  }
}

function invalid(option: string, actual: unknown, expected: string): SandboxError {
  return new SandboxError('invalid-option', `In the impairment, ${option} is ${show(actual)}, wanted ${expected}.`, {
    option: 'impairment',
    expected,
  });
}

/** An object from JSON may have any key, `toString` among them: it is never asked for its text. */
function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`.slice(0, MAX_SHOWN_CHARS);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return String(value).slice(0, MAX_SHOWN_CHARS);
}
