// This file lets every invariant watch one session, and keeps what is needed to print and compare it.
import { INVARIANTS } from './invariants/index.ts';
import type { Breach, Invariant } from './invariants/invariant.ts';
import type { Observation } from './observation.ts';

/** Observations that are kept for the report of a breach. */
const KEPT_LINES = 30;
/** Breaches that are kept: the first ones tell. */
const MAX_BREACHES = 10;

export class SessionObserver {
  readonly breaches: Breach[] = [];
  private readonly judges;
  private readonly lines: string[] = [];
  private hash = 0x811c9dc5;
  private nowMs = 0;

  /** @param clock Virtual time. */
  constructor(
    private readonly clock: { nowMs(): number },
    invariants: readonly Invariant[] = INVARIANTS,
  ) {
    this.judges = invariants.map(({ id, watch }) =>
      watch((what) => {
        if (this.breaches.length < MAX_BREACHES) this.breaches.push({ invariant: id, atMs: this.nowMs, what });
      }),
    );
  }

  see(observation: Observation): void {
    this.nowMs = this.clock.nowMs();
    const line = describe(observation);
    if (line !== null) {
      this.addToHash(`${this.nowMs} ${line}`);
      this.lines.push(`${this.nowMs.toFixed(0).padStart(8)} ms  ${line}`);
      if (this.lines.length > KEPT_LINES && this.breaches.length === 0) this.lines.shift();
    }
    for (const judge of this.judges) judge.see(observation, this.nowMs);
  }

  /** Of everything but the audio itself. The same seed gives the same hash. */
  get logHash(): string {
    return this.hash.toString(16).padStart(8, '0');
  }

  /** What happened until the first breach, or last. */
  get lastLines(): readonly string[] {
    return this.lines.slice(0, KEPT_LINES + 1);
  }

  /** FNV-1a. */
  private addToHash(text: string): void {
    for (let i = 0; i < text.length; i++) this.hash = Math.imul(this.hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
}

/** One line of the log; null for what comes fifty times a second. Never a secret. */
function describe(observation: Observation): string | null {
  switch (observation.type) {
    case 'called':
    case 'settled': {
      const { type, call, method } = observation;
      return `${type} ${call} ${method}${type === 'settled' ? ` ${observation.code ?? 'granted'}` : ''}`;
    }
    case 'event':
      if (observation.name === 'raw') return null;
      return `event ${observation.name} ${describeEvent(observation.event)}`;
    case 'vendorSaid': {
      const { event, attempt } = observation;
      if (event.type === 'agentAudio') return null;
      return `vendor ${attempt} ${event.type}`;
    }
    case 'attemptBegun':
      return `attempt ${observation.attempt}${observation.resume === undefined ? '' : ' resuming'}`;
    case 'socketClosed':
      return `socketClosed ${observation.socket} ${observation.code}`;
    case 'socketCreated':
    case 'socketOpened':
    case 'socketClosing':
      return `${observation.type} ${observation.socket}`;
    case 'concluded': {
      const { uplink, downlink, output } = observation.stats;
      const counts = [uplink?.passedFrames, uplink?.sentMessages, downlink?.receivedBytes, output.writtenSamples];
      return `concluded ${observation.status} ${counts.join(' ')}`;
    }
    case 'timers':
    case 'signalListeners':
    case 'socketSent':
    case 'captured':
    case 'written':
    case 'heard':
    case 'audioSent':
    case 'resumePointTaken':
    case 'secretGiven':
      return null;
    default:
      return observation.type;
  }
}

function describeEvent(event: unknown): string {
  if (event instanceof Error) return `${event.name} ${'code' in event ? String(event.code) : ''}`;
  return JSON.stringify(event) ?? '';
}
