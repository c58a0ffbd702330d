// This file turns the agent's lines into the audio of one message, in the format that was asked for.
import type { InteractQuery } from '@voicewire/protocol/amigo-notes';
import { AGENT_SAMPLE_RATE } from '../agents/agent.ts';
import { pcmToBytes } from '../server/pcmBytes.ts';
import type { Mp3Codec, Mp3Shape } from '../speech/mp3Codec.ts';
import { concatenateBytes } from '../speech/mp3Codec.ts';
import type { RateConverter } from '../speech/rateConverter.ts';
import { streamedWavHeader } from '../speech/wavFile.ts';

/** Samples, mono and 16-bit. */
export interface PcmReplyFormat {
  readonly kind: 'pcm';
  readonly sampleRate: number;
  /** True for a WAV file, whose header leaves its length open. */
  readonly hasHeader: boolean;
}

/** What the bytes of a message are. */
export type ReplyFormat = PcmReplyFormat | { readonly kind: 'mp3'; readonly shape: Mp3Shape };

/** What replies are where nothing was asked for. */
export const DEFAULT_REPLY_FORMAT: PcmReplyFormat = { kind: 'pcm', sampleRate: AGENT_SAMPLE_RATE, hasHeader: false };

/** The format that a query asks for; of the two ways to ask, the newer one counts. */
export function replyFormatOf(query: Pick<InteractQuery, 'response_audio_format' | 'audio_format'>): ReplyFormat {
  const { response_audio_format: asked, audio_format: legacy } = query;
  if (asked?.type === 'pcm') return { kind: 'pcm', sampleRate: asked.sample_rate, hasHeader: false };
  // No page explains the width of MP3; as bytes per ms it would be 32 and 64 kbit/s, which suit the two rates.
  if (asked?.type === 'mp3') return mp3Format(asked.sample_rate, asked.sample_width === 4 ? 32 : 64);
  return legacy === 'mp3' ? mp3Format(44_100, 64) : DEFAULT_REPLY_FORMAT;
}

/** MP3 as it is sent unasked. */
export const FAULT_MP3_FORMAT: ReplyFormat = mp3Format(22_050, 32);

function mp3Format(sampleRate: 22_050 | 44_100, bitRateKbps: 32 | 64): ReplyFormat {
  return { kind: 'mp3', shape: { sampleRate, bitRateKbps, channelCount: 1 } };
}

/** Encodes one message, line by line. */
export class ReplyAudio {
  readonly #format: ReplyFormat;
  readonly #converter: RateConverter;
  readonly #mp3: Mp3Codec | undefined;
  #lineCount = 0;

  /** Without an encoder for MP3, a WAV file stands in for it. */
  constructor(format: ReplyFormat, converter: RateConverter, mp3: Mp3Codec | undefined) {
    const isPossible = format.kind === 'pcm' || mp3 !== undefined;
    this.#format = isPossible ? format : { kind: 'pcm', sampleRate: AGENT_SAMPLE_RATE, hasHeader: true };
    this.#converter = converter;
    this.#mp3 = mp3;
  }

  /** The bytes of the next line. @param pcm 16 kHz. */
  encode(pcm: Int16Array): Uint8Array {
    this.#lineCount += 1;
    const format = this.#format;
    if (format.kind === 'mp3') {
      const { shape } = format;
      const converted = this.#converter.convert(pcm, AGENT_SAMPLE_RATE, shape.sampleRate);
      return this.#mp3?.encode(converted, shape) ?? new Uint8Array(0);
    }
    const bytes = pcmToBytes(this.#converter.convert(pcm, AGENT_SAMPLE_RATE, format.sampleRate));
    const needsHeader = format.hasHeader && this.#lineCount === 1;
    return needsHeader ? concatenateBytes([streamedWavHeader(format.sampleRate), bytes]) : bytes;
  }
}
