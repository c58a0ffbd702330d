// This file turns the base64 text of audio streams into bytes: the only part of a session that has mutable state.
import type { Mp3Format } from '../neutral/audioFormat.ts';
import type { SessionEvent } from '../neutral/session.ts';
import type { PlatformBase64 } from '../neutral/vendor.ts';
import { Base64Decoder } from '../wire/base64Decode.ts';
import { failWith } from '../wire/issues.ts';
import { LIMITS } from './constants.ts';
import type { EncodedAudio, SpeechEvent } from './speech.ts';

/** The agent's audio. */
export const DOWNLINK_AUDIO: Mp3Format = { encoding: 'mp3', sampleRate: LIMITS.downlinkSampleRate };

/** The decoders of the open streams of one session. */
export class AudioDecoding {
  readonly #decoders = new Map<string, Base64Decoder>();
  readonly #base64: PlatformBase64;

  constructor(base64: PlatformBase64) {
    this.#base64 = base64;
  }

  /** Decodes what is still encoded among `events`. `openStreams` are the streams that may go on after them. */
  decode(events: readonly SpeechEvent[], openStreams: ReadonlySet<string>): readonly SessionEvent[] {
    const decoded = events.flatMap((event) => this.#decodeEvent(event));
    for (const streamId of this.#decoders.keys()) if (!openStreams.has(streamId)) this.#decoders.delete(streamId);
    return decoded;
  }

  #decodeEvent(event: SpeechEvent): readonly SessionEvent[] {
    if (event.type === 'encodedAudio') return this.#decodeAudio(event);
    if (event.type !== 'agentAudioEnded' || event.streamId === undefined) return [event];
    const { generation, streamId } = event;
    const decoder = this.#decoders.get(streamId);
    if (decoder === undefined || generation === undefined) return [event];
    const droppedBefore = decoder.droppedCharCount;
    const rest = decoder.flush();
    return [...toAudio(rest, generation, streamId), ...faultOf(decoder, droppedBefore), event];
  }

  #decodeAudio({ base64, generation, streamId }: EncodedAudio): readonly SessionEvent[] {
    const decoder = this.#decoders.get(streamId) ?? new Base64Decoder(this.#base64);
    this.#decoders.set(streamId, decoder);
    const droppedBefore = decoder.droppedCharCount;
    const bytes = decoder.decode(base64);
    return [...toAudio(bytes, generation, streamId), ...faultOf(decoder, droppedBefore)];
  }
}

function toAudio(bytes: Uint8Array, generation: string, streamId: string): readonly SessionEvent[] {
  return bytes.length === 0 ? [] : [{ type: 'agentAudio', bytes, format: DOWNLINK_AUDIO, generation, streamId }];
}

function faultOf({ droppedCharCount }: Base64Decoder, droppedBefore: number): readonly SessionEvent[] {
  const count = droppedCharCount - droppedBefore;
  if (count === 0) return [];
  const { issues } = failWith('base64', `${count} characters of something else`, ['audioBase64']);
  return [{ type: 'malformedMessage', issues }];
}
