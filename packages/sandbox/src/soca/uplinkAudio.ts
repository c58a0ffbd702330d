// This file takes the client's audio: rules D-05, D-06 and D-09, then samples for the agent.
import { LIMITS } from '@voicewire/protocol/soca';
import type { Clock } from '../clock.ts';
import { CadenceCheck } from '../hearing/cadenceCheck.ts';
import type { ConnectionLedger } from '../ledger/connectionLedger.ts';
import { bytesToPcm } from '../server/pcmBytes.ts';
import type { SocaBreaches } from './breaches.ts';

const { frameSamples, frameBytes, maxFrameBytes, sampleRate } = LIMITS;
/** Jitter and one message of 50 ms, in ms. */
const BACKLOG_TOLERANCE_MS = 100;
/** When what was kept has come, at twice real time; being ahead later is another matter. */
const CATCH_UP_MS = 3000;
/** Lengths that are reported once each. */
const MAX_NOTED_LENGTHS = 8;

/** Binary messages between `stt.ready` and the end of the session. */
export class UplinkAudio {
  readonly #clock: Clock;
  readonly #ledger: ConnectionLedger;
  readonly #breaches: SocaBreaches;
  readonly #maxBacklogMs: number;
  readonly #cadence: CadenceCheck;
  readonly #startedAtMs: number;
  readonly #notedLengths = new Set<number>();
  /** Samples that do not fill 20 ms yet. */
  #partSamples = 0;
  #receivedSamples = 0;
  #worstBacklogMs = 0;
  #lastFrameAtMs = Number.NEGATIVE_INFINITY;

  /**
   * `stt.ready` was sent just now.
   *
   * @param maxBacklogMs How old the first sample may be.
   */
  constructor(clock: Clock, ledger: ConnectionLedger, breaches: SocaBreaches, maxBacklogMs: number) {
    this.#clock = clock;
    this.#ledger = ledger;
    this.#breaches = breaches;
    this.#maxBacklogMs = maxBacklogMs;
    this.#startedAtMs = clock.nowMs();
    this.#cadence = new CadenceCheck((severity, detail) => breaches.add('D-09', detail, severity));
    this.#cadence.begin(this.#startedAtMs);
  }

  /**
   * Takes one message of even length.
   *
   * @returns Its samples at 16 kHz.
   */
  receive(bytes: Uint8Array): Int16Array {
    this.#judgeLength(bytes.length);
    const pcm = bytesToPcm(bytes);
    this.#ledger.recordReceivedAudio(pcm);
    this.#judgeBacklog(pcm.length);
    this.#judgePace(pcm.length);
    return pcm;
  }

  /** Audio need not come any more. */
  end(): void {
    this.#cadence.end(this.#clock.nowMs());
  }

  /** Once per length: a client that chose one keeps to it. */
  #judgeLength(sizeBytes: number): void {
    if (sizeBytes <= frameBytes || this.#notedLengths.has(sizeBytes)) return;
    if (this.#notedLengths.size >= MAX_NOTED_LENGTHS) return;
    this.#notedLengths.add(sizeBytes);
    const severity = sizeBytes > maxFrameBytes ? 'strict' : 'note';
    const lengthMs = Math.round((sizeBytes * 500) / sampleRate);
    this.#breaches.add(
      'D-06',
      `${sizeBytes} bytes, ${lengthMs} ms, wanted ${frameBytes}, at most ${maxFrameBytes}`,
      severity,
    );
  }

  /** A long message comes when its last sample is there: each 20 ms of it counts as sent when it was recorded. */
  #judgePace(samples: number): void {
    this.#partSamples += samples;
    for (; this.#partSamples >= frameSamples; this.#partSamples -= frameSamples) {
      const sinceMs = ((this.#partSamples - frameSamples) * 1000) / sampleRate;
      this.#lastFrameAtMs = Math.max(this.#lastFrameAtMs, this.#clock.nowMs() - sinceMs);
      this.#cadence.frame(this.#lastFrameAtMs);
    }
  }

  #judgeBacklog(samples: number): void {
    this.#receivedSamples += samples;
    const elapsedMs = this.#clock.nowMs() - this.#startedAtMs;
    const backlogMs = (this.#receivedSamples * 1000) / sampleRate - elapsedMs;
    const limitMs = this.#maxBacklogMs + BACKLOG_TOLERANCE_MS;
    if (this.#worstBacklogMs <= limitMs && backlogMs > limitMs && elapsedMs <= CATCH_UP_MS) {
      const wanted = `wanted at most ${this.#maxBacklogMs} ms`;
      this.#breaches.add('D-05', `audio from ${Math.round(backlogMs)} ms before it was sent, ${wanted}`);
    }
    this.#worstBacklogMs = Math.max(this.#worstBacklogMs, backlogMs);
  }
}
