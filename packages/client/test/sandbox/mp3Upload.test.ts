import { assertAtLeast, assertNear, createSeededRandom, findBestCorrelation, makeSpeechLike } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import type { SocketConnector } from '../../src/index.ts';
import { nodeEncoders } from '../../src/node/nodeEncoders.ts';
import { collectUtterances, decodeUtterance } from '../uploadedMp3.ts';
import { createConversation, settle, type Conversation, type ConversationOptions } from './conversation.ts';

const MP3_VENDOR = { id: 'amigo', options: { uplinkFormat: 'mp3', turnMode: 'manual' } } as const;
const MP3_CONFIG = { format: 'mp3', bit_rate: 128_000, sample_rate: 44_100, n_channels: 2 };
/** A connection that is to break does so, from its opening. */
const BREAKS_AT_MS = 15_000;
const MP3 = { encoding: 'mp3', sampleRate: 44_100, channelCount: 2, bitRateKbps: 128 } as const;

function makeUtterance(seed: number, durationMs = 1_500): Float32Array {
  return makeSpeechLike({ random: createSeededRandom(seed), sampleRate: 16_000, durationMs, noiseRatio: 0 });
}

/** A session with MP3 up, and all the text messages it sends. */
async function converse(
  options: Partial<ConversationOptions> = {},
): Promise<Conversation & { readonly sent: string[] }> {
  const sent: string[] = [];
  // Opened before virtual time runs: what takes real time would come late.
  const encoder = await nodeEncoders.open(MP3);
  const tap: ConversationOptions['tap'] = ({ ports, ...made }) => {
    const sockets: SocketConnector = {
      connect(request, handlers) {
        const socket = ports.sockets.connect(request, handlers);
        const send = socket.send.bind(socket);
        const record = (data: string | Uint8Array): void => {
          sent.push(String(data));
          send(data);
        };
        return Object.assign(socket, { send: record });
      },
    };
    return { ...made, ports: { ...ports, sockets, encoders: { open: () => Promise.resolve(encoder) } } };
  };
  const conversation = await createConversation({ vendor: MP3_VENDOR, tap, ...options });
  conversation.session.setMicMuted(true);
  expect(await settle(conversation.clock, conversation.session.connect())).toBeUndefined();
  return Object.assign(conversation, { sent });
}

/** Waits for the agent to speak, and to have been silent for a second after it. */
async function hearAgentOut({ clock, session, events }: Conversation): Promise<void> {
  const hasSpoken = await clock.advanceUntil(() => session.agentState === 'speaking', 30_000);
  expect(hasSpoken, `the agent speaks; ${JSON.stringify(events.slice(-5))}`).toBe(true);
  for (let silentMs = 0; silentMs < 1_000; silentMs = session.agentState === 'speaking' ? 0 : silentMs + 10)
    await clock.advance(10);
}

/** Holds the key while it is said. */
async function press({ clock, session, microphone }: Conversation, utterance: Float32Array): Promise<void> {
  session.setMicMuted(false);
  microphone.say(utterance);
  await clock.advance((utterance.length / 16_000) * 1_000 + 100);
}

async function release({ clock, session }: Conversation): Promise<void> {
  session.setMicMuted(true);
  expect(await settle(clock, session.endUserTurn())).toBeUndefined();
}

const graveViolations = ({ sandbox }: Conversation) =>
  sandbox.ledger.violations.filter(({ severity }) => severity !== 'note');

describe('MP3 from the user', () => {
  test('of two turns is what was said, turn by turn, and the server finds nothing to complain of', async () => {
    const conversation = await converse();
    const { clock, session, sent } = conversation;
    await hearAgentOut(conversation);
    const said = [makeUtterance(9), makeUtterance(10)];
    for (const utterance of said) {
      await press(conversation, utterance);
      await release(conversation);
      await hearAgentOut(conversation);
    }
    await settle(clock, session.disconnect());
    await clock.advance(3_000);

    const utterances = collectUtterances(sent);
    expect(utterances.map(({ config, isEnded }) => [config, isEnded])).toEqual(said.map(() => [MP3_CONFIG, true]));
    for (const [i, utterance] of utterances.entries()) {
      const heard = await decodeUtterance(utterance);
      const wanted = said[i] ?? new Float32Array(0);
      assertAtLeast('correlation', findBestCorrelation(wanted, heard).correlation, 0.97, '');
      // 1.6 s of 128 kbit/s, a frame or two more at the end, in messages of 60 ms.
      const bytes = utterance.messages.reduce((sum, { length }) => sum + length, 0);
      assertNear('bytes', bytes, 1_600 * 16, 1_700, 'bytes');
      assertNear('messages', utterance.messages.length, 1_600 / 60, 2.5, '');
    }
    // A greeting and two answers: the sandbox does not decode MP3, but its agent answers it.
    expect(conversation.sandbox.ledger.connections[0]?.lines.length).toBeGreaterThanOrEqual(3);
    expect(conversation.eventsOf('error')).toEqual([]);
    expect(graveViolations(conversation)).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  test.each(['finish', 'disconnect'] as const)('ends with a whole frame when %s cuts a turn short', async (ending) => {
    const conversation = await converse();
    const { clock, session, sent } = conversation;
    await hearAgentOut(conversation);
    await press(conversation, makeUtterance(11));
    expect(await settle(clock, session[ending]())).toBeUndefined();
    await clock.advance(20_000);
    const [utterance] = collectUtterances(sent);
    expect(utterance?.isEnded).toBe(ending === 'finish');
    const heard = await decodeUtterance(utterance ?? { config: null, messages: [], isEnded: false });
    assertAtLeast('correlation', findBestCorrelation(makeUtterance(11), heard).correlation, 0.97, '');
    expect(graveViolations(conversation)).toEqual([]);
  });

  test('is a new stream after a connection that broke in the middle of a turn', async () => {
    const conversation = await converse({
      sandbox: { amigo: { dropHoldMs: 0 } },
      addressOf: (url, attempt) => (attempt === 0 ? `${url}&impair=terminateAtMs=${BREAKS_AT_MS}` : url),
    });
    const { clock, session, sent } = conversation;
    const connectedMs = clock.nowMs();
    await hearAgentOut(conversation);
    await clock.advance(BREAKS_AT_MS - 1_000 - (clock.nowMs() - connectedMs));
    const utterance = makeUtterance(12, 4_000);
    await press(conversation, utterance);
    await release(conversation);
    await settle(clock, session.disconnect());
    await clock.advance(3_000);
    const [broken, whole] = collectUtterances(sent);
    if (broken === undefined || whole === undefined) throw new Error('There were no two streams.');
    expect([broken.isEnded, whole.isEnded, whole.config]).toEqual([false, true, MP3_CONFIG]);
    const [before, after] = [await decodeUtterance(broken), await decodeUtterance(whole)];
    assertAtLeast(
      'correlation before',
      findBestCorrelation(utterance.subarray(0, 12_000), before).correlation,
      0.97,
      '',
    );
    assertAtLeast('correlation after', findBestCorrelation(utterance.subarray(24_000), after).correlation, 0.97, '');
    expect(graveViolations(conversation)).toEqual([]);
  });

  test('needs an encoder: without one the session says so', async () => {
    const conversation = await createConversation({ vendor: MP3_VENDOR });
    expect(await settle(conversation.clock, conversation.session.connect())).toMatchObject({ code: 'encoder-failed' });
    expect(conversation.clock.pendingTimers).toBe(0);
  });
});
