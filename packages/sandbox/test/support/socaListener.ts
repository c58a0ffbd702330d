// This file hears a Soca server the way the project's own client does: through its protocol session, then an MP3 decoder.
import type { SessionEvent } from '@voicewire/protocol';
import { soca } from '@voicewire/protocol/soca';
import { AGENT_ID } from './socaRig.ts';
import type { Received } from './testClient.ts';
import type { DecodedMp3 } from './mp3Decoding.ts';
import { decodeMp3 } from './mp3Decoding.ts';

const CREDENTIALS = { privateKey: 'demo-key', sessionId: 'a-session' };

/** What came out of one sentence. */
export interface HeardStream {
  readonly streamId: string;
  readonly generation: string;
  readonly bytes: Uint8Array;
  /** True when its end was reported. */
  readonly isEnded: boolean;
}

/** Everything that the session said about what was received. */
export interface Heard {
  readonly events: readonly SessionEvent[];
  /** In the order of their first audio. */
  readonly streams: readonly HeardStream[];
}

/** Gives a session everything that was received, and lets its waits run out at the end. */
export function listenTo(received: readonly Received[]): Heard {
  const session = soca({ agentId: AGENT_ID, credentials: CREDENTIALS }).createSession(CREDENTIALS);
  const events: SessionEvent[] = [...session.open().events];
  for (const { data } of received) events.push(...session.receive(data).events);
  const wait = session.pendingWait();
  if (wait !== undefined) events.push(...session.expireWait(wait).events);
  return { events, streams: collectStreams(events) };
}

/** Decodes each stream by itself, as each sentence needs it. */
export async function decodeAll(streams: readonly HeardStream[]): Promise<readonly DecodedMp3[]> {
  const decoded: DecodedMp3[] = [];
  // One decoder for all, so one after another.
  for (const { bytes } of streams) decoded.push(await decodeMp3(bytes));
  return decoded;
}

function collectStreams(events: readonly SessionEvent[]): readonly HeardStream[] {
  const parts = new Map<string, { generation: string; pieces: Uint8Array[]; isEnded: boolean }>();
  for (const event of events) {
    if (event.type === 'agentAudio') {
      const streamId = event.streamId ?? '';
      const part = parts.get(streamId) ?? { generation: event.generation ?? '', pieces: [], isEnded: false };
      part.pieces.push(event.bytes);
      parts.set(streamId, part);
    } else if (event.type === 'agentAudioEnded') {
      const part = parts.get(event.streamId ?? '');
      if (part !== undefined) part.isEnded = true;
    }
  }
  return [...parts].map(([streamId, { generation, pieces, isEnded }]) => ({
    streamId,
    generation,
    bytes: new Uint8Array(Buffer.concat(pieces)),
    isEnded,
  }));
}
