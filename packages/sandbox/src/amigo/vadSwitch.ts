// This file switches turn detection on and off, each with an acknowledgement that takes its time: rules.
import type { ServerMessage } from '@voicewire/protocol/amigo';
import { LIMITS } from '@voicewire/protocol/amigo';
import type { Clock } from '../clock.ts';
import type { Severity } from '../ledger/records.ts';
import type { AmigoFaults } from './faults.ts';
import type { AmigoSettings } from './options.ts';
import type { RuleId } from './rules.ts';

/** Who waited so long for an acknowledgement may ask again, in ms. */
const PATIENCE_MS = 5000;

/** What the switch talks to. */
export interface VadSwitchPorts {
  readonly clock: Clock;
  readonly settings: AmigoSettings;
  readonly faults: AmigoFaults;
  add(ruleId: RuleId, detail: string, severity?: Severity): void;
  send(message: ServerMessage): void;
  /** Sends what a client waits for: from now on it may rely on `isOn`. */
  acknowledge(message: ServerMessage, isOn: boolean): void;
  /** Asked for; the acknowledgement is still to come. */
  onSwitching(isOn: boolean): void;
  /** It holds from now on. */
  onSwitched(isOn: boolean): void;
}

/**
 *   state      input           next       effect
 *   off        request on      enabling   onSwitching
 *   enabling   vadOnDelayMs    on         onSwitched, vad-mode-switched true
 *   on         request off     disabling  onSwitching
 *   disabling  vadOffDelayMs   off        onSwitched, vad-mode-switched false
 *   off, on    the same again  same       vad-mode-switched
 *   enabling, disabling  request         the later wish counts; A-44
 */
export class VadSwitch {
  readonly #ports: VadSwitchPorts;
  #state: 'off' | 'enabling' | 'on' | 'disabling' = 'off';
  #requestedAtMs = 0;
  #timers: unknown[] = [];

  constructor(ports: VadSwitchPorts) {
    this.#ports = ports;
  }

  /** True between a request and its acknowledgement. */
  get isSwitching(): boolean {
    return this.#state === 'enabling' || this.#state === 'disabling';
  }

  /** On, or about to be; also while it is being switched off. */
  get isOn(): boolean {
    return this.#state !== 'off';
  }

  request(isOn: boolean): void {
    const isSame = isOn === (this.#state === 'on' || this.#state === 'enabling');
    if (this.isSwitching) {
      this.#judgeRepetition(isSame);
      if (isSame) return;
    } else if (isSame) {
      this.#say(isOn);
      return;
    }
    this.#clearTimers();
    this.#state = isOn ? 'enabling' : 'disabling';
    this.#requestedAtMs = this.#ports.clock.nowMs();
    this.#ports.onSwitching(isOn);
    const { vadOnDelayMs, vadOffDelayMs } = this.#ports.settings;
    const delayMs = isOn ? vadOnDelayMs : vadOffDelayMs;
    if (delayMs !== 'never') this.#arm(delayMs, () => this.#acknowledge(isOn));
    if (isOn || !this.#ports.faults.has('stray-vad-on')) return;
    this.#arm((delayMs === 'never' ? LIMITS.vadOffMs : delayMs) / 2, () => this.#say(true));
  }

  /** The session is over. */
  stop(): void {
    this.#clearTimers();
  }

  #judgeRepetition(isSame: boolean): void {
    const waitedMs = Math.round(this.#ports.clock.nowMs() - this.#requestedAtMs);
    const detail = `switch-vad-mode again ${waitedMs} ms after the one before, which is not acknowledged`;
    this.#ports.add('A-44', detail, isSame && waitedMs >= PATIENCE_MS ? 'note' : 'strict');
  }

  #acknowledge(isOn: boolean): void {
    this.#state = isOn ? 'on' : 'off';
    this.#clearTimers();
    // What is still to be said of the time with turn detection comes before "off", what is new after "on".
    if (isOn) this.#ports.acknowledge(switched(isOn), isOn);
    this.#ports.onSwitched(isOn);
    if (!isOn) this.#ports.acknowledge(switched(isOn), isOn);
  }

  #say(isOn: boolean): void {
    this.#ports.send(switched(isOn));
  }

  #arm(delayMs: number, act: () => void): void {
    this.#timers.push(this.#ports.clock.setTimer(delayMs, act));
  }

  #clearTimers(): void {
    for (const timer of this.#timers) this.#ports.clock.clearTimer(timer);
    this.#timers = [];
  }
}

function switched(isOn: boolean): ServerMessage {
  return { type: 'server.vad-mode-switched', current_vad_mode_on: isOn };
}
