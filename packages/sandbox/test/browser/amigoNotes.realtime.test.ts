import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/node/index.ts';
import { encodeWav } from '../../src/speech/wavFile.ts';
import { makeUserSpeech } from '../support/rig.ts';
import { launchChromium } from './launchChromium.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** What the page does, with nothing but the platform: it must stand by itself. */
async function talkFromPage({ endpoints, wav }: { endpoints: Record<string, string>; wav: number[] }) {
  const { signInUrl = '', conversationUrl = '', apiKey = '', apiKeyId = '', userId = '', serviceId = '' } = endpoints;
  const headers = { 'x-api-key': apiKey, 'x-api-key-id': apiKeyId, 'x-user-id': userId };
  const signedIn = await fetch(signInUrl, { method: 'POST', headers });
  const { id_token: token } = (await signedIn.json()) as { id_token: string };
  const authorized = { Authorization: `Bearer ${token}`, Accept: 'application/x-ndjson' };
  const created = await fetch(`${conversationUrl}?response_format=text`, {
    method: 'POST',
    headers: { ...authorized, 'Content-Type': 'application/json' },
    body: JSON.stringify({ service_id: serviceId }),
  });
  const conversationId = /"conversation_id":"(\w+)"/.exec(await created.text())?.[1] ?? '';
  const form = new FormData();
  form.append('initial_message_type', 'user-message');
  form.append('recorded_message', new Blob([Uint8Array.from(wav)], { type: 'audio/wav' }), 'audio.wav');
  const query = new URLSearchParams({
    request_format: 'voice',
    response_format: 'voice',
    request_audio_config: JSON.stringify({ type: 'pcm', frame_rate: 16000, n_channels: 1, sample_width: 2 }),
    response_audio_format: JSON.stringify({ type: 'pcm', sample_rate: 16000 }),
  });
  const url = `${conversationUrl}${conversationId}/interact?${query.toString()}`;
  const answer = await fetch(url, { method: 'POST', headers: authorized, body: form });
  const reader = answer.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let readCount = 0;
  for (let step = await reader?.read(); step !== undefined && !step.done; step = await reader?.read()) {
    text += decoder.decode(step.value, { stream: true });
    readCount += 1;
  }
  const events = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { type: string; user_message?: string });
  const finished = await fetch(`${conversationUrl}${conversationId}/finish/`, { method: 'POST', headers: authorized });
  return {
    origin: location.origin,
    remaining: answer.headers.get('x-ratelimit-remaining'),
    types: [...new Set(events.map(({ type }) => type))],
    heard: events[0]?.user_message,
    readCount,
    finishStatus: finished.status,
  };
}

describe('a page of another origin', () => {
  test('sends a voice note with FormData and hears the reply piece by piece, without a breach', async () => {
    const sandbox = await startSandbox({ seed: 1 });
    const pages = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>Notes</title>');
    });
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    const { port } = pages.address() as AddressInfo;
    const page = await browser.newPage();
    await page.goto(`http://localhost:${port}/`);
    const wav = [...encodeWav(makeUserSpeech(600), 16_000)];
    const result = await page.evaluate(talkFromPage, { endpoints: { ...sandbox.endpoints.amigo }, wav });
    expect(result).toMatchObject({
      origin: `http://localhost:${port}`,
      remaining: '14',
      types: ['user-message-available', 'new-message', 'interaction-complete'],
      heard: '[0.6 s of speech]',
      finishStatus: 204,
    });
    expect(result.readCount).toBeGreaterThan(5);
    expect(sandbox.ledger.violations).toEqual([]);
    await page.close();
    pages.close();
    await sandbox.close();
  });
});
