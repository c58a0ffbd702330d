// This file turns the pieces of one spoken message into audio whose format is known, since the vendor does not name it.
import type { AudioFormat, PcmFormat } from '../neutral/audioFormat.ts';
import type { ParseIssue } from '../neutral/parseResult.ts';
import { type Base64DecoderOptions, decodeBase64 } from '../wire/base64Decode.ts';
import { sniffAudio } from '../wire/sniffAudio.ts';
import { WAV_FORMAT_PCM, readWavHeader } from '../wire/wavHeader.ts';

/** What one piece gives. */
export interface AudioPiece {
  /** Samples come whole. Absent while the format is not known, and where there is nothing new. */
  readonly audio?: { readonly bytes: Uint8Array; readonly format: AudioFormat };
  readonly issues: readonly ParseIssue[];
}

/** Options of one message's audio. */
export interface ReplyAudioOptions extends Base64DecoderOptions {
  /** What samples without a header are. */
  readonly rawFormat: PcmFormat;
}

type State =
  /** Nobody knows yet what this is; `bytes` wait. */
  | { readonly phase: 'sniffing'; readonly bytes: Uint8Array }
  /** `leftBytes` of a WAV file's data are still to come. */
  | { readonly phase: 'flowing'; readonly format: AudioFormat; readonly leftBytes: number; readonly odd: Uint8Array }
  | { readonly phase: 'unplayable' };

const EMPTY = new Uint8Array(0);

/** Reads one message's audio. Each piece is base64 of its own; the bytes of all pieces are one stream. */
export class ReplyAudio {
  readonly #options: ReplyAudioOptions;
  #state: State = { phase: 'sniffing', bytes: EMPTY };

  constructor(options: ReplyAudioOptions) {
    this.#options = options;
  }

  /** Takes the next piece. Never throws. */
  take(base64: string, isLast: boolean): AudioPiece {
    const { bytes, droppedCharCount } = decodeBase64(base64, this.#options);
    const issues: ParseIssue[] = [];
    if (droppedCharCount > 0) {
      issues.push({ path: ['message'], expected: 'base64', received: `${droppedCharCount} other characters` });
    }
    const rest =
      this.#state.phase === 'sniffing' ? this.#sniff(concat(this.#state.bytes, bytes), isLast, issues) : bytes;
    return { ...this.#flow(rest), issues };
  }

  /** Gives what can be played of `bytes`, all that has come so far; keeps them while that is not clear. */
  #sniff(bytes: Uint8Array, isLast: boolean, issues: ParseIssue[]): Uint8Array {
    const kind = bytes.length === 0 && !isLast ? undefined : sniffAudio(bytes, isLast);
    if (kind === 'wav') return this.#openWav(bytes, isLast, issues);
    if (kind === undefined) {
      this.#state = { phase: 'sniffing', bytes };
      return EMPTY;
    }
    this.#start(kind === 'mp3' ? { encoding: 'mp3' } : this.#options.rawFormat, Number.POSITIVE_INFINITY);
    return bytes;
  }

  #openWav(bytes: Uint8Array, isLast: boolean, issues: ParseIssue[]): Uint8Array {
    const result = readWavHeader(bytes);
    if (result.status === 'incomplete' && !isLast) {
      this.#state = { phase: 'sniffing', bytes };
      return EMPTY;
    }
    if (result.status === 'complete') {
      const { formatTag, channelCount, bitsPerSample, sampleRate, dataOffsetBytes, dataBytes } = result.header;
      if (formatTag === WAV_FORMAT_PCM && channelCount === 1 && bitsPerSample === 16) {
        this.#start({ encoding: 'pcm-s16le', sampleRate }, dataBytes ?? Number.POSITIVE_INFINITY);
        return bytes.subarray(dataOffsetBytes);
      }
    }
    this.#state = { phase: 'unplayable' };
    issues.push({ path: ['message'], expected: 'a WAV file of mono 16-bit PCM', received: 'another WAV file' });
    return EMPTY;
  }

  #start(format: AudioFormat, leftBytes: number): void {
    this.#state = { phase: 'flowing', format, leftBytes, odd: EMPTY };
  }

  #flow(bytes: Uint8Array): Pick<AudioPiece, 'audio'> {
    if (this.#state.phase !== 'flowing') return {};
    const { format, leftBytes, odd } = this.#state;
    // What follows the data of a WAV file is not audio.
    const fresh = bytes.subarray(0, Math.min(bytes.length, leftBytes));
    const joined = concat(odd, fresh);
    const wholeBytes = format.encoding === 'mp3' ? joined.length : joined.length & ~1;
    this.#state = { ...this.#state, leftBytes: leftBytes - fresh.length, odd: joined.subarray(wholeBytes) };
    return wholeBytes === 0 ? {} : { audio: { bytes: joined.subarray(0, wholeBytes), format } };
  }
}

function concat(head: Uint8Array, tail: Uint8Array): Uint8Array {
  if (head.length === 0) return tail;
  const joined = new Uint8Array(head.length + tail.length);
  joined.set(head);
  joined.set(tail, head.length);
  return joined;
}
