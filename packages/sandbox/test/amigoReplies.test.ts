import { describe, expect, test } from 'vitest';
import type { AmigoFault, AmigoFaultName } from '../src/amigo/faults.ts';
import type { SandboxBehaviour } from '../src/core.ts';
import { conversation, loadMp3Codec } from '../src/core.ts';
import { bytesOf, createAmigoRig, piecesOf as pieces, TEXT, VOICE } from './support/amigoRig.ts';
import { decodeMp3 } from './support/mp3Decoding.ts';

const codec = await loadMp3Codec();

/** A client that has been greeted for 8 s under the given faults. */
function greeted(faults: readonly AmigoFault[], query = VOICE, behaviour: SandboxBehaviour = {}) {
  const rig = createAmigoRig({ agent: 'conversation', amigo: { faults }, ...behaviour });
  return { rig, client: rig.converse({ query }).wait(8000) };
}

describe('replies without faults', () => {
  test('the whole greeting in pieces of 100 ms at four times real time, the first one at once', () => {
    const { rig, client } = greeted([]);
    const [first, second] = pieces(client);
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBe(25);
    const samples = rig.record.sentPcm();
    const bytes = bytesOf(client);
    expect(bytes.length).toBe(2 * samples.length);
    expect(Int16Array.from({ length: samples.length }, (_, i) => bytes.readInt16LE(2 * i))).toEqual(samples);
    expect(client.all('server.interaction-complete')[0]?.full_message).toBe(rig.record.lines[0]?.text);
  });

  test('MP3 of 44.1 kHz, cut within frames, that decodes to the greeting', async () => {
    const { rig, client } = greeted([], VOICE.replace('pcm', 'mp3'), { mp3: codec } as SandboxBehaviour);
    const decoded = await decodeMp3(bytesOf(client));
    expect(decoded.sampleRate).toBe(44_100);
    const lengthMs = (rig.record.lines[0]?.lengthSamples ?? 0) / 16;
    expect(Math.abs(decoded.pcm.length / 44.1 - lengthMs)).toBeLessThan(120);
    const starts = pieces(client).map(({ message }) => Buffer.from(message ?? '', 'base64')[0]);
    expect(starts.slice(1, -1).some((byte) => byte !== 0xff)).toBe(true);
  });

  test('without an encoder, MP3 is promised and empty', () => {
    const { client } = greeted([], VOICE.replace('pcm', 'mp3'));
    expect(bytesOf(client).length).toBe(0);
    expect(client.types.slice(1)).toEqual(['new-message', 'interaction-complete']);
  });

  test('text in pieces that are the text when joined', () => {
    const { client } = greeted([], TEXT);
    const text = pieces(client)
      .map(({ message }) => message)
      .join('');
    expect(text).toBe(client.all('server.interaction-complete')[0]?.full_message);
    expect(pieces(client).length).toBeGreaterThan(3);
    expect(pieces(client).every((piece) => piece.transcript_alignment === null)).toBe(true);
  });
});

describe('profiles', () => {
  test('hostile: unknown fields and messages, odd lengths, null at the end; still a conversation', () => {
    const rig = createAmigoRig({ agent: 'conversation', profile: 'hostile' });
    const client = rig.converse().wait(8000);
    expect(client.types).toEqual(['conversation-created', 'weather-report', 'new-message', 'interaction-complete']);
    expect(pieces(client).at(-1)?.message).toBeNull();
    expect(client.socket.texts.every((text) => text.includes('sandbox_extra'))).toBe(true);
  });

  test('legacy: numbers from 0, empty alignments, spellings of HTTP', () => {
    const rig = createAmigoRig({ agent: 'conversation', profile: 'legacy' });
    const client = rig.converse({ query: 'response_format=voice&audio_format=pcm' }).wait(8000);
    expect(client.socket.types).toContain('current-agent-action');
    expect(pieces(client)[0]?.sequence_number).toBe(0);
    expect(pieces(client)[1]?.transcript_alignment).toEqual([]);
  });

  test('options win over a profile', () => {
    const rig = createAmigoRig({ agent: 'conversation', profile: 'hostile', amigo: { firstSequenceNumber: 7 } });
    expect(pieces(rig.converse().wait(2000))[0]?.sequence_number).toBe(7);
  });
});

describe('agent actions', () => {
  const ALL = 'response_format=voice&audio_format=pcm';
  const actionsOf = (behaviour: SandboxBehaviour, query = ALL): string[] => {
    const rig = createAmigoRig({ agent: conversation({ greetingDelayMs: 0, thinkMs: 3000 }), ...behaviour });
    const client = rig.converse({ query }).wait(6000).say('hello').wait(15_000);
    return client.all('server.current-agent-action').map(({ action }) => action.type);
  };
  const TURN = ['tool-call-started', 'tool-call-ended'];

  test('without a filter all of them, with a filler after 1.5 s of thought; a greeting nobody waits for has none', () => {
    expect(actionsOf({})).toEqual([...TURN, 'tool-call-started', 'action-too-long', 'tool-call-ended']);
  });

  test('a filter lets some pass, ^$ none; unfilteredActions "none" means what it says', () => {
    expect(actionsOf({}, `${ALL}&current_agent_action_type=started%24`)).toEqual(Array(2).fill('tool-call-started'));
    expect(actionsOf({}, VOICE)).toEqual([]);
    expect(actionsOf({ amigo: { unfilteredActions: 'none' } })).toEqual([]);
  });

  test('fillerAfterMs: sooner, or never', () => {
    expect(actionsOf({ amigo: { fillerAfterMs: 'never' } })).toEqual([...TURN, ...TURN]);
    const rig = createAmigoRig({ agent: conversation({ thinkMs: 3000 }), amigo: { fillerAfterMs: 200 } });
    const client = rig.converse({ query: ALL }).wait(6000).say('hello');
    const saidAtMs = rig.clock.nowMs();
    client.wait(2000);
    const filler = client.all('server.current-agent-action').find(({ action }) => action.type === 'action-too-long');
    expect(filler?.atMs).toBe(saidAtMs + 200);
  });
});

test('MP3 of 22.05 kHz, where the option says so', async () => {
  const rig = createAmigoRig({
    agent: 'conversation',
    amigo: { mp3SampleRate: 22_050 },
    mp3: codec,
  } as SandboxBehaviour);
  const client = rig.converse({ query: VOICE.replace('pcm', 'mp3') }).wait(8000);
  expect((await decodeMp3(bytesOf(client))).sampleRate).toBe(22_050);
});

test('an agent that has nothing to say for 20 s has said nothing: the interaction ends, and it is the client’s turn', () => {
  const rig = createAmigoRig();
  const client = rig.converse().say('hello').wait(19_990);
  expect(client.types).toEqual(['conversation-created']);
  client.wait(20);
  expect(client.all('server.interaction-complete')).toMatchObject([
    { full_message: '', conversation_completed: false },
  ]);
  expect(client.say('again').closeCode).toBeUndefined();
});

describe('options', () => {
  test.each([
    { pieceMs: 0 },
    { deliverySpeedRatio: 0 },
    { pcmSampleRate: 4000 },
    { vadOffDelayMs: -1 },
    { createdDelayMs: Number.NaN },
    { faults: ['nothing' as AmigoFaultName] },
  ])('%j is refused', (amigo) => {
    expect(() => createAmigoRig({ amigo })).toThrow(/wanted/);
  });
});
