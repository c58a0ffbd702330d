// This file describes a vendor to its contract, and leads a conversation with one session of it.
import { expect } from 'vitest';
import type { CloseVerdict, EndCause, SessionCommand, SessionEvent } from '../session.ts';
import type { ResumePoint, SessionStep, Vendor, VendorSession } from '../vendor.ts';

/** Data as a socket carries it. */
export type Wire = string | Uint8Array;

/** What the contract needs to know about one vendor: samples of its wire and what they mean. */
export interface VendorSubject {
  readonly createVendor: () => Vendor;
  /** Usable credentials, as a source would give them. */
  readonly credentials: unknown;
  /** Every secret in `credentials`. */
  readonly secrets: readonly string[];
  /** Credentials that must be refused, by name. */
  readonly unusableCredentials: Readonly<Record<string, unknown>>;
  /** What the server says, in order, until audio may flow. */
  readonly acceptance: readonly Wire[];
  /** What the server says when the agent listens. */
  readonly readiness: readonly Wire[];
  /** One message of agent audio, and the bytes in it. */
  readonly agentAudio: { readonly wire: Wire; readonly bytes: Uint8Array };
  /**
   * Ways in which the server ends a session, by name; empty where it only ever closes the socket. `{secret}` in a wire
   * stands for the session's own secret.
   */
  readonly farewells: Readonly<
    Record<string, { readonly wire: string; readonly cause: EndCause; readonly verdict: Verdict }>
  >;
  /** Messages that report a failure. `{secret}` as above. */
  readonly errors: readonly string[];
  readonly unknownMessage: string;
  readonly unreadable: readonly Wire[];
  /** One legal uplink message of audio. */
  readonly uplinkAudio: Uint8Array;
  /** Uplink audio that must be refused, by name. */
  readonly unusableUplinkAudio: Readonly<Record<string, Uint8Array>>;
  /** What the server says, in order, until audio may flow in a session that is taken up again; where that is possible. */
  readonly resumption?: readonly Wire[];
}

type Verdict = Pick<CloseVerdict, 'code' | 'retry'>;

const AFTER_ACCEPTANCE: ReadonlySet<SessionEvent['type']> = new Set([
  'agentReady',
  'uplinkOpened',
  'uplinkClosed',
  'agentText',
  'agentAudio',
  'agentAudioEnded',
  'filler',
  'interrupted',
  'transcript',
  'turnCompleted',
]);
const UPLINK_TYPES: ReadonlySet<SessionEvent['type']> = new Set(['uplinkOpened', 'uplinkClosed', 'sessionEnded']);

/** A session on the subject's credentials, and everything it has said. */
export class Conversation {
  readonly session: VendorSession;
  readonly events: SessionEvent[] = [];
  isClosed = false;
  readonly #shown: string[] = [];

  constructor(
    readonly subject: VendorSubject,
    resume?: ResumePoint,
  ) {
    const vendor = subject.createVendor();
    this.session = vendor.createSession(usable(vendor, subject.credentials), resume);
  }

  open(): this {
    this.#take(this.session.open());
    return this;
  }

  receive(...wires: readonly Wire[]): this {
    for (const wire of wires) this.#take(this.session.receive(wire));
    return this;
  }

  accept(): this {
    return this.open().receive(...this.subject.acceptance);
  }

  /** Ends the accepted session: by some farewell of the server's, or by leaving where there is none. */
  end(): this {
    const [farewell] = Object.values(this.subject.farewells);
    if (farewell) return this.receive(farewell.wire);
    const result = this.session.command({ type: 'leave' });
    expect(result.ok, 'leave').toBe(true);
    if (result.ok) this.#take(result.step);
    return this;
  }

  /** True when the command was taken. */
  command(command: SessionCommand): boolean {
    const result = this.session.command(command);
    if (result.ok) this.#take(result.step);
    else expect(result.issues.length).toBeGreaterThan(0);
    return result.ok;
  }

  /** True when the audio was taken. */
  sendAudio(bytes: Uint8Array): boolean {
    return this.command({ type: 'sendAudio', bytes });
  }

  /** The socket closes. */
  close(code = 1000): CloseVerdict {
    this.isClosed = true;
    return this.session.closed({ code, reason: '', wasOpen: true });
  }

  /** Lets the time of whatever is awaited run out. */
  expire(): this {
    const wait = this.session.pendingWait();
    if (wait) this.#take(this.session.expireWait(wait));
    return this;
  }

  /** Whether the session has said that audio is legal, and has not taken it back. */
  get isUplinkOpen(): boolean {
    const said = this.events.filter(({ type }) => UPLINK_TYPES.has(type));
    return said.at(-1)?.type === 'uplinkOpened';
  }

  count(type: SessionEvent['type']): number {
    return this.events.filter((event) => event.type === type).length;
  }

  /** Throws when an order of events, or a text in one, is not as promised. */
  expectPromisesKept(): void {
    const types = this.events.map((event) => event.type);
    expect(this.count('sessionAccepted'), 'sessionAccepted').toBeLessThanOrEqual(1);
    expect(this.count('agentReady'), 'agentReady').toBeLessThanOrEqual(1);
    expect(this.count('sessionEnded'), 'sessionEnded').toBeLessThanOrEqual(1);
    const acceptedAt = types.indexOf('sessionAccepted');
    const endedAt = types.indexOf('sessionEnded');
    for (const [at, type] of types.entries()) {
      if (!AFTER_ACCEPTANCE.has(type)) continue;
      expect(acceptedAt, `${type} before sessionAccepted`).not.toBe(-1);
      expect(at, `${type} before sessionAccepted`).toBeGreaterThan(acceptedAt);
      if (endedAt !== -1) expect(at, `${type} after sessionEnded`).toBeLessThan(endedAt);
    }
    this.expectNoSecrets(JSON.stringify(this.events), ...this.#shown);
  }

  expectNoSecrets(...texts: readonly string[]): void {
    for (const secret of this.subject.secrets) for (const text of texts) expect(text).not.toContain(secret);
  }

  #take(step: SessionStep): void {
    this.events.push(...step.events);
    for (const { redacted } of step.send) this.#shown.push(redacted);
  }
}

/** The subject's credentials as the vendor reads them. */
export function usable(vendor: Vendor, credentials: unknown): unknown {
  const parsed = vendor.parseCredentials(credentials);
  if (!parsed.ok) throw new Error(`The subject's credentials are refused: ${JSON.stringify(parsed.issues)}`);
  return parsed.message;
}

/** A sample of the subject's wire in which its first secret stands for the placeholder. */
export function quoteSecret(subject: VendorSubject, wire: string): string {
  return wire.replaceAll('{secret}', subject.secrets[0] ?? '');
}
