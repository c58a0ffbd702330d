// This file defines what the sandbox asks of a vendor's server, and what it lends to it.
import type { Clock } from '../clock.ts';
import type { SpeechDetector, TurnOptions } from '../hearing/hearing.ts';
import type { PcmStore } from '../hearing/pcmTail.ts';
import type { Transcriber } from '../hearing/transcriber.ts';
import type { LedgerBook } from '../ledger/ledger.ts';
import type { Random } from '../random.ts';
import type { FrameTicker } from '../speech/frameTicker.ts';
import type { Mp3Codec } from '../speech/mp3Codec.ts';
import type { Voice } from '../speech/voice.ts';
import type { Conditions } from './conditions.ts';
import type { IncomingConnection } from './connection.ts';
import type { HttpRequest, HttpResponse, Target } from './http.ts';

/** Converts one mono stream from one sample rate to another; `Dsp.createResampler` makes one. */
export interface StreamResampler {
  /** How far the output lags the input, in samples at the output rate. */
  readonly groupDelaySamples: number;
  /** @param input Samples in [-1, 1], at most 4096. @returns A view that is valid until the next call. */
  process(input: Float32Array): Float32Array;
  /** The last `groupDelaySamples` samples; a view as well. */
  flush(): Float32Array;
  reset(): void;
  dispose(): void;
}

/** Rates in Hz, of those that `@voicewire/dsp-wasm` supports. */
export interface StreamResamplerOptions {
  readonly inputSampleRate: number;
  readonly outputSampleRate: number;
}

/** Shared machinery. */
export interface SandboxServices {
  readonly clock: Clock;
  /** Paces all speech. */
  readonly ticker: FrameTicker;
  /** Room for what users say. */
  readonly pcmStore: PcmStore;
  /** Wall clock, in ms since 1970. Runs with `clock`, so it never jumps. */
  nowEpochMs(): number;
  /** The sandbox's own; a connection draws from `Conditions.random` instead. */
  readonly random: Random;
  readonly ledger: LedgerBook;
  readonly voice: Voice;
  readonly turns: TurnOptions;
  /** Gives user speech its words; without one, speech is only described. */
  readonly transcriber: Transcriber | undefined;
  /** Encodes MP3; nothing until one is loaded: audio then leaves as PCM, where the vendor has it, or not at all. */
  readonly mp3: Mp3Codec | undefined;
  createDetector(): SpeechDetector;
  createResampler(options: StreamResamplerOptions): StreamResampler;
}

/** Why the body of a request did not come whole. */
export type BodyFailure = 'too-large' | 'stalled';

/** One vendor's protocol. A fourth vendor is one more of these. */
export interface VendorServer {
  /** For records. */
  readonly id: string;
  /** Longest request body on one of its paths, in bytes; a longer one gets 413. Default `MAX_BODY_BYTES`. */
  maxBodyBytes?(target: Target): number | undefined;
  /** How long a body on one of its paths may stall, in ms. Default `MAX_BODY_STALL_MS`. */
  maxBodyStallMs?(target: Target): number | undefined;
  /** Answers a request whose body did not come whole, and records it; `request.body` is empty. Default: 413 or 408. */
  refuseBody?(
    request: HttpRequest,
    target: Target,
    conditions: Conditions,
    failure: BodyFailure,
  ): HttpResponse | undefined;
  /** Answers a request on one of its paths, and records it; nothing for paths that are not its own. */
  handleRequest(request: HttpRequest, target: Target, conditions: Conditions): HttpResponse | undefined;
  /** Takes or refuses a socket on one of its paths; false, untouched, for paths that are not its own. */
  acceptConnection(connection: IncomingConnection, target: Target, conditions: Conditions): boolean;
  /** Tells every session that the server shuts down, and closes it. */
  drain(): void;
}
