import { parseServerMessage } from '@voicewire/protocol/amigo-notes';
import { parseAgentAction, readFiller } from '@voicewire/protocol/amigo/agent-actions';
import { loadDsp } from '@voicewire/dsp-wasm';
import { assertNear, measureRmsDb } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { AmigoNotesFaultName } from '../src/amigo-notes/faults.ts';
import { FAULTS } from '../src/amigo-notes/faults.ts';
import type { AgentFactory, SandboxBehaviour } from '../src/core.ts';
import { loadMp3Codec } from '../src/speech/mp3Codec.ts';
import { RateConverter } from '../src/speech/rateConverter.ts';
import { encodeWav } from '../src/speech/wavFile.ts';
import type { ReceivedAnswer } from './support/notesClient.ts';
import { NotesClient, VOICE_QUERY, parseJson, textMessage, voiceMessage } from './support/notesClient.ts';
import { compareWithSpeech, decodeMp3 } from './support/mp3Decoding.ts';
import { createRig, makeUserSpeech } from './support/rig.ts';

const dsp = await loadDsp();
const mp3 = await loadMp3Codec();
const NOTE = makeUserSpeech(400);
const REPLY_TEXT = 'Zażółć 😀 is said now.';
/** 1.2 s: six pieces. */
const REPLY_PCM = makeUserSpeech(1200, 7);
const REPLY_BYTES = Buffer.from(new Int16Array(REPLY_PCM).buffer);
const AGENT: AgentFactory = ({ say }) => {
  const answer = (): void => say({ text: REPLY_TEXT, pcm: REPLY_PCM });
  return { userSpeechEnded: answer, userTextReceived: answer, opened: answer };
};
const CANCEL_AFTER_MS = 70_000;

function setUp(behaviour: SandboxBehaviour = {}) {
  const { clock, sandbox, network } = createRig({ agent: AGENT, mp3, ...behaviour });
  const client = new NotesClient(network, clock);
  client.signIn();
  return { clock, sandbox, client, id: client.create() };
}

/** The answer to one spoken note under a fault, waited for as long as a patient client would. */
function sendUnder(fault: AmigoNotesFaultName | '', settings = ''): ReceivedAnswer & { readonly sentAtMs: number } {
  const { client, clock, id } = setUp();
  const sentAtMs = clock.nowMs();
  const answer = client.openVoice(id, NOTE, fault === '' ? '' : `&fault=${fault}${settings}`);
  return Object.assign(client.finish(answer, CANCEL_AFTER_MS), { sentAtMs });
}

const COMPLETE = 'interaction-complete';
/** Types of a faultless reply: six pieces and the one that stops. */
const FAULTLESS_TYPES = ['user-message-available', ...Array<string>(7).fill('new-message'), COMPLETE];

/** What each fault does, as a client sees it. */
const EFFECTS: Readonly<Record<AmigoNotesFaultName, () => void>> = {
  'sign-in-error': () => expect(signInUnder('sign-in-error').status).toBe(500),
  'sign-in-malformed': () => {
    const { status, body } = signInUnder('sign-in-malformed');
    expect([status, body]).toEqual([200, '<html>It works!</html>']);
  },
  'token-short-lived': () => {
    const { client, clock } = setUp();
    expect(client.signIn({}, '?fault=token-short-lived&delayMs=5000').status).toBe(200);
    clock.advanceMs(4999);
    expect(client.list().status).toBe(200);
    clock.advanceMs(1);
    expect(client.list().status).toBe(401);
  },
  'token-expired': () => expect(statusWithTokenOf('token-expired')).toBe(401),
  'token-not-yet-valid': () => expect(statusWithTokenOf('token-not-yet-valid')).toBe(401),
  'token-no-permission': () => expect(statusWithTokenOf('token-no-permission')).toBe(403),
  'token-no-insights': () => {
    const { client, id } = setUp();
    client.signIn({}, '?fault=token-no-insights');
    const answer = client.finish(client.openText(id, 'hi', '&fault=agent-actions'));
    expect(answer.of('current-agent-action')).toEqual([]);
    expect(answer.types.at(-1)).toBe(COMPLETE);
  },
  'token-wrong-region': () => expect(statusWithTokenOf('token-wrong-region')).toBe(404),
  'answer-400': () => expect(statusesUnder('answer-400')).toEqual([400, 200]),
  'answer-403': () => expect(statusesUnder('answer-403')).toEqual([403, 200]),
  'answer-408': () => expect(statusesUnder('answer-408')).toEqual([408, 200]),
  'answer-409': () => expect(statusesUnder('answer-409')).toEqual([409, 200]),
  'answer-415': () => expect(statusesUnder('answer-415')).toEqual([415, 200]),
  'answer-429': () => {
    expect(sendUnder('answer-429').headers['retry-after']).toBe('2');
    expect(statusesUnder('answer-429', '&count=2')).toEqual([429, 429]);
  },
  'answer-500': () => expect(statusesUnder('answer-500')).toEqual([500, 200]),
  'answer-502': () => {
    const { status, headers, text } = sendUnder('answer-502');
    expect([status, headers['content-type']]).toEqual([502, 'text/html']);
    expect(text).toContain('<h1>502 Bad Gateway</h1>');
  },
  'answer-503': () => expect(statusesUnder('answer-503')).toEqual([503, 200]),

  split: () => {
    const answer = sendUnder('split');
    expect(answer.types).toEqual(FAULTLESS_TYPES);
    expect(answer.chunks.slice(0, 2000).every(({ bytes }) => bytes.length === 1)).toBe(true);
    expect(answer.text).toContain(REPLY_TEXT);
    const sizes = sendUnder('split', '&sizeBytes=7').chunks.map(({ bytes }) => bytes.length);
    expect(sizes.slice(0, 10)).toEqual(Array(10).fill(7));
  },
  // Nothing is compressed in memory; the test over real HTTP sees it.
  gzip: () => expect(sendUnder('gzip').types).toEqual(FAULTLESS_TYPES),
  coalesced: () => {
    const answer = sendUnder('coalesced');
    expect([answer.chunks.length, answer.types]).toEqual([1, FAULTLESS_TYPES]);
  },
  crlf: () => {
    const answer = sendUnder('crlf');
    expect(answer.types).toEqual(FAULTLESS_TYPES);
    expect(answer.text.split('\r\n')).toHaveLength(FAULTLESS_TYPES.length + 1);
  },
  'blank-lines': () => {
    const answer = sendUnder('blank-lines');
    expect(answer.types).toEqual(FAULTLESS_TYPES);
    expect(answer.text.split('\n').filter((line) => line.trim() === '').length).toBeGreaterThan(10);
  },
  'no-final-newline': () => {
    const answer = sendUnder('no-final-newline');
    expect(answer.types).toEqual(FAULTLESS_TYPES.slice(0, -1));
    expect(answer.text.endsWith('}')).toBe(true);
    expect(parseJson(answer.text.split('\n').at(-1) ?? '')).toMatchObject({ type: COMPLETE });
  },
  'long-line': () => {
    const longest = Math.max(
      ...sendUnder('long-line')
        .text.split('\n')
        .map((line) => line.length),
    );
    expect(longest).toBeGreaterThan(1_000_000);
  },
  'error-first': () => {
    const answer = sendUnder('error-first');
    expect([answer.status, answer.types, answer.ending]).toEqual([200, ['error'], 'ended']);
    expect(answer.of('error')).toEqual([{ type: 'error', http_error_code: 500, error_description: 'boom' }]);
  },
  'error-between': () => {
    expect(sendUnder('error-between').types).toEqual(['user-message-available', 'new-message', 'new-message', 'error']);
  },
  'error-after-complete': () => {
    expect(sendUnder('error-after-complete').types).toEqual([...FAULTLESS_TYPES, 'error']);
  },
  'no-complete': () => {
    const answer = sendUnder('no-complete');
    expect([answer.types, answer.ending]).toEqual([FAULTLESS_TYPES.slice(0, -1), 'ended']);
  },
  'never-closes': () => {
    const { client, clock, id } = setUp();
    const answer = client.finish(client.openVoice(id, NOTE, '&fault=never-closes'));
    expect([answer.types.at(-1), answer.ending]).toEqual([COMPLETE, 'open']);
    expect(client.openText(id, 'hi').status).toBe(409);
    clock.advanceMs(300_000);
    expect(answer.ending).toBe('ended');
  },
  'reset-mid-line': () => {
    const answer = sendUnder('reset-mid-line');
    expect([answer.types, answer.ending]).toEqual([['user-message-available', 'new-message'], 'dropped']);
    expect(answer.text.endsWith('\n')).toBe(false);
  },

  'late-start': () => {
    const answer = sendUnder('late-start');
    assertNear('first line', (answer.lines[0]?.atMs ?? 0) - answer.sentAtMs, 3000, 5, 'ms');
    expect(answer.types).toEqual(FAULTLESS_TYPES);
  },
  stalled: () => {
    const answer = sendUnder('stalled');
    const times = answer.lines.filter(({ type }) => type === 'new-message').map(({ atMs }) => atMs);
    assertNear('stall', (times[2] ?? 0) - (times[1] ?? 0), 3000, 5, 'ms');
    assertNear('the rest', (times[5] ?? 0) - (times[2] ?? 0), 0, 5, 'ms');
    expect(answer.types).toEqual(FAULTLESS_TYPES);
  },
  silent: () => {
    const { client, clock, id } = setUp();
    const answer = client.finish(client.openVoice(id, NOTE, '&fault=silent'));
    expect([answer.types, answer.ending]).toEqual([['user-message-available'], 'open']);
    clock.advanceMs(300_000);
    expect([answer.types.length, answer.ending]).toEqual([1, 'ended']);
  },
  'no-user-message': () => expect(sendUnder('no-user-message').types).toEqual(FAULTLESS_TYPES.slice(1)),
  'empty-transcript': () => {
    expect(sendUnder('empty-transcript').of('user-message-available')).toMatchObject([{ user_message: '' }]);
  },
  'end-session': () => expect(sendUnder('end-session').types.slice(-2)).toEqual(['end-session', COMPLETE]),
  'unknown-event': () => {
    const answer = sendUnder('unknown-event');
    const unknown = answer.lines.map(({ value }) => parseServerMessage(JSON.stringify(value)));
    expect(unknown.filter((parsed) => parsed.ok && parsed.message.type === 'unknown')).toHaveLength(1);
    expect(answer.of(COMPLETE)).toMatchObject([{ x_sandbox: { list: [1, null] } }]);
    expect(answer.unreadable).toEqual([]);
  },
  'agent-actions': () => {
    const actions = sendUnder('agent-actions')
      .of('current-agent-action')
      .map(({ action }) => action);
    expect(actions).toHaveLength(25);
    for (const action of actions) expect(parseAgentAction(action as Record<string, unknown>).ok).toBe(true);
  },
  'agent-actions-malformed': () => {
    const actions = sendUnder('agent-actions-malformed')
      .of('current-agent-action')
      .map(({ action }) => action);
    const bad = actions.filter((action) => !parseAgentAction(action as Record<string, unknown>).ok);
    expect(bad.length).toBeGreaterThan(20);
  },
  'filler-wav': () => expectFillerBeforeSpeech('filler-wav', 44),
  'filler-wav-list': () => expectFillerBeforeSpeech('filler-wav-list', 44 + 8 + 26),
  'filler-text': () => {
    expect(readFiller(fillerOf(sendUnder('filler-text')))).toEqual({ kind: 'text', text: 'Let me look that up. 😀' });
  },
  'filler-late': () => {
    expect(sendUnder('filler-late').types.slice(0, 4)).toEqual([
      'user-message-available',
      'new-message',
      'new-message',
      'current-agent-action',
    ]);
  },
  'audio-raw': () =>
    expect(audioOf('audio-raw', { type: 'mp3', sample_rate: 22_050, sample_width: 4 })).toEqual(REPLY_BYTES),
  'audio-wav': () => {
    const audio = sendUnder('audio-wav').audio;
    expect(audio.subarray(0, 4).toString('latin1')).toBe('RIFF');
    expect(audio.subarray(44)).toEqual(REPLY_BYTES);
  },
  'audio-mp3': () => {
    const { audio } = sendUnder('audio-mp3');
    expect([audio[0], (audio[1] ?? 0) & 0xe0]).toEqual([0xff, 0xe0]);
  },
  'odd-pieces': () => {
    const answer = sendUnder('odd-pieces');
    const sizes = answer.of('new-message').map(({ message }) => Buffer.from(String(message), 'base64').length);
    expect(new Set(sizes.slice(0, -2))).toEqual(new Set([1001]));
    expect(answer.audio).toEqual(REPLY_BYTES);
  },
  'no-alignment': () => {
    const alignments = sendUnder('no-alignment')
      .of('new-message')
      .map((piece) => piece['transcript_alignment']);
    expect(new Set(alignments)).toEqual(new Set([null]));
  },
  'conversation-completed': () => {
    const { client, id } = setUp();
    const answer = client.finish(client.openVoice(id, NOTE, '&fault=conversation-completed'));
    expect(answer.of(COMPLETE)).toMatchObject([{ conversation_completed: true }]);
    expect([client.openText(id, 'hi').status, client.finishConversation(id).status]).toEqual([409, 409]);
  },
};

describe('faults', () => {
  test('none is left out', () => {
    expect(Object.keys(EFFECTS).sort()).toEqual(Object.keys(FAULTS).sort());
  });

  test.each(Object.entries(EFFECTS))('%s', (_name, effect) => {
    expect.hasAssertions();
    effect();
  });

  test('without a fault the reply is whole, in the pace of speech at four times its speed', () => {
    const answer = sendUnder('');
    expect(answer.types).toEqual(FAULTLESS_TYPES);
    expect(answer.audio).toEqual(REPLY_BYTES);
    const pieces = answer.lines.filter(({ type }) => type === 'new-message').slice(0, 6);
    assertNear('six pieces', (pieces[5]?.atMs ?? 0) - (pieces[0]?.atMs ?? 0), (5 * 200) / 4, 2, 'ms');
    const alignment = pieces.flatMap(({ value }) => value['transcript_alignment'] as [number, string][]);
    expect(alignment.map(([, character]) => character).join('')).toBe(REPLY_TEXT);
    expect(alignment.every(([ms], i) => i === 0 || ms >= (alignment[i - 1]?.[0] ?? 0))).toBe(true);
    expect(answer.of(COMPLETE)).toMatchObject([{ full_message: REPLY_TEXT, conversation_completed: false }]);
  });

  test('short replies suffer their fault at the end', () => {
    const short: AgentFactory = ({ say }) => ({
      userTextReceived: () => say({ text: 'Yes.', pcm: new Int16Array(160) }),
      opened: () => say({ text: 'Hi.', pcm: new Int16Array(160) }),
    });
    for (const [fault, ending] of [
      ['error-between', 'ended'],
      ['reset-mid-line', 'dropped'],
    ] as const) {
      const { client, id } = setUp({ agent: short });
      const answer = client.finish(client.openText(id, 'hi', `&fault=${fault}`));
      expect([answer.types.includes(COMPLETE), answer.ending]).toEqual([false, ending]);
    }
  });

  test('an unknown fault, or a setting out of range, is 400', () => {
    const { client, id } = setUp();
    expect(client.openText(id, 'hi', '&fault=flood').status).toBe(400);
    expect(client.openText(id, 'hi', '&fault=stalled&delayMs=-1').status).toBe(400);
  });

  test('faults of the options, of a scenario and of the URL add up', () => {
    const { client, id } = setUp({
      amigoNotes: { faults: ['crlf'] },
      scenario: { does: 'is a test', faults: { amigoNotes: ['end-session'] } },
    });
    const answer = client.finish(client.openText(id, 'hi', '&fault=no-user-message'));
    expect(answer.text).toContain('\r\n');
    expect([answer.types[0], answer.types.at(-2)]).toEqual(['new-message', 'end-session']);
  });

  test('profile hostile brings what a client must tolerate, and a tolerant reader loses nothing', () => {
    const { client, id } = setUp({ profile: 'hostile' });
    const answer = client.finish(client.openVoice(id, NOTE));
    expect(answer.of('current-agent-action')).toHaveLength(25);
    expect(answer.audio).toEqual(REPLY_BYTES);
    expect(parseJson(answer.text.split('\n').at(-1) ?? '')).toMatchObject({ type: COMPLETE });
  });
});

describe('agent actions', () => {
  test('only those that the expression matches', () => {
    const { client, id } = setUp();
    const filter = '&fault=agent-actions&current_agent_action_type=';
    const typesFor = (pattern: string): readonly unknown[] =>
      client
        .finish(client.openText(id, 'hi', filter + encodeURIComponent(pattern)))
        .of('current-agent-action')
        .map(({ action }) => (action as { type: string }).type);
    expect(typesFor('^tool-call-')).toEqual(['tool-call-started', 'tool-call-ended']);
    expect(typesFor('^$')).toEqual([]);
  });
});

describe('audio formats', () => {
  test.each([8000, 44_100] as const)('PCM at %d Hz is the same speech, 1.2 s of it', (sampleRate) => {
    const bytes = audioOf('', { type: 'pcm', sample_rate: sampleRate });
    const pcm = new Int16Array(new Uint8Array(bytes).buffer);
    assertNear('length', (pcm.length * 1000) / sampleRate, 1200, 1, 'ms');
    const back = new RateConverter((rates) => dsp.createResampler(rates)).convert(pcm, sampleRate, 16_000);
    assertNear('level', levelDb(back), levelDb(REPLY_PCM), 1.5, 'dB');
  });

  test.each([
    [22_050, 4],
    [44_100, 8],
  ] as const)('MP3 at %d Hz decodes to the same speech', async (sampleRate, sampleWidth) => {
    const bytes = audioOf('', { type: 'mp3', sample_rate: sampleRate, sample_width: sampleWidth });
    const decoded = await decodeMp3(new Uint8Array(bytes));
    expect(decoded.sampleRate).toBe(sampleRate);
    const { correlation } = compareWithSpeech(decoded, REPLY_PCM);
    expect(correlation).toBeGreaterThan(0.9);
  });

  test.each([8000, 12_000, 44_100] as const)(
    'a note at %d Hz is heard at 16 kHz: 400 ms of it, as loud',
    (sampleRate) => {
      const { client, id, sandbox } = setUp();
      const converter = new RateConverter((rates) => dsp.createResampler(rates));
      const wav = encodeWav(converter.convert(NOTE, 16_000, sampleRate), sampleRate);
      const config = { type: 'pcm', frame_rate: sampleRate, n_channels: 1, sample_width: 2 } as const;
      client.finish(client.openNote(id, { ...VOICE_QUERY, request_audio_config: config }, voiceMessage(wav)));
      const heard = sandbox.ledger.connections.at(-1)?.receivedPcm() ?? new Int16Array(0);
      assertNear('length', heard.length / 16, 400, 1, 'ms');
      assertNear('level', levelDb(heard), levelDb(NOTE), 1.5, 'dB');
      expect(sandbox.ledger.violations).toEqual([]);
    },
  );

  test('a note of 32 bits per sample is heard as one of 16', () => {
    const { client, id, sandbox } = setUp();
    const wide = Buffer.alloc(44 + 4 * NOTE.length);
    Buffer.from(encodeWav(NOTE, 16_000).subarray(0, 44)).copy(wide);
    wide.writeUInt16LE(32, 34);
    wide.writeUInt32LE(4 * NOTE.length, 40);
    NOTE.forEach((sample, i) => wide.writeInt32LE(sample * 65_536 + 77, 44 + 4 * i));
    const config = { type: 'pcm', frame_rate: 16_000, n_channels: 1, sample_width: 4 } as const;
    client.finish(client.openNote(id, { ...VOICE_QUERY, request_audio_config: config }, voiceMessage(wide)));
    expect(sandbox.ledger.connections.at(-1)?.receivedPcm()).toEqual(NOTE);
    expect(sandbox.ledger.violations).toEqual([]);
  });

  test('an MP3 note is taken by its length, since nothing here can hear it', async () => {
    const { client, id, sandbox } = setUp();
    const mp3Note = mp3.encode(makeUserSpeech(2000), { sampleRate: 16_000, bitRateKbps: 32, channelCount: 1 });
    const query = { ...VOICE_QUERY, request_audio_config: { type: 'mp3' } } as const;
    const answer = client.finish(client.openNote(id, query, voiceMessage(mp3Note, 'audio/mpeg')));
    expect(answer.of('user-message-available')).toMatchObject([{ user_message: '[2.1 s of speech]' }]);
    expect(answer.types.at(-1)).toBe(COMPLETE);
    expect(sandbox.ledger.violations).toEqual([]);
  });
});

describe('recordings', () => {
  test('both sides of a spoken note can be fetched without a token, for five minutes, or twelve hours', () => {
    const { client, clock, id } = setUp();
    const answer = client.finish(client.openVoice(id, NOTE));
    const fetchSource = (messageId: unknown, query = ''): { url: string; content_type: string; expires_at: string } => {
      const url = `/v1/demo-org/conversation/${id}/messages/${String(messageId)}/source${query}`;
      const headers = { authorization: `Bearer ${client.token}` };
      return parseJson(client.request({ method: 'GET', url, headers }).body) as ReturnType<typeof fetchSource>;
    };
    const user = fetchSource(answer.of('user-message-available')[0]?.['message_id']);
    const agent = fetchSource(answer.of(COMPLETE)[0]?.['message_id'], '?long_lived=true');
    expect([user.content_type, agent.content_type]).toEqual(['audio/wav', 'audio/wav']);
    expect(Date.parse(agent.expires_at) - Date.parse(user.expires_at)).toBe(12 * 3_600_000 - 300_000);
    const download = (url: string): ReceivedAnswer => client.finish(client.open({ method: 'GET', url, headers: {} }));
    expect(Buffer.from(download(user.url).bytes)).toEqual(Buffer.from(encodeWav(NOTE, 16_000)));
    expect(Buffer.from(download(agent.url).bytes)).toEqual(Buffer.from(encodeWav(REPLY_PCM, 16_000)));
    expect(download(user.url.replace(/key=..../, 'key=aaaa')).status).toBe(403);
    clock.advanceMs(300_000);
    expect([download(user.url).status, download(agent.url).status]).toEqual([403, 200]);
  });

  test('written messages and unknown ones have none: 404', () => {
    const { client, id } = setUp();
    const answer = client.finish(client.openText(id, 'hi'));
    for (const messageId of [answer.of('user-message-available')[0]?.['message_id'], '65f0c2a19b7d4e0012ab34ff']) {
      const url = `/v1/demo-org/conversation/${id}/messages/${String(messageId)}/source`;
      expect(client.request({ method: 'GET', url, headers: { authorization: `Bearer ${client.token}` } }).status).toBe(
        404,
      );
    }
  });
});

describe('the list', () => {
  test('newest first, filtered, page by page', () => {
    const { client, clock } = setUp({ amigoNotes: { quotaScope: 'off' } });
    for (let i = 0; i < 4; i++) {
      const list = parseJson(client.list({ is_finished: false }).body) as { conversations: { id: string }[] };
      client.finishConversation(list.conversations[0]?.id ?? '');
      clock.advanceMs(1000);
      client.finish(client.openCreate({ tags: { round: String(i) } }));
    }
    const read = (query: Parameters<typeof client.list>[0]) =>
      parseJson(client.list(query).body) as {
        conversations: { id: string; is_finished: boolean; created_at: string }[];
        has_more: boolean;
        continuation_token: number | null;
      };
    const first = read({ limit: 3 });
    expect([first.conversations.length, first.has_more, first.continuation_token]).toEqual([3, true, 3]);
    const second = read({ limit: 3, continuation_token: 3 });
    expect([second.conversations.length, second.has_more, second.continuation_token]).toEqual([2, false, null]);
    const all = [...first.conversations, ...second.conversations];
    expect(new Set(all.map(({ id }) => id)).size).toBe(5);
    expect(all.map(({ created_at }) => created_at)).toEqual(
      all
        .map(({ created_at }) => created_at)
        .sort()
        .reverse(),
    );
    expect(read({ is_finished: true }).conversations).toHaveLength(4);
    expect(read({ tag: ['round:2'] }).conversations).toHaveLength(1);
    expect(read({ id: [all[1]?.id ?? ''] }).conversations).toMatchObject([{ id: all[1]?.id }]);
    expect(read({ sort_by: ['+created_at'], limit: 1 }).conversations).toMatchObject([{ id: all[4]?.id }]);
    expect(read({ service_id: ['65f0c2a19b7d4e0012ab34ff'] }).conversations).toEqual([]);
  });
});

describe('a page on this machine', () => {
  test('may send what it needs, and read the rate limits', () => {
    const { client } = setUp();
    const origin = 'http://localhost:5173';
    const url = '/v1/demo-org/conversation/';
    const allowed = client.request({ method: 'OPTIONS', url, headers: { origin } });
    expect(allowed.status).toBe(204);
    expect(allowed.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': expect.stringContaining('x-api-key-id') as unknown,
    });
    const listed = client.request({ method: 'GET', url, headers: { origin, authorization: `Bearer ${client.token}` } });
    expect(listed.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': expect.stringContaining('retry-after') as unknown,
    });
  });
});

describe('the end', () => {
  test('a server that shuts down says 503 in every open stream and ends it', () => {
    const { client, clock, sandbox, id } = setUp();
    const answer = client.openVoice(id, NOTE);
    clock.advanceMs(100);
    sandbox.close();
    clock.advanceMs(1);
    expect(answer.of('error')).toMatchObject([{ http_error_code: 503 }]);
    expect(answer.ending).toBe('ended');
    expect(client.list().status).toBe(503);
  });

  test('an agent that hangs up ends the conversation; one that says nothing gives an empty reply after 30 s', () => {
    const polite = setUp({
      agent: ({ say, hangUp }) => ({
        opened: () => say({ text: 'Hi.', pcm: new Int16Array(160) }),
        userTextReceived: () => {
          say({ text: 'Bye.', pcm: new Int16Array(160) });
          hangUp();
        },
      }),
    });
    const last = polite.client.finish(polite.client.openText(polite.id, 'bye'));
    expect(last.of(COMPLETE)).toMatchObject([{ full_message: 'Bye.', conversation_completed: true }]);
    expect(polite.client.openText(polite.id, 'hello?').status).toBe(409);

    const mute = setUp({ agent: () => ({}) });
    const sentAtMs = mute.clock.nowMs();
    const reply = mute.client.finish(
      mute.client.openNote(mute.id, { request_format: 'text', response_format: 'text' }, textMessage('hi')),
    );
    expect(reply.types).toEqual(['user-message-available', 'new-message', COMPLETE]);
    assertNear('patience', (reply.endedAtMs ?? 0) - sentAtMs, 30_000, 60, 'ms');
  });

  test('one agent talks through a whole conversation, and remembers', () => {
    let madeCount = 0;
    const { client, id } = setUp({
      agent: ({ say }) => {
        madeCount += 1;
        let turnCount = 0;
        const answer = (): void => say({ text: `Turn ${(turnCount += 1)}.`, pcm: new Int16Array(160) });
        return { opened: answer, userTextReceived: answer, userSpeechEnded: answer };
      },
    });
    const texts = [client.openText(id, 'a'), undefined, undefined].map((first) => {
      const answer = client.finish(first ?? client.openVoice(id, NOTE));
      return answer.of(COMPLETE)[0]?.['full_message'];
    });
    expect([madeCount, texts]).toEqual([1, ['Turn 2.', 'Turn 3.', 'Turn 4.']]);
  });
});

function levelDb(pcm: Int16Array): number {
  return measureRmsDb(Float32Array.from(pcm, (x) => x / 32_768));
}

function signInUnder(fault: string) {
  const { client } = setUp();
  return client.signIn({}, `?fault=${fault}`);
}

function statusWithTokenOf(fault: string): number {
  const { client } = setUp();
  expect(client.signIn({}, `?fault=${fault}`).status).toBe(200);
  return client.list().status;
}

/** Statuses of two notes that ask for the same fault, on one conversation. */
function statusesUnder(fault: string, settings = ''): readonly (number | undefined)[] {
  const { client, id } = setUp();
  return [0, 1].map((turn) => client.finish(client.openText(id, `note ${turn}`, `&fault=${fault}${settings}`)).status);
}

function audioOf(fault: string, format: NonNullable<typeof VOICE_QUERY.response_audio_format>): Buffer {
  const { client, id } = setUp();
  const query = { ...VOICE_QUERY, response_audio_format: format };
  const note = voiceMessage(encodeWav(NOTE, 16_000));
  return client.finish(client.openNote(id, query, note, fault === '' ? '' : `&fault=${fault}`)).audio;
}

function fillerOf(answer: ReceivedAnswer): string {
  const action = answer.of('current-agent-action')[0]?.['action'] as { filler?: string } | undefined;
  return action?.filler ?? '';
}

function expectFillerBeforeSpeech(fault: AmigoNotesFaultName, headerBytes: number): void {
  const answer = sendUnder(fault);
  expect(answer.types.slice(0, 3)).toEqual(['user-message-available', 'current-agent-action', 'new-message']);
  const filler = readFiller(fillerOf(answer));
  expect(filler).toMatchObject({ kind: 'audio', format: { sampleRate: 16_000 } });
  expect(Buffer.from(fillerOf(answer), 'base64')).toHaveLength(headerBytes + 2 * 6400);
  const times = answer.lines.map(({ atMs }) => atMs);
  assertNear('wait', (times[2] ?? 0) - (times[1] ?? 0), 1500, 5, 'ms');
}
