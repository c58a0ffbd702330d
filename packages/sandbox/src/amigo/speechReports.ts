// This file reports the user's speech where the server detects turns: its begin, its end, and the zero that times count from.
import type { ServerMessage } from '@voicewire/protocol/amigo';
import { AGENT_SAMPLE_RATE } from '../agents/agent.ts';
import type { Clock } from '../clock.ts';
import { TimerSet } from '../server/timerSet.ts';
import type { AmigoFaults } from './faults.ts';
import type { AmigoSettings } from './options.ts';

/** Length of what a false alarm takes for speech, in ms. */
const FALSE_ALARM_MS = 300;

/** What reports are made with. */
export interface SpeechReportsPorts {
  readonly clock: Clock;
  readonly settings: AmigoSettings;
  readonly faults: AmigoFaults;
  send(message: ServerMessage): void;
}

/**
 * Positions are counted in received samples at 16 kHz, times on the wire in seconds since the last zero.
 *
 *   state     input                   next      sent
 *   off       begin                   silent
 *   silent    speechStarted           speaking  vad-speech-started
 *   speaking  speechEnded             silent    vad-speech-ended, and vad-speech-reset-zero when it is time
 *   silent    fault false-alarm       alarmed   vad-speech-started
 *   alarmed   300 ms later            silent    vad-speech-ended without words
 *   silent    end                     off
 *   speaking  end                     ending
 *   ending    speechEnded             off       vad-speech-ended: a transcript may come late
 */
export class SpeechReports {
  readonly #ports: SpeechReportsPorts;
  readonly #timers: TimerSet;
  #state: 'off' | 'silent' | 'speaking' | 'alarmed' | 'ending' = 'off';
  #heardSamples = 0;
  #zeroSample = 0;
  #alarmSample = 0;

  constructor(ports: SpeechReportsPorts) {
    this.#ports = ports;
    this.#timers = new TimerSet(ports.clock);
  }

  /** So many samples more were heard. */
  hear(sampleCount: number): void {
    this.#heardSamples += sampleCount;
  }

  /** The server detects turns from now on; now is zero. */
  begin(): void {
    this.#state = 'silent';
    this.#zeroSample = this.#heardSamples;
    const alarm = this.#ports.faults.find('false-alarm');
    if (alarm !== undefined) this.#timers.set(alarm.delayMs, () => this.#raiseFalseAlarm());
  }

  /** It does no more. */
  end(): void {
    this.#endFalseAlarm();
    this.#state = this.#state === 'speaking' ? 'ending' : 'off';
    this.#timers.clearAll();
  }

  speechStarted(startSample: number): void {
    if (this.#state === 'off' || this.#state === 'ending') return;
    if (this.#state === 'alarmed') this.#endFalseAlarm();
    this.#state = 'speaking';
    this.#ports.send({ type: 'server.vad-speech-started', start: this.#secondsAt(startSample) });
    const reset = this.#ports.faults.find('zero-reset');
    if (reset === undefined) return;
    this.#timers.set(reset.delayMs, () => {
      if (this.#state === 'speaking') this.#moveZero();
    });
  }

  speechEnded({ startSample, endSample }: { startSample: number; endSample: number }, transcript: string): void {
    if (this.#state !== 'speaking' && this.#state !== 'ending') return;
    this.#state = this.#state === 'ending' ? 'off' : 'silent';
    const [start, end] = [this.#secondsAt(startSample), this.#secondsAt(endSample)];
    this.#ports.send({ type: 'server.vad-speech-ended', transcript, start, end });
    const { zeroResetAfterMs } = this.#ports.settings;
    if (this.#state === 'off' || zeroResetAfterMs === 'never') return;
    if (this.#secondsAt(this.#heardSamples) * 1000 > zeroResetAfterMs) this.#moveZero();
  }

  #moveZero(): void {
    const timestamp = this.#secondsAt(this.#heardSamples);
    this.#zeroSample = this.#heardSamples;
    this.#ports.send({ type: 'server.vad-speech-reset-zero', timestamp });
  }

  #raiseFalseAlarm(): void {
    if (this.#state !== 'silent') return;
    this.#state = 'alarmed';
    this.#alarmSample = this.#heardSamples;
    this.#ports.send({ type: 'server.vad-speech-started', start: this.#secondsAt(this.#alarmSample) });
    this.#timers.set(FALSE_ALARM_MS, () => this.#endFalseAlarm());
  }

  #endFalseAlarm(): void {
    if (this.#state !== 'alarmed') return;
    this.#state = 'silent';
    const [start, end] = [this.#secondsAt(this.#alarmSample), this.#secondsAt(this.#heardSamples)];
    this.#ports.send({ type: 'server.vad-speech-ended', transcript: '', start, end });
  }

  /** Negative for what was before the zero. */
  #secondsAt(sample: number): number {
    return Math.round(((sample - this.#zeroSample) * 1000) / AGENT_SAMPLE_RATE) / 1000;
  }
}
