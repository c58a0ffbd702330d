// This file reads the faults that a connection is to suffer; each vendor has its own table of them.
import { SandboxError } from '../errors.ts';
import { isSendableCloseCode } from './closeCodes.ts';
import type { Target } from './http.ts';

/** Settings that a fault may read. Times in ms. */
export interface FaultSettings {
  /** Wait before the deed. */
  readonly delayMs: number;
  /** From the last message to the close of the socket; -1 never closes. */
  readonly closeAfterMs: number;
  /** Code of a close. */
  readonly closeCode: number;
  /** How often, or how many. */
  readonly count: number;
  /** Length of what is sent. */
  readonly sizeBytes: number;
  /** Speed of agent speech; 1 is real time. */
  readonly speedRatio: number;
  /** A text that the protocol has room for. */
  readonly reason: string;
}

/** One row of a vendor's table. */
export interface FaultDescription {
  /** Completes "The server …". */
  readonly does: string;
  /** The settings that it reads, with their defaults. */
  readonly defaults: Partial<FaultSettings>;
  /** Narrower ranges than those of all faults, where more or less would be endless work. */
  readonly bounds?: Partial<Readonly<Record<'sizeBytes' | 'count', readonly [min: number, max: number]>>>;
}

/** A fault by name, or with settings that differ from its defaults. */
export type Fault<Name extends string = string> = Name | ({ readonly name: Name } & Partial<FaultSettings>);

/** Range and neutral value of each setting; for texts, their length. */
const BOUNDS: { readonly [S in keyof FaultSettings]: readonly [min: number, max: number, neutral: FaultSettings[S]] } =
  {
    delayMs: [0, 600_000, 0],
    closeAfterMs: [-1, 600_000, 0],
    closeCode: [1000, 4999, 1000],
    count: [0, 1_000_000, 1],
    sizeBytes: [0, 16_777_216, 0],
    speedRatio: [0.001, 1000, 1],
    reason: [0, 200, ''],
  };
const SETTING_NAMES = Object.keys(BOUNDS) as readonly (keyof FaultSettings)[];
const NEUTRAL = Object.fromEntries(SETTING_NAMES.map((name) => [name, BOUNDS[name][2]])) as unknown as FaultSettings;
/** Numbers of things: a fraction of one is never done. */
const WHOLE: ReadonlySet<string> = new Set<keyof FaultSettings>(['count', 'sizeBytes']);
const MAX_SHOWN_CHARS = 80;

/** The faults of one connection, settings filled in. */
export class FaultPlan<Name extends string> {
  readonly #table: Readonly<Record<Name, FaultDescription>>;
  readonly #faults = new Map<Name, FaultSettings>();

  /**
   * @param faults Later ones replace earlier ones of the same name.
   * @throws {SandboxError} `invalid-option` for an unknown name, or a setting that is out of range or that the fault does not
   *   read.
   */
  constructor(table: Readonly<Record<Name, FaultDescription>>, faults: readonly Fault<NoInfer<Name>>[] = []) {
    this.#table = table;
    for (const entry of faults) {
      const { name, ...settings } = typeof entry === 'string' ? { name: entry } : entry;
      if (!Object.hasOwn(table, name)) throw invalid('fault', name, Object.keys(table).join(', '));
      checkSettings(settings, table[name]);
      const known = table[name].defaults;
      for (const setting of Object.keys(settings))
        if (!Object.hasOwn(known, setting)) throw strange(setting, [name], known);
      this.#faults.set(name, { ...NEUTRAL, ...table[name].defaults, ...settings });
    }
  }

  has(name: Name): boolean {
    return this.#faults.has(name);
  }

  /** Settings of a fault that is there; nothing otherwise. */
  find(name: Name): FaultSettings | undefined {
    return this.#faults.get(name);
  }

  /** Both plans in one; `other` wins where both have a fault. */
  merge(other: FaultPlan<Name>): FaultPlan<Name> {
    const merged = new FaultPlan(this.#table);
    for (const [name, settings] of [...this.#faults, ...other.#faults]) merged.#faults.set(name, settings);
    return merged;
  }

  /** This plan and more faults, which win. @throws {SandboxError} As the constructor. */
  with(faults: readonly Fault<Name>[] = []): FaultPlan<Name> {
    return faults.length === 0 ? this : this.merge(new FaultPlan(this.#table, faults));
  }
}

/**
 * Reads `?fault=never-connected&fault=burst&delayMs=500&…`; a setting goes to every fault named that reads it. Without a fault,
 * what looks like a setting is the vendor's own parameter.
 *
 * @throws {SandboxError} As `FaultPlan`; also for a setting that none of them reads.
 */
export function readFaults<Name extends string>(
  table: Readonly<Record<Name, FaultDescription>>,
  target: Target,
): FaultPlan<Name> {
  const settings: Partial<Record<keyof FaultSettings, string | number>> = {};
  for (const [name, value] of target.query) {
    if (name === 'reason') settings.reason = value;
    else if (isNumericSetting(name)) settings[name] = value === '' ? Number.NaN : Number(value);
  }
  const names = target.query.filter(([name]) => name === 'fault').map(([, value]) => value as Name);
  const plan = new FaultPlan(
    table,
    names.map((name): Fault<Name> => {
      const known = Object.hasOwn(table, name) ? table[name].defaults : {};
      const read = Object.entries(settings).filter(([setting]) => Object.hasOwn(known, setting));
      return { name, ...(Object.fromEntries(read) as Partial<FaultSettings>) };
    }),
  );
  if (names.length === 0) return plan;
  const known = Object.assign({}, ...names.map((name) => table[name].defaults)) as Partial<FaultSettings>;
  const stray = Object.keys(settings).find((setting) => !Object.hasOwn(known, setting));
  if (stray !== undefined) throw strange(stray, names, known);
  return plan;
}

function isNumericSetting(name: string): name is Exclude<keyof FaultSettings, 'reason'> {
  return Object.hasOwn(BOUNDS, name);
}

function checkSettings(settings: Readonly<Record<string, unknown>>, { bounds }: FaultDescription): void {
  for (const [name, value] of Object.entries(settings)) {
    if (!Object.hasOwn(BOUNDS, name)) throw invalid('setting', name, SETTING_NAMES.join(', '));
    const [widestMin, widestMax, neutral] = BOUNDS[name as keyof FaultSettings];
    const [min, max] = bounds?.[name as 'sizeBytes' | 'count'] ?? [widestMin, widestMax];
    const measure = typeof value === 'string' ? value.length : value;
    const isInRange =
      typeof value === typeof neutral && typeof measure === 'number' && measure >= min && measure <= max;
    const isWhole = WHOLE.has(name);
    if (!isInRange || (isWhole && !Number.isInteger(value))) {
      const unit = typeof neutral === 'string' ? ' characters' : isWhole ? ', whole' : '';
      throw invalid(name, String(value), `${min} to ${max}${unit}`);
    }
    // Sockets throw for the others, and a URL may ask for any.
    const isSendable = name !== 'closeCode' || (typeof value === 'number' && isSendableCloseCode(value));
    if (!isSendable) throw invalid(name, String(value), 'a code that may be sent');
  }
}

function strange(setting: string, names: readonly string[], known: Partial<FaultSettings>): SandboxError {
  const wanted = Object.keys(known).join(', ') || 'none';
  return invalid(`setting of ${names.join(', ')}`.slice(0, MAX_SHOWN_CHARS), setting, wanted);
}

function invalid(option: string, actual: string, expected: string): SandboxError {
  return new SandboxError('invalid-option', `${option} is ${actual.slice(0, MAX_SHOWN_CHARS)}, wanted ${expected}.`, {
    option,
    expected,
  });
}
