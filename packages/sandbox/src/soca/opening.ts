// This file leads a connection from the open socket to the moment when the server listens: start, ready, stt.ready.
import type { ServerMessage } from '@voicewire/protocol/soca';
import { ERROR_MESSAGES } from '@voicewire/protocol/soca';
import type { FaultSettings } from '../server/faultPlan.ts';
import type { TimerSet } from '../server/timerSet.ts';
import type { SocaBreaches } from './breaches.ts';
import type { KnownSession } from './sessionBook.ts';
import type { SocaSessionPorts } from './sessionPorts.ts';
import { SESSION_NOT_FOUND, judgeStart } from './startMessage.ts';

/** The vendor names no close code but 1000; this is that of RFC 6455 for a client that does not follow the rules. */
export const POLICY_CLOSE_CODE = 1008;
const SETUP_ERROR = 'Could not start the session';
const SESSION_IN_USE = 'Session in use';

/** What an opening does to its connection. */
export interface OpeningEffects {
  send(message: ServerMessage): void;
  /** Closes after `delayMs`; never, when that is negative. */
  closeLater(delayMs: number, code: number): void;
  /** From now on, a silent client is let go some time. */
  watchIdle(): void;
  /** `start` was taken. */
  begun(session: KnownSession): void;
  /** `stt.ready` is due. */
  listen(session: KnownSession): void;
}

/** One connection's. */
export class Opening {
  readonly #ports: SocaSessionPorts;
  readonly #timers: TimerSet;
  readonly #breaches: SocaBreaches;
  readonly #effects: OpeningEffects;

  /** The socket is open. */
  constructor(ports: SocaSessionPorts, timers: TimerSet, breaches: SocaBreaches, effects: OpeningEffects) {
    this.#ports = ports;
    this.#timers = timers;
    this.#breaches = breaches;
    this.#effects = effects;
    const { startTimeoutMs } = ports.settings;
    timers.set(startTimeoutMs, () => {
      breaches.addWithoutFrame('D-01', `no start within ${startTimeoutMs} ms of opening`);
      if (breaches.isEnforced) this.#refuse(ERROR_MESSAGES.mustStart, undefined, undefined);
      else effects.watchIdle();
    });
  }

  /** A message came before the session began. */
  take(data: string | Uint8Array): void {
    const { settings, conditions, sessions, services } = this.#ports;
    const ports = { settings, profile: conditions.profile, sessions, breaches: this.#breaches };
    const { start, refusal } = judgeStart(data, ports);
    const session = start === undefined ? undefined : sessions.find(start.sessionId, start.agentId);
    const fault = this.#findRefusal(session);
    const isRefused = fault !== undefined || (refusal !== undefined && this.#breaches.isEnforced);
    if (session !== undefined) {
      for (const { ruleId, detail } of sessions.start(session, isRefused, services.clock.nowMs())) {
        this.#breaches.add(ruleId, detail);
      }
    }
    if (isRefused) this.#refuse(refusal ?? fault?.message ?? '', session, fault?.settings);
    else if (session !== undefined) this.#begin(session);
    // Under policy `record`, what is no start at all leaves the session waiting for one.
  }

  /** The fault that refuses a start, whatever it says. */
  #findRefusal(session: KnownSession | undefined): { message: string; settings: FaultSettings } | undefined {
    const { faults } = this.#ports;
    const candidates = [
      { name: 'auth-failed', message: ERROR_MESSAGES.invalidToken, applies: true },
      { name: 'session-gone', message: SESSION_NOT_FOUND, applies: (session?.startsAtMs.length ?? 0) > 0 },
      { name: 'second-refused', message: SESSION_IN_USE, applies: (session?.open.size ?? 0) > 0 },
    ] as const;
    for (const { name, message, applies } of candidates) {
      const settings = faults.find(name);
      if (applies && settings !== undefined) return { message, settings };
    }
    return undefined;
  }

  #refuse(message: string, session: KnownSession | undefined, fault: FaultSettings | undefined): void {
    const { settings, sessions, services } = this.#ports;
    this.#timers.clearAll();
    this.#effects.send({ type: 'error', message });
    if (session !== undefined) sessions.refused(session, services.clock.nowMs());
    const closeAfterMs = fault?.closeAfterMs ?? (settings.afterError === 'keep-open' ? -1 : 0);
    if (closeAfterMs < 0) this.#effects.watchIdle();
    else this.#effects.closeLater(closeAfterMs, POLICY_CLOSE_CODE);
  }

  #begin(session: KnownSession): void {
    const { faults, settings, sessions } = this.#ports;
    this.#timers.clearAll();
    if (faults.has('older-closed')) sessions.closeOpen(session);
    this.#effects.begun(session);
    this.#effects.watchIdle();
    if (faults.has('never-ready')) return;
    const failure = faults.find('setup-failed');
    this.#timers.set(faults.find('late-ready')?.delayMs ?? settings.readyDelayMs, () => {
      if (failure === undefined) return this.#becomeReady(session);
      this.#effects.send({ type: 'error', message: SETUP_ERROR });
      this.#effects.closeLater(failure.closeAfterMs, failure.closeCode);
    });
  }

  #becomeReady(session: KnownSession): void {
    const { faults, settings } = this.#ports;
    const isSwapped = faults.has('stt-ready-first');
    const sayReady = (): void => this.#effects.send({ type: 'ready', session_id: session.id });
    if (isSwapped) this.#effects.listen(session);
    else sayReady();
    if (faults.has('never-stt-ready')) return;
    const delayMs = faults.find('late-stt-ready')?.delayMs ?? settings.sttReadyDelayMs;
    this.#timers.set(delayMs, () => (isSwapped ? sayReady() : this.#effects.listen(session)));
  }
}
