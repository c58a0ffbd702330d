// This file takes MP3 out of what a client sent over Amigo's socket, and decodes it with a decoder that nobody here wrote.
import { MPEGDecoder } from 'mpg123-decoder';
import { resample } from './speechFixture.ts';

/** One utterance as it was sent. */
export interface UploadedUtterance {
  readonly config: unknown;
  /** The bytes of each message. */
  readonly messages: readonly Uint8Array[];
  /** Whether `audio: null` ended it. */
  readonly isEnded: boolean;
}

/** @param sent Text messages in the order of their sending; what is no audio is passed over. */
export function collectUtterances(sent: readonly string[]): UploadedUtterance[] {
  const utterances: { config: unknown; messages: Uint8Array[]; isEnded: boolean }[] = [];
  for (const text of sent) {
    const { type, audio, audio_config: config } = JSON.parse(text) as Record<string, unknown>;
    if (type !== 'client.new-audio-message') continue;
    if (config !== undefined) utterances.push({ config, messages: [], isEnded: false });
    const current = utterances.at(-1);
    if (current === undefined) throw new Error('The first audio has no audio_config.');
    if (typeof audio === 'string') current.messages.push(Buffer.from(audio, 'base64'));
    else current.isEnded = true;
  }
  return utterances;
}

/** One stream of MP3, decoded and at 16 kHz. */
export async function decodeUtterance({ messages }: UploadedUtterance): Promise<Int16Array> {
  const decoder = new MPEGDecoder({ enableGapless: false });
  await decoder.ready;
  const { channelData, sampleRate, samplesDecoded } = decoder.decode(Buffer.concat(messages));
  const [left = new Float32Array(0), right = left] = channelData;
  if (!left.every((value, i) => value === right[i])) throw new Error('The channels differ.');
  decoder.free();
  const pcm = Int16Array.from(left.subarray(0, samplesDecoded), (value) => Math.round(value * 32_767));
  return resample(pcm, sampleRate, 16_000);
}
