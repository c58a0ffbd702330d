// This file takes the client's audio: rules C-08, C-09 and C-11, then samples for the agent.
import { LIMITS } from '@voicewire/protocol/voice-api';
import type { Clock } from '../clock.ts';
import { CadenceCheck } from '../hearing/cadenceCheck.ts';
import type { ConnectionLedger } from '../ledger/connectionLedger.ts';
import { bytesToPcm } from '../server/pcmBytes.ts';
import { SharedBufferCheck, describeWrongLength } from './frameLength.ts';
import type { VoiceApiBreaches } from './rules.ts';

/** Binary messages between `connected` and the end of the session. */
export class UplinkAudio {
  readonly #clock: Clock;
  readonly #ledger: ConnectionLedger;
  readonly #breaches: VoiceApiBreaches;
  readonly #cadence: CadenceCheck;
  readonly #sharedBuffers = new SharedBufferCheck();

  /** `connected` was sent just now. */
  constructor(clock: Clock, ledger: ConnectionLedger, breaches: VoiceApiBreaches) {
    this.#clock = clock;
    this.#ledger = ledger;
    this.#breaches = breaches;
    this.#cadence = new CadenceCheck((severity, detail) => breaches.add('C-09', detail, severity));
    this.#cadence.begin(clock.nowMs());
  }

  /**
   * Takes one message.
   *
   * @returns 320 samples at 16 kHz, or nothing when the length is wrong: the message is then ignored.
   */
  receive(bytes: Uint8Array): Int16Array | undefined {
    if (bytes.length !== LIMITS.frameBytes) {
      this.#judgeLength(bytes);
      return undefined;
    }
    this.#cadence.frame(this.#clock.nowMs());
    const pcm = bytesToPcm(bytes);
    this.#ledger.recordReceivedAudio(pcm);
    return pcm;
  }

  /** Audio need not come any more. */
  end(): void {
    this.#cadence.end(this.#clock.nowMs());
  }

  #judgeLength(bytes: Uint8Array): void {
    this.#breaches.add('C-08', describeWrongLength(bytes.length));
    if (bytes.length > LIMITS.frameBytes && this.#sharedBuffers.isRepeated(bytes)) {
      this.#breaches.add(
        'C-11',
        `${bytes.length} bytes that mostly repeat the message before: the buffer behind a view`,
      );
    }
  }
}
