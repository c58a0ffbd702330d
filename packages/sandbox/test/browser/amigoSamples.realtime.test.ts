import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RunningSandbox } from '../../src/node/index.ts';
import { makeUserSpeech } from '../support/rig.ts';
import {
  SampleBrowser,
  blockAfter,
  cutOut,
  findVendorPages,
  readVendorPage,
  rulesBroken,
  signInToAmigo,
  waitUntil,
} from './samplePage.ts';

const paths = findVendorPages();
/** The first block may be faster than the acknowledgement; a machine that is busy for half a second holds blocks back. */
const BY_CHANCE = ['A-41 strict', 'A-37 strict'];
const chromium = new SampleBrowser();
beforeAll(() => chromium.launch());
afterEach(() => chromium.closePages());
afterAll(() => chromium.close());

const readPage = (): string => readVendorPage(paths.amigo);

/** The page's class, without its use. */
const readClass = (): string => {
  const code = blockAfter(readPage(), '### Production-Ready WebSocket Client');
  return cutOut(code, 'class ', '// Usage Example');
};

/** A page with `code`, hosts and credentials replaced. `before` defines what the code uses and does not define. */
async function makePage({ endpoints: { amigo } }: RunningSandbox, code: string, before = ''): Promise<string> {
  const token = await signInToAmigo(amigo);
  const program = code
    .replaceAll('wss://api.amigo.ai', amigo.apiUrl.replace('http:', 'ws:'))
    .replaceAll('your-org', amigo.organization)
    .replaceAll('your-auth-token', token)
    .replaceAll(/'(?:your-)?service-id'/g, JSON.stringify(amigo.serviceId));
  const given = `const authToken = ${JSON.stringify(token)}, orgId = ${JSON.stringify(amigo.organization)};`;
  return `<!doctype html><meta charset="utf-8"><title>Sample</title><script>${given}\n${before}\n${program}</script>`;
}

describe.skipIf(paths.amigo === null)('the sample programs of Amigo’s pages in Chromium, from another origin', () => {
  test.skipIf(paths.amigoPlain === null).each([
    ['', () => blockAfter(readPage(), '{% tab title="JavaScript" %}')],
    [' of the plain page', () => cutOut(readVendorPage(paths.amigoPlain), '// 1. Connect', 'What You Can Build')],
  ] as const)(
    'the quick start%s fails exactly thus: its text is sent before the socket is open; the rest completes',
    async (_name, readCode) => {
      const before = 'globalThis.heard = 0; function handleAgentResponse(message) { heard += message.length; }';
      const sample = await chromium.open({}, (sandbox) => makePage(sandbox, readCode(), before));
      await waitUntil('interaction', () => sample.types().has('out server.interaction-complete'));
      expect(sample.errors).toEqual([expect.stringMatching(/^InvalidStateError: .*CONNECTING/)]);
      expect(sample.logs).toEqual([expect.stringMatching(/^Ready to chat! Conversation ID: [0-9a-f]{24}$/)]);
      expect([...sample.types()].filter((type) => type.startsWith('in '))).toEqual(['in client.start-conversation']);
      expect(await sample.page.evaluate<number>('heard')).toBeGreaterThan(100_000);
      expect([sample.record()?.close, rulesBroken(sample.record())]).toEqual([undefined, []]);
    },
  );

  test.each(['enforce', 'record'] as const)(
    'the class for production talks under %s: text before the acknowledgement, and blocks of 256 ms, are strict',
    async (policy) => {
      const code = blockAfter(readPage(), '### Production-Ready WebSocket Client');
      const sample = await chromium.open({ policy }, (sandbox) => makePage(sandbox, code));
      // The microphone speaks again and again, and so interrupts most answers.
      const isAnswered = (): boolean => {
        const heardAt = sample.logs.findIndex((line) => line.startsWith('User said: ['));
        return heardAt >= 0 && sample.logs.includes('Message: server.new-message', heardAt);
      };
      await waitUntil('utterance, heard and answered', isAnswered);
      expect(sample.logs.some((line) => /^Conversation ID: [0-9a-f]{24}$/.test(line))).toBe(true);
      expect(sample.logs).toContain('User speaking...');
      expect([...sample.types()]).toEqual(
        expect.arrayContaining([
          'in client.new-text-message',
          'out server.vad-mode-switched',
          'out server.new-message',
        ]),
      );
      expect(sample.record()?.close).toBeUndefined();
      expect(rulesBroken(sample.record(), BY_CHANCE)).toEqual(['A-17 strict', 'A-35 strict']);
      // It plays nothing: raw PCM is no file that decodeAudioData could read. The same pieces failed at the vendor.
      expect(new Set(sample.errors)).toEqual(new Set(['EncodingError: Unable to decode audio data']));
    },
  );

  test('the class for production finishes: the microphone that runs on, and the close without a code, close nothing', async () => {
    const before = 'globalThis.read = () => client;';
    const use = `const client = new RealtimeConversation('your-org', 'your-auth-token', { vadEnabled: true });
      client.connect('service-id');`;
    const sample = await chromium.open({}, (sandbox) => makePage(sandbox, `${readClass()}\n${use}`, before));
    await waitUntil('turn detection', () => sample.types().has('out server.vad-mode-switched'));
    await sample.page.evaluate('read().finish()');
    await waitUntil('end', () => sample.types().has('out server.conversation-completed'));
    const audioCount = (): number =>
      sample.record()?.frames.filter(({ type }) => type === 'client.new-audio-message').length ?? 0;
    const before3 = audioCount() + 3;
    await waitUntil('3 more blocks of audio', () => audioCount() >= before3);
    expect(sample.record()?.close).toBeUndefined();
    await sample.page.evaluate('read().close()');
    await waitUntil('close', () => sample.record()?.close !== undefined);
    expect(sample.record()?.close).toMatchObject({ code: 1005, wasClean: true });
    expect(rulesBroken(sample.record(), BY_CHANCE)).toEqual(['A-35 strict', 'A-50 strict', 'A-51 note']);
  });

  test('the page’s steps, each once the one before is answered, complete without a fatal breach', async () => {
    const page = readPage();
    const connect = blockAfter(page, '### Step 1: Connect & Authenticate');
    const steps = {
      start: blockAfter(page, '#### Option A: Start New Conversation'),
      text: blockAfter(page, '#### Send Text'),
      audio: blockAfter(page, '#### Send Audio'),
      detect: blockAfter(page, '#### Voice Activity Detection (VAD)\n\n```'),
      keepAlive: blockAfter(page, '### Keep Connection Alive'),
    };
    const functions = Object.entries(steps).map(([name, code]) => `function ${name}() {\n${code}\n}`);
    const speech = Buffer.from(makeUserSpeech(600).buffer).toString('base64');
    const block = `const base64AudioChunk = '${speech}', nextBase64AudioChunk = base64AudioChunk;`;
    const sample = await chromium.open({}, (sandbox) =>
      makePage(sandbox, `${connect}\n${functions.join('\n')}`, block),
    );
    const step = (name: keyof typeof steps): Promise<unknown> => sample.page.evaluate(`${name}()`);
    const count = (type: string): number =>
      sample.record()?.frames.filter((frame) => frame.type === `server.${type}`).length ?? 0;
    await waitUntil('open socket', () => sample.logs.includes('Connected'));
    await step('start');
    await step('keepAlive');
    await waitUntil('greeting', () => count('interaction-complete') === 1);
    // A message of the user's, an event that waits, and one that wants an answer of its own.
    await step('text');
    await waitUntil('answers to the texts', () => count('interaction-complete') === 3);
    await step('audio');
    await waitUntil('answer to the audio', () => count('interaction-complete') === 4);
    await step('detect');
    await waitUntil('turn detection', () => count('vad-mode-switched') === 1);
    expect([sample.errors, sample.record()?.close]).toEqual([[], undefined]);
    expect(rulesBroken(sample.record())).toEqual([]);
  });

  test('the event that interrupts completes: it comes before turn detection is acknowledged, which is strict', async () => {
    const connect = blockAfter(readPage(), '### Step 1: Connect & Authenticate');
    const start = blockAfter(readPage(), '#### Option A: Start New Conversation');
    const event = blockAfter(readPage(), '### VAD with External Events');
    const steps = `function start() {\n${start}\n}\nfunction event() {\n${event}\n}`;
    const sample = await chromium.open({}, (sandbox) => makePage(sandbox, `${connect}\n${steps}`));
    await waitUntil('open socket', () => sample.logs.includes('Connected'));
    await sample.page.evaluate('start()');
    await waitUntil('conversation', () => sample.types().has('out server.conversation-created'));
    await sample.page.evaluate('event()');
    await waitUntil('answer', () => sample.logs.includes('External event interaction completed'));
    expect([sample.errors, sample.record()?.close]).toEqual([[], undefined]);
    // It streams nothing, although turn detection is on.
    expect(rulesBroken(sample.record(), BY_CHANCE)).toEqual(['A-17 strict']);
  });
});
