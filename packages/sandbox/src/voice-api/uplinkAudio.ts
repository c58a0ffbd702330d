// This file takes the client's audio: rules C-08, C-09 and C-11, then samples for the agent.
import { LIMITS } from '@voicewire/protocol/voice-api';
import type { Clock } from '../clock.ts';
import { CadenceCheck } from '../hearing/cadenceCheck.ts';
import { Reframer } from '../hearing/reframer.ts';
import type { ConnectionLedger } from '../ledger/connectionLedger.ts';
import { bytesToPcm } from '../server/pcmBytes.ts';
import { SharedBufferCheck, describeWrongLength } from './frameLength.ts';
import type { VoiceApiBreaches } from './rules.ts';

/** What the vendor's own sample sends when it sends whole blocks: 4096 samples, 256 ms. Recorded, and its audio is used. */
const SAMPLE_BLOCK_BYTES = 8192;

/** Binary messages between `connected` and the end of the session. */
export class UplinkAudio {
  readonly #clock: Clock;
  readonly #ledger: ConnectionLedger;
  readonly #breaches: VoiceApiBreaches;
  readonly #cadence: CadenceCheck;
  readonly #sharedBuffers = new SharedBufferCheck();
  readonly #frame = new Int16Array(LIMITS.frameSamples);
  /** Counts the frames in messages of any length. */
  readonly #reframer: Reframer;

  /** `connected` was sent just now. */
  constructor(clock: Clock, ledger: ConnectionLedger, breaches: VoiceApiBreaches) {
    this.#clock = clock;
    this.#ledger = ledger;
    this.#breaches = breaches;
    this.#cadence = new CadenceCheck((severity, detail) => breaches.add('C-09', detail, severity));
    this.#cadence.begin(clock.nowMs());
    this.#reframer = new Reframer(LIMITS.frameSamples, () => this.#cadence.frame(clock.nowMs()));
  }

  /**
   * Takes one message.
   *
   * @returns Samples at 16 kHz, or nothing when the message is ignored: those of 640 bytes and the vendor's own blocks are
   *   used, under policy `record` all that hold whole samples. Valid until the next call.
   */
  receive(bytes: Uint8Array): Int16Array | undefined {
    const isFrame = bytes.length === LIMITS.frameBytes;
    if (!isFrame && !this.#isUsable(bytes)) return undefined;
    const pcm = bytesToPcm(bytes, isFrame ? this.#frame : undefined);
    this.#reframer.push(pcm);
    this.#ledger.recordReceivedAudio(pcm);
    return pcm;
  }

  /** Audio need not come any more. */
  end(): void {
    this.#cadence.end(this.#clock.nowMs());
  }

  /** Judges a message of a wrong length. */
  #isUsable(bytes: Uint8Array): boolean {
    const isSampleBlock = bytes.length === SAMPLE_BLOCK_BYTES;
    this.#breaches.add('C-08', describeWrongLength(bytes.length), isSampleBlock ? 'strict' : 'fatal');
    if (bytes.length > LIMITS.frameBytes && this.#sharedBuffers.isRepeated(bytes)) {
      this.#breaches.add(
        'C-11',
        `${bytes.length} bytes that mostly repeat the message before: the buffer behind a view`,
      );
      return false;
    }
    return isSampleBlock || (!this.#breaches.isEnforced && bytes.length > 0 && bytes.length % 2 === 0);
  }
}
