import { assertNear, settlePromises } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { AgentFactory, SandboxBehaviour } from '../src/core.ts';
import type { ResponseSink } from '../src/server/http.ts';
import { isStream } from '../src/server/http.ts';
import { MAX_UNSENT_BYTES } from '../src/server/limits.ts';
import { BASE_URL, NotesClient, SERVICE_ID, TEXT_QUERY, textMessage } from './support/notesClient.ts';
import { createRig, makeUserSpeech } from './support/rig.ts';

const NOTE = makeUserSpeech(400);
const REPLY = makeUserSpeech(1200, 7);
const COMPLETE = 'interaction-complete';
const AGENT: AgentFactory = ({ say }) => {
  const answer = (): void => say({ text: 'Now I say this.', pcm: REPLY });
  return { userSpeechEnded: answer, userTextReceived: answer, opened: answer };
};

function setUp(behaviour: SandboxBehaviour = {}) {
  const { clock, sandbox, network } = createRig({ agent: AGENT, ...behaviour });
  const client = new NotesClient(network, clock);
  client.signIn();
  const id = client.create();
  return { clock, sandbox, client, id, latest: () => sandbox.ledger.connections.at(-1) };
}

describe('the record of an exchange', () => {
  test('holds the upload, every line, both audios, the utterance, the spoken line, and how it ended', () => {
    const { client, id, latest } = setUp();
    const answer = client.finish(client.openVoice(id, NOTE));
    const record = latest();
    expect(record).toMatchObject({
      vendor: 'amigo-notes',
      state: 'over',
      close: { code: 1000, reason: 'complete', wasClean: true },
      utterances: [{ durationMs: 400, transcript: '[0.4 s of speech]' }],
      lines: [{ text: 'Now I say this.', lengthSamples: REPLY.length, sentSamples: REPLY.length }],
      violations: [],
    });
    expect(record?.frames.map(({ direction, type }) => `${direction} ${type}`)).toEqual([
      'in speech',
      ...answer.types.map((type) => `out ${type}`),
    ]);
    const outBytes =
      record?.frames.filter(({ direction }) => direction === 'out').map(({ sizeBytes }) => sizeBytes) ?? [];
    expect(outBytes.reduce((sum, bytes) => sum + bytes, 0)).toBe(answer.bytes.length);
    expect([record?.receivedPcm(), record?.sentPcm()]).toEqual([NOTE, REPLY]);
    expect(record?.counters.bytesIn).toBeGreaterThan(2 * NOTE.length);
  });

  test.each([
    ['error-between', 1000, 'void'],
    ['no-complete', 1006, 'cut'],
    ['reset-mid-line', 1006, 'cut'],
  ])('fault %s ends it with %d, %s', (fault, code, reason) => {
    const { client, id, latest } = setUp();
    client.finish(client.openVoice(id, NOTE, `&fault=${fault}`));
    expect(latest()?.close).toMatchObject({ code, reason });
  });

  test('a client that cancels ends it with 1006, cancelled, and cuts the agent off', () => {
    const { client, clock, id, latest } = setUp();
    const answer = client.openVoice(id, NOTE);
    clock.advanceMs(100);
    answer.cancel();
    clock.advanceMs(1);
    expect(latest()?.close).toEqual({ code: 1006, reason: 'cancelled', wasClean: false });
  });
});

/** A carrier whose client reads nothing once `readLines` lines were written. */
class StuckSink implements ResponseSink {
  bufferedAmountBytes = 0;
  lineCount = 0;
  abortCount = 0;
  readonly #readLines: number;

  constructor(readLines: number) {
    this.#readLines = readLines;
  }

  write(): void {
    this.lineCount += 1;
    if (this.lineCount === this.#readLines) this.bufferedAmountBytes = MAX_UNSENT_BYTES + 1;
  }

  end(): void {
    expect.unreachable('the body ended');
  }

  abort(): void {
    this.abortCount += 1;
  }
}

describe('a client that leaves over 4 MiB unread', () => {
  // The user's words, two pieces, the one that stops, and interaction-complete.
  test.each([
    [1, 'is void'],
    [2, 'is void'],
    [3, 'is void'],
    [4, 'stands'],
  ])('is dropped after %i lines: no more are recorded, and the interaction %s', (readLines, fate) => {
    const { client, clock, sandbox, id, latest } = setUp();
    const { method, url, headers, body } = client.noteRequest(id, TEXT_QUERY, textMessage('hi'));
    const answer = sandbox.request({
      method,
      path: url.slice(BASE_URL.length),
      headers: { host: 'localhost', ...headers },
      body,
    });
    expect(answer.status).toBe(200);
    const sink = new StuckSink(readLines);
    if (isStream(answer.body)) answer.body.start(sink);
    clock.advanceMs(10_000);
    expect([sink.lineCount, sink.abortCount]).toEqual([readLines, 1]);
    expect(latest()?.frames.filter(({ direction }) => direction === 'out')).toHaveLength(readLines);
    expect(latest()?.close).toEqual({ code: 1006, reason: 'cut', wasClean: false });
    // The conversation is free for the next note.
    expect(client.finish(client.openText(id, 'again')).types.at(-1)).toBe(COMPLETE);
    const messages = client.messages(id).body;
    expect([messages.includes('"hi"'), messages.includes('"again"')]).toEqual([fate === 'stands', true]);
  });
});

describe('an agent that takes its time', () => {
  test('between two sentences it is waited for while it says so; one that does not say so is done after 300 ms', () => {
    for (const saysSo of [true, false]) {
      const { client, clock, id } = setUp({
        agent: ({ say, clock: agentClock }) => {
          let isAnswering = false;
          return {
            get isAnswering() {
              return saysSo && isAnswering;
            },
            opened: () => say({ text: 'Hi.', pcm: REPLY }),
            userTextReceived: () => {
              isAnswering = true;
              say({ text: 'One.', pcm: REPLY });
              agentClock.setTimer(5000, () => {
                isAnswering = false;
                say({ text: 'Two.', pcm: REPLY });
              });
            },
          };
        },
      });
      const sentAtMs = clock.nowMs();
      const answer = client.finish(client.openText(id, 'hi'));
      expect(answer.of(COMPLETE)).toMatchObject([{ full_message: saysSo ? 'One. Two.' : 'One.' }]);
      // A sentence takes 1.2 s, at four times its speed 300 ms.
      assertNear('end', (answer.endedAtMs ?? 0) - sentAtMs, saysSo ? 5000 + 355 + 300 : 300 + 300, 60, 'ms');
    }
  });

  test('a transcript that comes late comes before the reply, to the note it belongs to', async () => {
    const transcripts: ((text: string) => void)[] = [];
    const { client, clock, id } = setUp({
      transcriber: { transcribe: () => new Promise((resolve) => transcripts.push(resolve)) },
    });
    const first = client.openVoice(id, NOTE);
    clock.advanceMs(1000);
    expect(first.types).toEqual([]);
    first.cancel();
    clock.advanceMs(1001);
    const second = client.openVoice(id, NOTE);
    clock.advanceMs(60_000);
    transcripts[0]?.('first');
    await settlePromises();
    clock.advanceMs(1000);
    expect([first.types, second.types]).toEqual([[], []]);
    transcripts[1]?.('second');
    await settlePromises();
    client.finish(second);
    expect(second.of('user-message-available')).toMatchObject([{ user_message: 'second' }]);
    expect(second.types.at(-1)).toBe(COMPLETE);
  });
});

describe('many at once', () => {
  test('256 replies stream, the 257th is 503, and after them all is as before', () => {
    const users = Array.from({ length: 257 }, (_, i) => `user-${i}`);
    const { client, clock, sandbox } = setUp({ amigoAccounts: { users: ['demo-user', ...users] } });
    const answers = users.map((user) => {
      client.signIn({ 'x-user-id': user });
      return client.openCreate({ service_id: SERVICE_ID }, 'text', '&fault=never-closes');
    });
    expect(answers.map(({ status }) => status)).toEqual([...Array<number>(256).fill(201), 503]);
    clock.advanceMs(5000);
    expect(answers.filter(({ types }) => types.at(-1) === COMPLETE)).toHaveLength(256);
    for (const answer of answers) answer.cancel();
    clock.advanceMs(2000);
    const last = client.finish(client.openCreate({}, 'text'));
    expect([last.status, last.types.at(-1)]).toEqual([201, COMPLETE]);
    sandbox.close();
    clock.advanceMs(1);
    expect(clock.pendingTimerCount).toBe(0);
  });
});
