// This file runs Amigo's own TypeScript SDK against the sandbox, unmodified but for its base URL and credentials. It is in no
// registry that everybody can reach, so it runs where VOICEWIRE_AMIGO_SDK names a checkout with its packages installed:
// git clone https://github.com/amigo-ai/amigo-typescript-sdk && cd amigo-typescript-sdk && npm install --ignore-scripts
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunningSandbox, StartSandboxOptions } from '../../src/node/index.ts';
import { startSandbox } from '../../src/node/index.ts';
import { encodeWav } from '../../src/speech/wavFile.ts';
import { makeUserSpeech } from '../support/rig.ts';

const SDK_FOLDER = process.env['VOICEWIRE_AMIGO_SDK'];

type Events = AsyncIterable<Readonly<Record<string, unknown>> & { readonly type: string }>;

/** The part of the SDK that is used here. */
interface AmigoSdk {
  readonly AmigoClient: new (config: Readonly<Record<string, unknown>>) => {
    readonly conversations: {
      createConversation(options: object): Promise<Events>;
      interactWithConversation(options: object): Promise<Events>;
      getConversations(query: object): Promise<{ readonly conversations: readonly { readonly id: string }[] }>;
      getConversationMessages(options: object): Promise<{ readonly messages: readonly { readonly message: string }[] }>;
      finishConversation(options: object): Promise<void>;
    };
  };
}

const WAV = encodeWav(makeUserSpeech(400), 16_000);
const running: RunningSandbox[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
});

async function startWithSdk(options: StartSandboxOptions = {}) {
  const sandbox = await startSandbox({ seed: 1, amigoNotes: { speedRatio: 40 }, ...options });
  running.push(sandbox);
  const sdk = (await import(pathToFileURL(join(SDK_FOLDER ?? '', 'src/index.ts')).href)) as AmigoSdk;
  const { apiUrl: baseUrl, organization: orgId, apiKey, apiKeyId, userId, serviceId } = sandbox.endpoints.amigo;
  const { conversations } = new sdk.AmigoClient({ baseUrl, orgId, apiKey, apiKeyId, userId });
  const created = await conversations.createConversation({
    body: { service_id: serviceId, service_version_set_name: 'release' },
    query: { response_format: 'text' },
  });
  const events = await collect(created);
  return { sandbox, conversations, conversationId: String(events[0]?.['conversation_id']), events };
}

/** Reads a stream to its end; leaves it at `interaction-complete` where told so, as the SDK's example does. */
async function collect(stream: Events, leavesEarly = false): Promise<Readonly<Record<string, unknown>>[]> {
  const events: Readonly<Record<string, unknown>>[] = [];
  for await (const event of stream) {
    events.push(event);
    if (leavesEarly && event.type === 'interaction-complete') break;
  }
  return events;
}

describe("Amigo's own SDK", () => {
  beforeEach((context) => {
    context.skip(SDK_FOLDER === undefined, 'VOICEWIRE_AMIGO_SDK names no checkout of the SDK, which is in no registry');
  });

  test('signs in, creates, lists, writes, reads the messages and finishes, without a breach', async () => {
    const { sandbox, conversations, conversationId, events } = await startWithSdk();
    expect([events[0]?.['type'], events.at(-1)?.['type']]).toEqual(['conversation-created', 'interaction-complete']);
    const { conversations: listed } = await conversations.getConversations({ id: [conversationId] });
    expect(listed.map(({ id }) => id)).toEqual([conversationId]);
    const query = { request_format: 'text', response_format: 'text' };
    const input = 'Hello from the SDK!';
    const reply = await collect(await conversations.interactWithConversation({ conversationId, input, query }), true);
    expect(reply[0]).toMatchObject({ type: 'user-message-available', user_message: input });
    const { messages } = await conversations.getConversationMessages({ conversationId, query: { limit: 10 } });
    expect(messages.map(({ message }) => message)).toEqual([
      events.at(-1)?.['full_message'],
      input,
      reply.at(-1)?.['full_message'],
    ]);
    await conversations.finishConversation({ conversationId });
    expect(sandbox.ledger.violations).toEqual([]);
  });

  // Its HTTP library turns whatever it is given into JSON: bytes into an object of numbers, a blob into `{}`. No audio
  // leaves it, so no server can hear it.
  test.each([
    ['bytes', () => WAV, 'application/json', 133_634],
    ['a blob', () => new Blob([Uint8Array.from(WAV)], { type: 'audio/wav' }), 'audio/wav', 2],
  ])(
    'its voice upload of %s is refused, and completes under policy record',
    async (_name, makeInput, type, sizeBytes) => {
      const send = async (options: StartSandboxOptions) => {
        const { sandbox, conversations, conversationId } = await startWithSdk(options);
        const config = { type: 'pcm', frame_rate: 16_000, n_channels: 1, sample_width: 2 };
        const query = { request_format: 'voice', response_format: 'text', request_audio_config: config };
        const events = await conversations
          .interactWithConversation({ conversationId, input: makeInput(), query })
          .then((stream) => collect(stream))
          .catch((error: unknown) => [{ type: String(error) }]);
        return { events, details: sandbox.ledger.violations.map(({ ruleId, detail }) => `${ruleId}: ${detail}`) };
      };
      const rawBody = `B-08: a body of type '${type}', wanted multipart/form-data`;
      const noAudio = 'B-10: declared pcm, found no RIFF header';
      expect(await send({})).toEqual({ events: [{ type: `ValidationError: ${rawBody}` }], details: [rawBody] });
      expect(await send({ profile: 'legacy' })).toEqual({
        events: [{ type: `AmigoError: ${noAudio}` }],
        details: [noAudio],
      });
      const { events, details } = await send({ policy: 'record' });
      expect(details).toEqual([rawBody, noAudio]);
      expect(events[0]).toMatchObject({ user_message: `[${sizeBytes} bytes that are no audio]` });
      expect(events.at(-1)).toMatchObject({ type: 'interaction-complete' });
    },
  );
});
