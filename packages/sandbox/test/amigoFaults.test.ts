import { readWavHeader } from '@voicewire/protocol/wire';
import { describe, expect, test } from 'vitest';
import type { AmigoFault, AmigoFaultName } from '../src/amigo/faults.ts';
import { FAULTS } from '../src/amigo/faults.ts';
import type { SandboxBehaviour } from '../src/core.ts';
import { loadMp3Codec } from '../src/core.ts';
import type { AmigoClient } from './support/amigoRig.ts';
import { PCM_CONFIG, VOICE, bytesOf, createAmigoRig, piecesOf as pieces } from './support/amigoRig.ts';
import { makeUserSpeech } from './support/rig.ts';

const ACTIONS = 'response_format=voice&audio_format=pcm&current_agent_action_type=%5Eaction-';

/** A client that has been greeted for 8 s under the given faults. */
function greeted(faults: readonly AmigoFault[], query = VOICE, behaviour: SandboxBehaviour = {}) {
  const rig = createAmigoRig({ agent: 'conversation', amigo: { faults }, ...behaviour });
  return { rig, client: rig.converse({ query }).wait(8000) };
}

/** `action-too-long` actions, as decoded. */
const fillers = (client: AmigoClient): { readonly atMs: number; readonly filler: string }[] =>
  client.all('server.current-agent-action').map(({ atMs, action }) => ({ atMs, filler: String(action['filler']) }));

/** What each fault shows on the wire; every fault of the table must be in here. */
const SHOWS: Record<AmigoFaultName, () => void> = {
  'upgrade-refused': () => {
    const client = createAmigoRig({ amigo: { faults: ['upgrade-refused'] } }).connect();
    expect([client.socket.openedAtMs, client.closeCode]).toEqual([undefined, 1006]);
  },
  'no-echo': () => expect(createAmigoRig({ amigo: { faults: ['no-echo'] } }).connect().closeCode).toBe(1006),
  'wrong-echo': () => expect(createAmigoRig({ amigo: { faults: ['wrong-echo'] } }).connect().closeCode).toBe(1006),
  unauthorized() {
    expect(createAmigoRig({ amigo: { faults: ['unauthorized'] } }).connect().closeCode).toBe(3000);
    const rig = createAmigoRig({ amigo: { faults: ['unauthorized'], refusal: 'http' } });
    expect(rig.connect().socket.openedAtMs).toBeUndefined();
    expect(rig.sandbox.ledger.requests.at(-1)?.status).toBe(401);
  },
  forbidden: () => expect(createAmigoRig({ amigo: { faults: ['forbidden'] } }).connect().closeCode).toBe(3003),
  'never-created': () => expect(greeted(['never-created']).client.types).toEqual([]),
  'late-created': () => expect(greeted(['late-created']).client.all('server.conversation-created')[0]?.atMs).toBe(8000),
  'locked-after-created': () => {
    const { client } = greeted(['locked-after-created']);
    expect([client.types, client.closeCode]).toEqual([['conversation-created'], 4009]);
  },
  'session-gone': () => {
    const { rig, client } = greeted(['session-gone']);
    client.leave();
    expect(rig.connect().continue(client.conversationId).closeCode).toBe(4004);
  },
  'rate-limited': () => {
    const { client } = greeted(['rate-limited']);
    expect(client.closeCode).toBe(4029);
    expect((client.socket.closes[0]?.atMs ?? 0) - (client.all('server.conversation-created')[0]?.atMs ?? 0)).toBe(2000);
  },
  'token-expires': () => {
    const { client } = greeted([{ name: 'token-expires', delayMs: 3000 }]);
    expect([client.closeCode, client.socket.closes[0]?.atMs]).toEqual([3000, 8000]);
  },
  'vad-never-on': () =>
    expect(greeted(['vad-never-on']).client.switchVad(true, 20_000).all('server.vad-mode-switched')).toEqual([]),
  'vad-late-on': () => {
    const { client, rig } = greeted(['vad-late-on']);
    const sentAtMs = rig.clock.nowMs();
    expect(client.switchVad(true, 5000).all('server.vad-mode-switched')[0]?.atMs).toBe(sentAtMs + 3000);
  },
  'vad-never-off': () => {
    const { client } = greeted(['vad-never-off']);
    expect(client.switchVad(true).switchVad(false, 20_000).all('server.vad-mode-switched').length).toBe(1);
  },
  'vad-late-off': () => {
    const { client, rig } = greeted(['vad-late-off']);
    client.switchVad(true);
    const sentAtMs = rig.clock.nowMs();
    expect(client.switchVad(false, 10_000).all('server.vad-mode-switched')[1]?.atMs).toBe(sentAtMs + 9900);
  },
  'stray-vad-on': () => {
    const { client } = greeted(['stray-vad-on']);
    const switched = client.switchVad(true).switchVad(false).all('server.vad-mode-switched');
    expect(switched.map((message) => message.current_vad_mode_on)).toEqual([true, true, false]);
  },
  'false-alarm': () => {
    const { client } = greeted(['false-alarm']);
    client.switchVad(true).keepSilent(3000, PCM_CONFIG);
    expect(client.all('server.vad-speech-ended')).toMatchObject([{ transcript: '' }]);
  },
  'zero-reset': () => {
    const { client } = greeted(['zero-reset']);
    client.switchVad(true).speak(makeUserSpeech(1500), PCM_CONFIG).keepSilent(1000);
    expect(client.types).toContain('vad-speech-reset-zero');
  },
  'late-pieces': () => {
    const rig = createAmigoRig({ agent: 'conversation', amigo: { faults: ['late-pieces'] } });
    const client = rig.converse().wait(1500);
    const cutAtMs = rig.clock.nowMs();
    client.say('stop').wait(3000);
    const [first] = pieces(client);
    const late = pieces(client).filter(
      ({ atMs, interaction_id }) => atMs > cutAtMs && interaction_id === first?.interaction_id,
    );
    expect(late.length).toBeGreaterThanOrEqual(4);
    expect((late.at(-1)?.atMs ?? 0) - cutAtMs).toBeLessThanOrEqual(500);
  },
  'no-greeting': () => expect(greeted(['no-greeting']).client.types).toEqual(['conversation-created']),
  'late-greeting': () => {
    const usual = pieces(greeted([]).client)[0]?.atMs ?? 0;
    expect(pieces(greeted(['late-greeting']).client)[0]?.atMs).toBe(usual + 2000);
  },
  'sequence-from-zero': () => {
    const numbers = (faults: readonly AmigoFault[]) =>
      pieces(greeted(faults).client).map((piece) => piece.sequence_number);
    expect(numbers([]).slice(0, 3)).toEqual([1, 2, 3]);
    expect(numbers(['sequence-from-zero']).slice(0, 3)).toEqual([0, 1, 2]);
  },
  'skipped-piece': () => {
    const numbers = pieces(greeted(['skipped-piece']).client).map((piece) => piece.sequence_number);
    expect(numbers.slice(0, 4)).toEqual([1, 2, 4, 5]);
  },
  'no-ids': () => {
    const [piece] = pieces(greeted(['no-ids']).client);
    expect(Object.keys(piece ?? {})).not.toContain('interaction_id');
    expect(Object.keys(pieces(greeted([]).client)[0] ?? {})).toEqual(
      expect.arrayContaining(['interaction_id', 'message_metadata']),
    );
  },
  'null-alignment': () => {
    expect(pieces(greeted(['null-alignment']).client).every((piece) => piece.transcript_alignment === null)).toBe(true);
  },
  'empty-alignment': () => {
    const [first, second] = pieces(greeted(['empty-alignment']).client);
    expect(first?.transcript_alignment?.length).toBeGreaterThan(5);
    expect(second?.transcript_alignment).toEqual([]);
  },
  'no-alignment': () => {
    expect(pieces(greeted(['no-alignment']).client).every((piece) => !('transcript_alignment' in piece))).toBe(true);
  },
  'stop-with-audio': () => {
    const { client } = greeted(['stop-with-audio']);
    const last = pieces(client).at(-1);
    expect([last?.stop, (last?.message ?? '').length > 100]).toEqual([true, true]);
    expect(bytesOf(client)).toEqual(bytesOf(greeted([]).client));
  },
  'null-stop': () => {
    expect(pieces(greeted(['null-stop']).client).at(-1)).toMatchObject({ stop: true, message: null });
    expect(pieces(greeted([]).client).at(-1)).toMatchObject({ stop: true, message: '' });
  },
  'never-complete': () => {
    const { client } = greeted(['never-complete']);
    expect([pieces(client).at(-1)?.stop, client.all('server.interaction-complete')]).toEqual([true, []]);
  },
  'rate-8000': () => showRate('rate-8000', 0.5),
  'rate-22050': () => showRate('rate-22050', 22_050 / 16_000),
  'rate-24000': () => showRate('rate-24000', 1.5),
  'rate-44100': () => showRate('rate-44100', 44_100 / 16_000),
  'odd-pieces': () => {
    const { client } = greeted(['odd-pieces']);
    const lengths = pieces(client).map(({ message }) => Buffer.from(message ?? '', 'base64').length);
    expect(lengths.slice(0, 4)).toEqual([3199, 3201, 3199, 3201]);
    expect(bytesOf(client)).toEqual(bytesOf(greeted([]).client));
  },
  'tiny-pieces': () => {
    const { client } = greeted(['tiny-pieces']);
    const lengths = pieces(client).map(({ message }) => Buffer.from(message ?? '', 'base64').length);
    expect(lengths.slice(0, 100)).toEqual(Array(100).fill(1));
    expect(lengths[100]).toBe(3200);
    expect(bytesOf(client)).toEqual(bytesOf(greeted([]).client));
  },
  'huge-pieces': () => {
    const [first] = pieces(greeted(['huge-pieces']).client);
    expect(Buffer.from(first?.message ?? '', 'base64').length).toBeGreaterThan(80_000);
  },
  'id3-first': () => {
    const bytes = bytesOf(
      greeted(['id3-first'], VOICE.replace('pcm', 'mp3'), { mp3: codec } as SandboxBehaviour).client,
    );
    expect(bytes.subarray(0, 3).toString()).toBe('ID3');
  },
  burst: () => {
    const { client } = greeted(['burst']);
    const [first] = pieces(client);
    const spanMs = (pieces(client).at(-2)?.atMs ?? 0) - (first?.atMs ?? 0);
    expect(spanMs * 40).toBeLessThanOrEqual(bytesOf(client).length / 32);
    expect(spanMs * 40).toBeGreaterThan(bytesOf(client).length / 32 - 200);
  },
  slow: () => {
    const { client } = greeted(['slow']);
    const times = pieces(client).map(({ atMs }) => atMs);
    expect((times[10] ?? 0) - (times[0] ?? 0)).toBeCloseTo(1000 / 0.9, 3);
  },
  interleaved: () => {
    const { client } = greeted(['interleaved']);
    const ids = pieces(client).map(({ interaction_id }) => interaction_id);
    expect(new Set(ids).size).toBe(2);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[1]);
    expect(ids[3]).toBe(ids[1]);
    const completed = client.all('server.interaction-complete').map(({ interaction_id }) => interaction_id);
    expect(new Set(completed)).toEqual(new Set(ids));
  },
  'filler-wav': () => {
    const { client } = greeted(['filler-wav'], ACTIONS);
    const [filler] = fillers(client);
    expect(headerOf(filler?.filler ?? '')).toMatchObject({
      sampleRate: 16_000,
      channelCount: 1,
      bitsPerSample: 16,
      dataOffsetBytes: 44,
    });
    expect(filler?.atMs).toBeLessThanOrEqual(pieces(client)[0]?.atMs ?? 0);
  },
  'filler-text': () => {
    expect(fillers(greeted(['filler-text'], ACTIONS).client)[0]?.filler).toMatch(/^(Let me see|One moment)\.$/);
  },
  'filler-list-chunk': () => {
    const [filler] = fillers(greeted(['filler-list-chunk'], ACTIONS).client);
    expect(headerOf(filler?.filler ?? '').dataOffsetBytes).toBe(44 + 8 + 26);
  },
  'filler-empty': () => {
    const [filler] = fillers(greeted(['filler-empty'], ACTIONS).client);
    expect(Buffer.from(filler?.filler ?? '', 'base64').length).toBe(44);
  },
  'filler-late': () => {
    const { client } = greeted(['filler-late'], ACTIONS);
    expect(client.types.slice(1, 3)).toEqual(['new-message', 'current-agent-action']);
  },
  'filler-top-level': () => {
    const { client } = greeted(['filler-top-level'], ACTIONS);
    expect(headerOf(client.all('server.action-too-long')[0]?.filler ?? '').sampleRate).toBe(16_000);
  },
  'unknown-message': () => expect(greeted(['unknown-message']).client.types).toContain('weather-report'),
  'extra-fields': () => {
    const texts = greeted(['extra-fields']).client.socket.texts;
    expect(texts.every((text) => text.includes('"sandbox_extra"'))).toBe(true);
  },
  'http-spellings': () => {
    const { client } = greeted(['http-spellings', 'server-error', 'filler-wav'], ACTIONS);
    expect(client.socket.types).toEqual(expect.arrayContaining(['current-agent-action', 'error']));
  },
  'server-error': () => {
    const { client } = greeted(['server-error']);
    expect(client.all('server.error')).toMatchObject([{ http_error_code: 500, error_description: 'Going on' }]);
    expect(client.closeCode).toBeUndefined();
  },
  'agent-ends': () => {
    const { client } = greeted(['agent-ends']);
    expect(client.all('server.interaction-complete')).toMatchObject([{ conversation_completed: true }]);
  },
  'completed-unasked': () => expect(greeted(['completed-unasked']).client.types.at(-1)).toBe('conversation-completed'),
  'never-completed': () =>
    expect(greeted(['never-completed']).client.finish(20_000).types).not.toContain('conversation-completed'),
  'late-completed': () => {
    const { client, rig } = greeted(['late-completed']);
    const sentAtMs = rig.clock.nowMs();
    expect(client.finish(6000).all('server.conversation-completed')[0]?.atMs).toBe(sentAtMs + 5000);
  },
};

const codec = await loadMp3Codec();

function showRate(fault: AmigoFaultName, ratio: number): void {
  const usual = bytesOf(greeted([]).client).length;
  expect(bytesOf(greeted([fault]).client).length / usual).toBeCloseTo(ratio, 2);
}

function headerOf(filler: string) {
  const result = readWavHeader(Buffer.from(filler, 'base64'));
  if (result.status !== 'complete') throw new Error(`No WAV header: ${result.status}`);
  return result.header;
}

describe('each fault', () => {
  test.each(Object.keys(FAULTS) as AmigoFaultName[])('%s does what the table says', (name) => {
    SHOWS[name]();
    expect.hasAssertions();
  });

  test('comes by the URL, too, with its settings; a fault that does not exist is 400', () => {
    const rig = createAmigoRig({ agent: 'conversation' });
    const client = rig.converse({ query: `${VOICE}&fault=late-created&fault=no-greeting&delayMs=500` }).wait(8000);
    expect(client.all('server.conversation-created')[0]?.atMs).toBe(5500);
    expect(client.types).toEqual(['conversation-created']);
    expect(rig.connect({ query: `${VOICE}&fault=nothing` }).closeCode).toBe(1006);
  });

  test('can belong to a scenario', () => {
    const scenario = { does: 'is late', faults: { amigo: ['late-created' as const] } };
    const rig = createAmigoRig({ agent: 'conversation', scenario });
    expect(rig.converse().wait(8000).all('server.conversation-created')[0]?.atMs).toBe(8000);
  });
});

test('late-pieces for minutes: of interrupted interactions, the last four go on', () => {
  const rig = createAmigoRig({
    agent: ({ say, stopSpeaking }) => ({
      userTextReceived() {
        stopSpeaking();
        say({ text: 'A long story.', pcm: new Int16Array(60 * 16_000) });
      },
    }),
    amigo: { faults: [{ name: 'late-pieces', delayMs: 600_000 }] },
  });
  const client = rig.converse();
  // Where the client detects turns, it would have to wait for answers.
  client.switchVad(true);
  for (let i = 0; i < 8; i++) client.say(String(i)).wait(1000);
  const all = [...new Set(pieces(client).map(({ interaction_id }) => interaction_id))];
  const before = pieces(client).length;
  client.wait(1000);
  const late = new Set(
    pieces(client)
      .slice(before)
      .map(({ interaction_id }) => interaction_id),
  );
  expect(all.length).toBe(8);
  expect(late).toEqual(new Set(all.slice(-5)));
});
