import { assertAtLeast, assertAtMost } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { AgentFactory, SocaFaultName, SocaServerOptions } from '../src/core.ts';
import { SOCA_FAULTS } from '../src/core.ts';
import { CUT_NAMES } from '../src/soca/faults.ts';
import { makeUserSpeech } from './support/rig.ts';
import { listenTo } from './support/socaListener.ts';
import { MATRIX_FAULTS } from './support/socaMatrix.ts';
import type { SocaClient, SocaRig } from './support/socaRig.ts';
import { AGENT_ID, createSocaRig } from './support/socaRig.ts';

const tone = (durationMs: number): Int16Array =>
  Int16Array.from({ length: durationMs * 16 }, (_, i) => Math.round(8000 * Math.sin(i / 5)));
const STORY = tone(6000);
/** Says a line of 6 s, and one of 1 s after every turn; speech over it cuts it off. */
const talker: AgentFactory = (context) => ({
  opened: () => context.say({ text: 'A long story.', pcm: STORY }),
  userSpeechStarted: () => context.stopSpeaking(),
  userSpeechEnded: () => context.say({ text: 'Yes.', pcm: tone(1000) }),
});
const WORDS = { text: 'please stop talking', confidence: 0.9 };

const tested = new Set<string>([...CUT_NAMES, ...MATRIX_FAULTS]);
/** Notes that a fault has a test, and returns its name; the last test of this file checks that none is left out. */
function covering(name: SocaFaultName): SocaFaultName {
  tested.add(name);
  return name;
}

/** A session with one fault, so long after its `start`. */
function run(name: SocaFaultName, ms = 3000, soca: SocaServerOptions = {}): { rig: SocaRig; client: SocaClient } {
  const rig = createSocaRig({ soca: { faults: [name], ...soca } });
  const client = rig.connect();
  client.keepSilent(ms);
  return { rig, client };
}

/** A session in which the user speaks over the agent for 1.2 s. */
function interrupt(name?: SocaFaultName, soca: SocaServerOptions = {}): SocaClient {
  const faults = name === undefined ? [] : [name];
  const recognize = name?.endsWith('-partials') ? undefined : () => WORDS;
  const options = { faults, deliverySpeedRatio: 1.5, recognize, ...soca };
  const rig = createSocaRig({ agent: talker, soca: options });
  const client = rig.connect();
  client.keepSilent(1000);
  client.speak(makeUserSpeech(1200));
  client.keepSilent(2500);
  return client;
}

/** `seq` of sentences and barges in order, repeats once, e.g. `1 barge2 2`. */
function orderOf(client: SocaClient): string {
  const steps = client.messages.flatMap(({ type, stepType, seq }) => {
    if (type === 'barge') return [`barge${seq ?? ''}`];
    return stepType === 'sentence' ? [String(seq)] : [];
  });
  return steps.filter((step, i) => step !== steps[i - 1]).join(' ');
}

describe('the request for a session', () => {
  const post = (query: string) =>
    createSocaRig().network.request({ url: `/v1/session/${AGENT_ID}?${query}`, headers: { private_key: 'demo-key' } });

  test(`${covering('session-error')}: 500`, () => {
    expect(post('fault=session-error').status).toBe(500);
  });

  test(`${covering('session-malformed')}: 200 and no JSON`, () => {
    const { status, body } = post('fault=session-malformed');
    expect(status).toBe(200);
    expect(() => JSON.parse(body) as unknown).toThrow(SyntaxError);
  });

  test(`${covering('session-refused')}: 200 and "status": false`, () => {
    const { status, body } = post('fault=session-refused');
    expect([status, JSON.parse(body)]).toMatchObject([200, { status: false }]);
  });

  test('an unknown fault is 400 and says which there are; for a socket, 1006', () => {
    const { status, body } = post('fault=nope');
    expect(status).toBe(400);
    expect(body).toContain('never-ready');
    const rig = createSocaRig();
    const client = rig.open('fault=nope');
    rig.clock.advanceMs(10);
    expect([client.openedAtMs, client.closes[0]?.code]).toEqual([undefined, 1006]);
  });

  test('faults of the whole sandbox that do not exist are refused at once', () => {
    expect(() => createSocaRig({ soca: { faults: ['nope' as SocaFaultName] } })).toThrow('wanted session-error');
    expect(() => createSocaRig({ soca: { partialEveryMs: 0 } })).toThrow('soca.partialEveryMs is 0');
  });
});

describe('before stt.ready', () => {
  test(`${covering('upgrade-refused')}: 1006 and no open`, () => {
    const rig = createSocaRig();
    const client = rig.open('fault=upgrade-refused');
    rig.clock.advanceMs(10);
    expect([client.openedAtMs, client.closes[0]?.code]).toEqual([undefined, 1006]);
  });

  test(`${covering('auth-failed')}: a good key is refused; with closeAfterMs -1 the socket stays open`, () => {
    const { client, rig } = run('auth-failed');
    expect(client.messages).toEqual([{ type: 'error', message: 'Invalid or expired token' }]);
    expect(client.closes).toMatchObject([{ code: 1008 }]);
    expect(rig.verdicts).not.toContain('D-03 fatal');
    const open = createSocaRig().connect('fault=auth-failed&closeAfterMs=-1');
    expect(open.closes).toEqual([]);
  });

  test(`${covering('setup-failed')}: another error, and close 1011`, () => {
    const { client } = run('setup-failed');
    expect(client.messages).toEqual([{ type: 'error', message: 'Could not start the session' }]);
    expect(client.closes).toMatchObject([{ code: 1011 }]);
  });

  test(`${covering('session-gone')}: a session that was lost is unknown, a new one is not`, () => {
    const rig = createSocaRig({ soca: { faults: ['session-gone'] } });
    const first = rig.connect('fault=dropped&delayMs=10');
    rig.clock.advanceMs(500);
    expect([first.course, first.closes[0]?.code]).toEqual([['ready', 'stt.ready'], 1006]);
    const again = rig.connect();
    expect(again.messages).toEqual([{ type: 'error', message: 'Session not found' }]);
    expect(again.closes).toMatchObject([{ code: 1008 }]);
    expect(rig.connect('', 'another').course).toEqual(['ready', 'stt.ready']);
  });

  test(`two sockets of one session: both stay; ${covering('second-refused')} and ${covering('older-closed')} end one`, () => {
    const pair = (query: string) => {
      const rig = createSocaRig();
      const [first, second] = [rig.connect(), rig.connect(query)];
      rig.clock.advanceMs(100);
      return [first, second].map(({ closes }) => closes[0]?.code);
    };
    expect(pair('')).toEqual([undefined, undefined]);
    expect(pair('fault=second-refused')).toEqual([undefined, 1008]);
    expect(pair('fault=older-closed')).toEqual([1008, undefined]);
  });

  test(`${covering('never-ready')}: silence`, () => {
    const { client } = run('never-ready', 60_000);
    expect([client.received, client.closes]).toEqual([[], []]);
  });

  test(`${covering('never-stt-ready')}: ready, then silence`, () => {
    expect(run('never-stt-ready', 60_000).client.course).toEqual(['ready']);
  });

  test.each([
    [covering('late-ready'), [3000, 3060]],
    [covering('late-stt-ready'), [40, 3040]],
    [covering('stt-ready-first'), [40, 100]],
    [covering('stt-ready-twice'), [40, 100, 1100]],
  ] as const)('%s: %j ms after start', (name, wanted) => {
    const rig = createSocaRig();
    const client = rig.open(`fault=${name}`);
    rig.clock.advanceMs(1);
    const startedAtMs = rig.clock.nowMs();
    client.start();
    rig.clock.advanceMs(5000);
    expect(client.received.map(({ atMs }) => atMs - startedAtMs)).toEqual(wanted);
    const wantedOrder = name === 'stt-ready-first' ? ['stt.ready', 'ready'] : ['ready', 'stt.ready'];
    expect(client.course).toEqual(wantedOrder);
  });
});

describe('while the session lasts', () => {
  test.each([
    [covering('late-error'), { type: 'error' }],
    [covering('unknown-type'), { type: 'weather.report' }],
    [covering('unknown-step'), { stepType: 'thought' }],
    [covering('both-keys'), { type: 'weather.report', stepType: 'thought' }],
  ])('%s: one message more, and the session goes on', (name, wanted) => {
    const { client } = run(name);
    expect(client.messages.slice(2)).toMatchObject([wanted]);
    expect(client.closes).toEqual([]);
  });

  test(`${covering('non-json-text')}: text that is not JSON`, () => {
    expect(run('non-json-text').client.texts.at(-1)).toBe('this is not JSON');
  });

  test(`${covering('binary-down')}: 640 bytes`, () => {
    expect(run('binary-down').client.audio.map(({ bytes }) => bytes.length)).toEqual([640]);
  });

  test(`${covering('closed')}: 1011, 1 s after stt.ready`, () => {
    expect(run('closed').client.closes).toMatchObject([{ code: 1011, wasClean: true }]);
  });

  test(`${covering('dropped')}: 1006`, () => {
    expect(run('dropped').client.closes).toMatchObject([{ code: 1006, wasClean: false }]);
  });

  test(`${covering('empty-final')}: the final has no words, and the agent stays silent`, () => {
    const rig = createSocaRig({ agent: 'conversation', soca: { faults: ['empty-final'] } });
    const client = rig.connect();
    client.keepSilent(8000);
    const before = client.sentences.length;
    client.speak(makeUserSpeech(1200));
    client.keepSilent(4000);
    expect(client.of('stt.final')).toMatchObject([{ text: '' }]);
    expect(client.sentences.length).toBe(before);
  });
});

describe('partials that must not stop playback', () => {
  test.each([
    [covering('filler-partials'), ['uh', 'uh um', 'uh um hmm']],
    [covering('short-partials'), ['wait']],
    [covering('unsure-partials'), [expect.stringMatching(/of speech\]$/)]],
    [covering('no-partials'), []],
  ])('%s: no barge; the final interrupts by a higher seq', (name, wanted) => {
    const client = interrupt(name);
    const texts = client.of('stt.partial').map(({ text }) => text);
    expect(texts.slice(0, wanted.length)).toEqual(wanted);
    expect(texts.length > 0).toBe(wanted.length > 0);
    expect(orderOf(client)).toBe('1 2');
  });
});

describe('interruptions and numbers', () => {
  test('without a fault: the old reply, its barge, the next reply', () => {
    expect(orderOf(interrupt())).toBe('1 barge2 2');
  });

  test.each([
    [covering('implicit-barge'), '1 2'],
    [covering('barge-without-seq'), '1 barge 2'],
    [covering('barge-current-seq'), '1 barge1 2'],
    [covering('late-chunks'), '1 barge2 1 2'],
    [covering('replies-interleaved'), expect.stringMatching(/^1 barge2 2( 1 2)+/) as unknown as string],
  ])('%s: %s', (name, wanted) => {
    expect(orderOf(interrupt(name))).toEqual(wanted);
  });

  test('late-chunks sends three more of the old reply', () => {
    const client = interrupt('late-chunks');
    const kinds = client.messages.map(({ type, seq }) => (type === 'barge' ? 'barge' : seq));
    expect(kinds.slice(kinds.indexOf('barge') + 1).filter((kind) => kind === 1).length).toBe(3);
  });

  test('replies-interleaved does not carry along what earlier replies had left over', () => {
    const teller: AgentFactory = (context) => ({
      opened: () => context.say({ text: 'A long story.', pcm: tone(20_000) }),
      userSpeechStarted: () => context.stopSpeaking(),
      userSpeechEnded: () => context.say({ text: 'Another.', pcm: tone(20_000) }),
    });
    const recognize = (): typeof WORDS => WORDS;
    const soca: SocaServerOptions = { faults: ['replies-interleaved'], recognize };
    const rig = createSocaRig({ agent: teller, soca });
    const client = rig.connect();
    for (let turn = 0; turn < 12; turn++) {
      client.speak(makeUserSpeech(1200));
      client.keepSilent(1500);
    }
    client.keepSilent(60_000);
    const chunks = client.messages.filter(({ stepType }) => stepType === 'sentence');
    const lastSeq = chunks.at(-1)?.seq;
    const last = chunks.slice(chunks.findIndex(({ seq }) => seq === lastSeq));
    const own = last.filter(({ seq }) => seq === lastSeq).length;
    assertAtLeast('left over', last.length - own, 50, 'chunks');
    // All that eleven replies had left over would be 950.
    assertAtMost('left over', last.length - own, 400, 'chunks');
  });

  test('a client of the protocol hears nothing of the old reply after the interruption, in any of these', () => {
    for (const name of ['implicit-barge', 'late-chunks', 'replies-interleaved', 'barge-without-seq'] as const) {
      const { events } = listenTo(interrupt(name).received);
      const at = events.findIndex(({ type }) => type === 'interrupted');
      expect(at, name).toBeGreaterThan(0);
      const later = events.slice(at).filter((event) => event.type === 'agentAudio' && event.generation === '1');
      expect(later, name).toEqual([]);
    }
  });

  // socaBarge.test.ts and socaReturn.test.ts test these.
  covering('barge-ignored');
  covering('seq-restart');

  test(`${covering('final-first')} and ${covering('final-between')}: the final answer comes before, and among, the chunks`, () => {
    const course = (name: SocaFaultName) => {
      const rig = createSocaRig({ agent: talker, soca: { faults: [name] } });
      const client = rig.connect();
      client.keepSilent(8000);
      expect(client.of('final_answer')).toMatchObject([{ fullResponse: { answers: [{ output: 'A long story.' }] } }]);
      return client.course.slice(2);
    };
    expect(course('final-first')).toEqual(['final_answer', 'sentence']);
    expect(course('final-between')).toEqual(['sentence', 'final_answer', 'sentence']);
  });
});

describe('pace', () => {
  const lastChunkMs = (name?: SocaFaultName): number => {
    const rig = createSocaRig({ agent: talker, soca: { faults: name === undefined ? [] : [name] } });
    const client = rig.connect();
    client.keepSilent(8000);
    const times = client.received.filter(({ data }) => String(data).includes('sentence')).map(({ atMs }) => atMs);
    return (times.at(-1) ?? 0) - (times[0] ?? 0);
  };

  test('6 s of speech leave within 1.5 s; with burst, within 60 ms; with stall, 800 ms later', () => {
    expect(Math.round(lastChunkMs())).toBe(1500);
    expect(Math.round(lastChunkMs(covering('burst')))).toBe(60);
    expect(Math.round(lastChunkMs(covering('stall')))).toBe(2300);
  });
});

test('every fault of the table has a test', () => {
  expect(Object.keys(SOCA_FAULTS).filter((name) => !tested.has(name))).toEqual([]);
});
