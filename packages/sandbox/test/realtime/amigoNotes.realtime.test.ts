import { request } from 'node:http';
import {
  amigoNotes,
  createRequest,
  finishRequest,
  parseServerMessage,
  parseSignInResponse,
  parseSourceResponse,
  signInRequest,
  sourceRequest,
} from '@voicewire/protocol/amigo-notes';
import { assertAtLeast, measureRmsDb } from '@voicewire/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import type { RunningSandbox, StartSandboxOptions } from '../../src/node/index.ts';
import { startSandbox } from '../../src/node/index.ts';
import { encodeWav } from '../../src/speech/wavFile.ts';
import { makeUserSpeech } from '../support/rig.ts';
import { sleep } from './webSocketClient.ts';

const running: RunningSandbox[] = [];

async function start(options: StartSandboxOptions = {}): Promise<RunningSandbox> {
  const sandbox = await startSandbox({ seed: 1, amigoNotes: { speedRatio: 40 }, ...options });
  running.push(sandbox);
  return sandbox;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
});

const NOTE = encodeWav(makeUserSpeech(600), 16_000);

/** A user with a token and a conversation, over real HTTP. */
async function talk(sandbox: RunningSandbox) {
  const { apiUrl: baseUrl, organization, apiKey, apiKeyId, userId, serviceId } = sandbox.endpoints.amigo;
  const place = { baseUrl, organization };
  const signIn = signInRequest({ ...place, apiKey, apiKeyId, userId });
  const signedIn = await fetch(signIn.url, { method: 'POST', headers: signIn.headers });
  const parsed = parseSignInResponse(signedIn.status, await signedIn.text());
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  const access = { ...place, token: parsed.message.token };
  const create = createRequest(access, { response_format: 'text' }, { service_id: serviceId });
  const created = await fetch(create.url, { method: 'POST', headers: create.headers, body: create.body ?? '' });
  const conversationId = /"conversation_id":"([a-f0-9]{24})"/.exec(await created.text())?.[1] ?? '';
  expect([created.status, conversationId.length]).toEqual([201, 24]);
  return { access, conversationId };
}

/** Sends a note as a page does: `FormData`, and no content type of its own. */
function sendNote(
  access: Awaited<ReturnType<typeof talk>>['access'],
  conversationId: string,
  { parameters = '', signal }: { parameters?: string; signal?: AbortSignal } = {},
) {
  const conversation = amigoNotes({ ...access, conversationId, credentials: access }).createConversation();
  const begun = conversation.begin(access, { audio: NOTE });
  if (!begun.ok) throw new Error(JSON.stringify(begun.issues));
  const { url, headers, form } = begun.message.request;
  const body = new FormData();
  for (const part of form) {
    if (part.kind === 'text') body.append(part.name, part.text);
    else body.append(part.name, new Blob([Uint8Array.from(part.bytes)], { type: part.contentType }), part.fileName);
  }
  const response = fetch(url + parameters, {
    method: 'POST',
    headers,
    body,
    ...(signal === undefined ? {} : { signal }),
  });
  return { exchange: begun.message, response };
}

describe('a voice note over real HTTP', () => {
  test('sign-in, create, note, recording, finish: heard piece by piece, without a breach', async () => {
    const sandbox = await start({ amigoNotes: { speedRatio: 4 } });
    const { access, conversationId } = await talk(sandbox);
    const { exchange, response } = sendNote(access, conversationId);
    const answer = await response;
    exchange.answered(answer.status, (name) => answer.headers.get(name), Date.now());
    const audio: Buffer[] = [];
    const pieceTimesMs: number[] = [];
    for await (const bytes of answer.body ?? []) {
      for (const event of exchange.read(bytes)) {
        if (event.type !== 'agentAudio') continue;
        audio.push(Buffer.from(event.bytes));
        pieceTimesMs.push(performance.now());
      }
    }
    expect(exchange.end('closed').verdict).toMatchObject({ code: 'ended', retry: 'none' });
    const pcm = new Int16Array(new Uint8Array(Buffer.concat(audio)).buffer);
    assertAtLeast('speech', pcm.length / 16, 2000, 'ms');
    assertAtLeast('level', measureRmsDb(Float32Array.from(pcm, (x) => x / 32_768)), -30, 'dB');
    // Streamed at four times real time: at once would be none, in real time all of it.
    const streamedMs = (pieceTimesMs.at(-1) ?? 0) - (pieceTimesMs[0] ?? 0);
    assertAtLeast('streamed over', streamedMs, pcm.length / 16 / 8, 'ms');
    assertAtLeast('moments at which a piece came', new Set(pieceTimesMs.map(Math.round)).size, 5, 'moments');

    const list = await fetch(sandbox.endpoints.amigo.conversationUrl, {
      headers: { authorization: `Bearer ${access.token}` },
    });
    expect(await list.json()).toMatchObject({ conversations: [{ id: conversationId, is_finished: false }] });
    const finish = finishRequest(access, conversationId);
    expect((await fetch(finish.url, { method: 'POST', headers: finish.headers })).status).toBe(204);
    expect(sandbox.ledger.violations).toEqual([]);
  });

  test('the recording of what the user said comes back byte by byte', async () => {
    const sandbox = await start();
    const { access, conversationId } = await talk(sandbox);
    const text = await (await sendNote(access, conversationId).response).text();
    const first = parseServerMessage(text.split('\n')[0] ?? '');
    const messageId = first.ok && first.message.type === 'user-message-available' ? first.message.message_id : '';
    const source = sourceRequest(access, conversationId, messageId);
    const described = parseSourceResponse(await (await fetch(source.url, { headers: source.headers })).text());
    expect(described).toMatchObject({ ok: true, message: { content_type: 'audio/wav' } });
    const url = described.ok ? described.message.url : '';
    const recording = await fetch(url);
    expect(recording.headers.get('content-type')).toBe('audio/wav');
    expect(Buffer.from(await recording.arrayBuffer()).equals(Buffer.from(NOTE))).toBe(true);
  });

  test('MP3 is encoded when it is asked for', async () => {
    const sandbox = await start();
    const { access, conversationId } = await talk(sandbox);
    const text = await (await sendNote(access, conversationId, { parameters: '&fault=audio-mp3' }).response).text();
    const piece = parseServerMessage(text.split('\n')[1] ?? '');
    const base64 = piece.ok && piece.message.type === 'new-message' ? (piece.message.message ?? '') : '';
    expect([...Buffer.from(base64, 'base64').subarray(0, 2)].map((byte) => byte & 0xe0)).toEqual([0xe0, 0xe0]);
  });

  test('gzip: pieces come as they are spoken, and the platform unpacks them', async () => {
    const sandbox = await start({ amigoNotes: { speedRatio: 4 } });
    const { access, conversationId } = await talk(sandbox);
    const answer = await sendNote(access, conversationId, { parameters: '&fault=gzip' }).response;
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    let text = '';
    let readCount = 0;
    for await (const bytes of answer.body ?? []) {
      text += Buffer.from(bytes).toString('latin1');
      readCount += 1;
    }
    assertAtLeast('reads', readCount, 5, 'reads');
    expect(text.trimEnd().split('\n').at(-1)).toContain('interaction-complete');
  });

  test('a client that cancels is noticed: 409 at first, and later the next note goes through', async () => {
    const sandbox = await start({ amigoNotes: { cancelHoldMs: 300 } });
    const { access, conversationId } = await talk(sandbox);
    const abort = new AbortController();
    const { response } = sendNote(access, conversationId, { signal: abort.signal });
    const reader = (await response).body?.getReader();
    await reader?.read();
    abort.abort();
    await expect(reader?.read()).rejects.toThrow(/abort/i);
    await sleep(50);
    const statuses: number[] = [(await sendNote(access, conversationId).response).status];
    for (let i = 0; i < 40 && statuses.at(-1) !== 200; i++) {
      await sleep(50);
      const next = await sendNote(access, conversationId).response;
      statuses.push(next.status);
      await next.body?.cancel();
    }
    expect([statuses[0], statuses.at(-1)]).toEqual([409, 200]);
    expect(sandbox.ledger.violations.every(({ ruleId, severity }) => ruleId === 'B-13' && severity === 'note')).toBe(
      true,
    );
  });

  test('faults on the wire: byte by byte, a reset in mid-line, a page of HTML', async () => {
    const sandbox = await start();
    const { access, conversationId } = await talk(sandbox);
    const split = await (await sendNote(access, conversationId, { parameters: '&fault=split' }).response).text();
    expect(split.split('\n').at(-2)).toContain('interaction-complete');
    const reset = await sendNote(access, conversationId, { parameters: '&fault=reset-mid-line' }).response;
    await expect(reset.text()).rejects.toThrow();
    const html = await sendNote(access, conversationId, { parameters: '&fault=answer-502' }).response;
    expect([html.status, html.headers.get('content-type')]).toEqual([502, 'text/html']);
  });

  test('an upload that stalls is answered with 408, one of 3 MB with 413; both are recorded as B-15', async () => {
    const sandbox = await start({ amigoNotes: { uploadStallMs: 200 } });
    const { access, conversationId } = await talk(sandbox);
    const url = new URL(`/v1/demo-org/conversation/${conversationId}/interact`, access.baseUrl);
    const post = (contentLength: number, body: Uint8Array): Promise<number> =>
      new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer ${access.token}`, 'content-length': contentLength };
        const outgoing = request(url, { method: 'POST', headers });
        outgoing.on('response', (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        });
        outgoing.on('error', reject);
        outgoing.write(body);
      });
    expect(await post(1000, new Uint8Array(10))).toBe(408);
    expect(await post(3_000_000, new Uint8Array(2_500_000)).catch(() => 413)).toBe(413);
    expect(sandbox.ledger.violations.map(({ ruleId, detail }) => [ruleId, detail])).toEqual([
      ['B-15', 'the upload stalled'],
      ['B-15', 'the upload is too large'],
    ]);
  });

  test('closing the sandbox ends an open stream with an error line', async () => {
    const sandbox = await start();
    const { access, conversationId } = await talk(sandbox);
    const response = await sendNote(access, conversationId).response;
    const text = response.text();
    await sleep(100);
    await sandbox.close();
    expect(await text).toContain('"http_error_code":503');
  });
});
