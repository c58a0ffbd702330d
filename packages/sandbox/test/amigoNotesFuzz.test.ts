import { encodeMultipart } from '@voicewire/protocol/amigo-notes';
import type { FormPart } from '@voicewire/protocol/wire';
import type { SeededRandom } from '@voicewire/testkit';
import { assertAtMost, createSeededRandom } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { FAULTS } from '../src/amigo-notes/faults.ts';
import type { MemoryRequest } from '../src/memory.ts';
import { encodeWav } from '../src/speech/wavFile.ts';
import { FUZZ_REQUESTS, FUZZ_SEED, FUZZ_TIMEOUT_MS, fuzz } from './support/fuzzing.ts';
import { NotesClient } from './support/notesClient.ts';
import { createRig, makeUserSpeech } from './support/rig.ts';

const SEED = FUZZ_SEED;
const REQUESTS = FUZZ_REQUESTS.amigoNotes;
const WAV = encodeWav(makeUserSpeech(200), 16_000);

/** Statuses that the vendor's documents know, and those of HTTP that fit a path or a method. */
const KNOWN_STATUSES = new Set([
  200, 201, 204, 307, 400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 500, 502, 503,
]);

/** Changes, drops, doubles or repeats some bytes. */
function damage(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  if (random.next() < 0.4) return bytes;
  const damaged = Array.from(bytes);
  for (let count = 1 + Math.floor(random.next() * 4); count > 0; count--) {
    const at = Math.floor(random.next() * damaged.length);
    const rest = Math.floor(random.next() * 50);
    const deed = random.pick(['change', 'drop', 'double'] as const);
    if (deed === 'change') damaged[at] = Math.floor(random.next() * 256);
    else if (deed === 'drop') damaged.splice(at, rest);
    else damaged.splice(at, 0, ...damaged.slice(at, at + rest));
  }
  return Uint8Array.from(damaged);
}

/** The clips have every word: it could be spoken for hours. */
const LONG_TEXT = new TextEncoder().encode('one '.repeat(50_000));

function hostileForm(random: SeededRandom): { contentType: string; bytes: Uint8Array } {
  const names = ['initial_message_type', 'recorded_message', 'external_event_message_content', '__proto__', ''];
  const texts = ['user-message', 'skip', 'external-event', '', 'constructor', '2025-12-31T00:00:00Z', '\u0000\ud800'];
  const parts: FormPart[] = [];
  if (random.next() < 0.8) parts.push({ kind: 'text', name: 'initial_message_type', text: random.pick(texts) });
  while (random.next() < 0.3) parts.push({ kind: 'text', name: random.pick(names), text: random.pick(texts) });
  if (random.next() < 0.8) {
    const bytes = random.next() < 0.05 ? LONG_TEXT : damage(random.next() < 0.8 ? WAV : WAV.subarray(0, 44), random);
    parts.push({ kind: 'file', name: 'recorded_message', fileName: 'a.wav', contentType: 'audio/wav', bytes });
  }
  const { contentType, bytes } = encodeMultipart(parts, () => random.next());
  return { contentType, bytes: damage(bytes, random) };
}

function hostileQuery(random: SeededRandom): string {
  const pairs = [
    'request_format=voice',
    'response_format=voice',
    'response_format=text',
    'request_format=text',
    'request_audio_config=%7B%22type%22%3A%22pcm%22%2C%22frame_rate%22%3A16000%2C%22n_channels%22%3A1%2C%22sample_width%22%3A2%7D',
    'response_audio_format=%7B%22type%22%3A%22pcm%22%2C%22sample_rate%22%3A8000%7D',
    'request_audio_config=%7B%22__proto__%22%3A1%7D',
    `request_audio_config=${'%5B'.repeat(3000)}`,
    'current_agent_action_type=(a*)*b',
    'limit=-1',
    'is_finished=maybe',
    'continuation_token=1e308',
    'response_format=%E0%A4%A',
    'policy=record',
    'agent=echo',
    `fault=${random.pick(Object.keys(FAULTS))}`,
  ];
  return pairs.filter(() => random.next() < 0.35).join('&');
}

/** Right in all but the recording. */
function damagedNote(random: SeededRandom, token: string, id: string): MemoryRequest {
  const bytes = damage(WAV, random);
  const parts: FormPart[] = [
    { kind: 'text', name: 'initial_message_type', text: 'user-message' },
    { kind: 'file', name: 'recorded_message', fileName: 'a.wav', contentType: 'audio/wav', bytes },
  ];
  const form = encodeMultipart(parts, () => random.next());
  const config = encodeURIComponent('{"type":"pcm","frame_rate":16000,"n_channels":1,"sample_width":2}');
  return {
    url: `/v1/demo-org/conversation/${id}/interact?request_format=voice&response_format=text&request_audio_config=${config}`,
    headers: { authorization: `Bearer ${token}`, 'content-type': form.contentType },
    body: form.bytes,
  };
}

function hostileRequest(random: SeededRandom, token: string, id: string): MemoryRequest {
  const paths = [
    'conversation/',
    `conversation/${id}/interact`,
    `conversation/${id}/interact`,
    `conversation/${id}/interact`,
    `conversation/${id}/finish/`,
    `conversation/${id}/messages/${id}/source`,
    `conversation/${id}/messages/${id}/recording`,
    'user/signin_with_api_key',
    'conversation',
    `conversation/${'%'.repeat(500)}/interact`,
  ];
  if (random.next() < 0.2) return damagedNote(random, token, id);
  const form = hostileForm(random);
  const isForm = random.next() < 0.8;
  const headers: Record<string, string> = {
    ...(random.next() < 0.9 ? { authorization: `Bearer ${token}` } : { authorization: '\u0000' }),
    ...(random.next() < 0.5 ? { accept: 'application/x-ndjson' } : {}),
    ...(isForm ? { 'content-type': random.next() < 0.9 ? form.contentType : 'multipart/form-data; boundary="' } : {}),
    ...(random.next() < 0.3
      ? { 'x-api-key': 'demo-key', 'x-api-key-id': 'demo-key-id', 'x-user-id': 'demo-user' }
      : {}),
  };
  const json = random.pick([
    '',
    '{',
    '[]',
    '{"service_id":"65f0c2a19b7d4e0012ab34cd"}',
    '{"__proto__":{"x":1}}',
    '"\\ud800"',
  ]);
  return {
    method: random.pick(['POST', 'POST', 'POST', 'POST', 'GET', 'PUT', 'OPTIONS', 'HEAD']),
    url: `/v1/${random.next() < 0.95 ? 'demo-org' : '%00'}/${random.pick(paths)}?${hostileQuery(random)}`,
    headers,
    body: isForm ? form.bytes : json,
  };
}

describe('hostile clients of the HTTP API', () => {
  test(
    `${REQUESTS} requests: every one is answered as documented, nothing is thrown or left over (seed ${SEED})`,
    () => {
      const random = createSeededRandom(SEED);
      const { clock, sandbox, network } = createRig({ agent: 'conversation', amigoNotes: { quotaScope: 'off' } });
      const client = new NotesClient(network, clock);
      client.signIn();
      let id = client.create();
      const statuses = new Map<number, number>();
      fuzz(REQUESTS, (i) => {
        const answer = client.open(hostileRequest(random, client.token, id));
        expect(KNOWN_STATUSES).toContain(answer.status);
        statuses.set(answer.status ?? 0, (statuses.get(answer.status ?? 0) ?? 0) + 1);
        if (random.next() < 0.3) answer.cancel();
        clock.advanceMs(Math.floor(random.next() * 2000));
        if (i % 100 !== 99) return;
        clock.advanceMs(310_000);
        const list = client.list({ is_finished: false, limit: 1 });
        if (list.status !== 200) client.signIn();
        const unfinished = /"id":"([a-f0-9]{24})"/.exec(list.body)?.[1];
        id = unfinished ?? client.create();
      });
      // Enough of them got through to a stream, and enough were refused on the way there.
      expect(statuses.get(200) ?? 0).toBeGreaterThan(REQUESTS / 50);
      expect(statuses.get(422) ?? 0).toBeGreaterThan(REQUESTS / 50);
      expect(statuses.get(415) ?? 0).toBeGreaterThan(0);
      clock.advanceMs(310_000);
      expect(({} as Record<string, unknown>)['x']).toBeUndefined();
      assertAtMost('requests kept', sandbox.ledger.requests.length, 500, 'requests');
      assertAtMost('length of records', JSON.stringify(sandbox.ledger).length, 2_000_000, 'characters');
      // A good client is served as ever.
      client.signIn();
      const last = client.finish(client.openText(id, 'hello'));
      expect([200, 404, 409]).toContain(last.status);
      sandbox.close();
      clock.advanceMs(1);
      expect(clock.pendingTimerCount).toBe(0);
    },
    FUZZ_TIMEOUT_MS,
  );
});
