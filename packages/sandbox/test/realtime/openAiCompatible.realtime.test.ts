import { loadDsp } from '@voicewire/dsp-wasm';
import { assertAtLeast, findBestCorrelation } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { AgentSession } from '../../src/agents/agentSession.ts';
import { MODEL_SILENT } from '../../src/agents/lines.ts';
import type { SandboxError } from '../../src/errors.ts';
import { DEFAULT_TURN_OPTIONS } from '../../src/hearing/hearing.ts';
import { loadClips } from '../../src/node/loadClips.ts';
import { createNodeClock } from '../../src/node/nodeClock.ts';
import type { OpenAiOptions } from '../../src/node/openAi/modelServer.ts';
import { openAiCompatible } from '../../src/node/openAi/openAiCompatible.ts';
import { createRateConverter } from '../../src/node/rateConverter.ts';
import { readWav } from '../../src/node/wavSamples.ts';
import { createRandom } from '../../src/random.ts';
import { PcmStore } from '../../src/hearing/pcmTail.ts';
import { FrameTicker } from '../../src/speech/frameTicker.ts';
import { openClipFile } from '../../src/speech/clipFile.ts';
import { createVoice } from '../../src/speech/voice.ts';
import { makeUserSpeech } from '../support/rig.ts';
import type { ModelAnswers } from './modelServer.ts';
import { startModelServer } from './modelServer.ts';
import { sleep } from './webSocketClient.ts';

const convert = createRateConverter(await loadDsp());
const clips = openClipFile(await loadClips());
const KEY = 'sk-test-0123456789abcdef';

/** A session of the agent with a model server behind it; user turns end by request. */
async function createCall(answers: ModelAnswers, options: Partial<OpenAiOptions> = {}) {
  const models = await startModelServer(answers);
  const errors: SandboxError[] = [];
  const lines: { readonly text: string; readonly pcm: Int16Array }[] = [];
  const transcripts: string[] = [];
  const agent = openAiCompatible(
    { baseUrl: models.baseUrl, chatModel: 'tiny', apiKey: KEY, onError: (error) => errors.push(error), ...options },
    convert,
  );
  const clock = createNodeClock();
  const session = new AgentSession({
    clock,
    ticker: new FrameTicker(clock),
    pcmStore: new PcmStore(),
    random: createRandom(1),
    voice: createVoice(clips),
    detector: { process: () => 0 },
    turns: DEFAULT_TURN_OPTIONS,
    createAgent: agent,
    frameSamples: 320,
    speedRatio: 10,
    hangUp: () => undefined,
    onLineStarted: (line) => lines.push(line),
    onUtterance: ({ transcript }) => transcripts.push(transcript),
  });
  session.start();
  session.setTurnDetector('client');
  const sayTurn = (pcm = makeUserSpeech(800)): void => {
    session.hear(pcm);
    session.endUserTurn();
  };
  const waitForLines = async (count: number): Promise<void> => {
    const deadlineMs = performance.now() + 10_000;
    while (lines.length < count && performance.now() < deadlineMs) await sleep(5);
    expect(lines.map(({ text }) => text)).toHaveLength(count);
  };
  const hangUp = async (): Promise<void> => {
    session.close();
    await models.close();
  };
  return { models, errors, lines, transcripts, session, sayTurn, waitForLines, hangUp };
}

describe('openAiCompatible', () => {
  test('hears by the transcription model, thinks by the chat model, speaks sentence by sentence in order', async () => {
    const speech = new Map([
      ['It is noon.', makeUserSpeech(600, 5)],
      ['Good bye!', makeUserSpeech(400, 6)],
    ]);
    const call = await createCall({
      transcript: ' what time is it ',
      pieces: ['It is', ' noon. Go', 'od bye!'],
      speak: (text) => ({ pcm: speech.get(text) ?? new Int16Array(0), sampleRate: 16_000 }),
    });
    const said = makeUserSpeech(800);
    call.sayTurn(said);
    await call.waitForLines(2);
    expect(call.transcripts).toEqual(['what time is it']);
    expect(call.lines.map(({ text, pcm }) => [text, pcm])).toEqual([...speech]);
    const [transcription, chat] = call.models.requests;
    const wavAt = transcription?.body.indexOf('RIFF') ?? 0;
    const heard = readWav(transcription?.body.subarray(wavAt) ?? new Uint8Array(0));
    expect(heard.sampleRate).toBe(16_000);
    const { correlation } = findBestCorrelation(Float32Array.from(heard.pcm), Float32Array.from(said));
    assertAtLeast('correlation of what the model was given', correlation, 0.99, '');
    expect(JSON.parse(chat?.body.toString('utf8') ?? '')).toMatchObject({
      model: 'tiny',
      stream: true,
      messages: [{ role: 'system' }, { role: 'user', content: 'what time is it' }],
    });
    expect(call.models.requests.every(({ authorization }) => authorization === `Bearer ${KEY}`)).toBe(true);
    expect(call.errors).toEqual([]);
    await call.hangUp();
  });

  test('speech at 24 kHz arrives at 16 kHz; the second turn carries the first one along', async () => {
    const call = await createCall({ pieces: ['Yes.'] });
    call.sayTurn();
    await call.waitForLines(1);
    expect(call.lines[0]?.pcm.length).toBe(1600);
    await sleep(50);
    call.session.hearText({ kind: 'external-event', text: 'door open' });
    await call.waitForLines(2);
    const chats = call.models.requests.filter(({ path }) => path.endsWith('completions'));
    const { messages } = JSON.parse(chats[1]?.body.toString('utf8') ?? '') as { messages: { content: string }[] };
    expect(messages.slice(1).map(({ content }) => content)).toEqual(['hello', 'Yes.', '[Event: door open]']);
    await call.hangUp();
  });

  test('speech of the user cancels the request under way and what it would have said', async () => {
    const call = await createCall({ pieces: ['One. '], isChatEndless: true });
    call.sayTurn();
    await call.waitForLines(1);
    call.session.hear(makeUserSpeech(100));
    await sleep(100);
    const chat = call.models.requests.find(({ path }) => path.endsWith('completions'));
    expect(chat?.wasAborted).toBe(true);
    expect(call.errors).toEqual([]);
    await call.hangUp();
  });

  test('a chat that fails is said aloud and reported, with neither the key nor the answer in the error', async () => {
    const call = await createCall({ failures: { '/v1/chat/completions': 401 } });
    call.sayTurn();
    await call.waitForLines(1);
    expect(call.lines[0]?.text).toBe(MODEL_SILENT);
    expect(call.errors[0]).toMatchObject({ code: 'model-failed', details: { task: 'chat', status: 401 } });
    const shown = JSON.stringify([call.errors[0], call.errors[0]?.message, String(call.errors[0]?.stack)]);
    expect(shown).not.toContain(KEY);
    expect(shown).not.toContain('secret details');
    await call.hangUp();
  });

  test('a chat that breaks off after two sentences is said aloud behind them', async () => {
    const pcm = makeUserSpeech(400);
    const call = await createCall({
      pieces: ['One. Two. Thr'],
      isChatEndless: true,
      speak: async (text) => {
        // The speech comes after the failure is known: only then could the apology get ahead of it.
        if (text === 'Two.') call.models.breakChats();
        while (call.errors.length === 0) await sleep(5);
        return { pcm, sampleRate: 16_000 };
      },
    });
    call.sayTurn();
    await call.waitForLines(3);
    expect(call.lines.map(({ text }) => text)).toEqual(['One.', 'Two.', MODEL_SILENT]);
    expect(call.errors.map(({ details }) => details['task'])).toEqual(['chat']);
    await call.hangUp();
  });

  test('without transcription the model is told how long the user spoke; without speech the local voice speaks', async () => {
    const failures = { '/v1/audio/transcriptions': 500, '/v1/audio/speech': 500 };
    const call = await createCall({ pieces: ['Got it.'], failures });
    call.sayTurn();
    await call.waitForLines(1);
    expect(call.transcripts).toEqual(['[0.8 s of speech]']);
    expect(call.lines[0]?.pcm).toEqual(createVoice(clips).render('Got it.'));
    expect(call.errors.map(({ details }) => details['task'])).toEqual(['transcription', 'speech']);
    await call.hangUp();
  });

  test('a server that does not answer is given up after timeoutMs; a URL that is none is invalid-option', async () => {
    const call = await createCall({}, { baseUrl: 'http://127.0.0.1:9/v1', timeoutMs: 500 });
    call.sayTurn();
    await call.waitForLines(1);
    expect(call.errors.map(({ code }) => code)).toEqual(['model-failed', 'model-failed']);
    await call.hangUp();
    expect(() => openAiCompatible({ baseUrl: 'nowhere', chatModel: 'x' }, convert)).toThrow(
      expect.objectContaining({ code: 'invalid-option' }),
    );
  });
});
