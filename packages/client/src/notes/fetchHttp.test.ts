import { describe, expect, test } from 'vitest';
import { createDeferred } from '../session/deferred.ts';
import { fetchHttp, type StreamingFetch, type StreamingResponse } from './fetchHttp.ts';

const UPLOAD = { url: 'http://localhost/x', headers: { Authorization: 'Bearer t' }, body: Uint8Array.of(1, 2) };

function respond(pieces: readonly Uint8Array[]): StreamingResponse {
  const left = [...pieces];
  return {
    status: 200,
    headers: { get: (name) => (name === 'retry-after' ? '2' : null) },
    body: { getReader: () => ({ read: () => Promise.resolve({ done: left.length === 0, value: left.shift() }) }) },
  };
}

describe('fetchHttp', () => {
  test('posts once, follows no redirect, and gives the body piece by piece as it is asked for', async () => {
    const calls: unknown[] = [];
    const fetch: StreamingFetch = (url, init) => {
      calls.push([url, init]);
      return Promise.resolve(respond([Uint8Array.of(3), Uint8Array.of(4, 5)]));
    };
    const exchange = fetchHttp(fetch, () => ({ signal: 'signal', abort: () => undefined })).post(UPLOAD);
    expect((await exchange.head).status).toBe(200);
    expect((await exchange.head).header('retry-after')).toBe('2');
    expect([await exchange.read(), await exchange.read(), await exchange.read()]).toEqual([
      Uint8Array.of(3),
      Uint8Array.of(4, 5),
      null,
    ]);
    const { body, headers } = UPLOAD;
    expect(calls).toEqual([[UPLOAD.url, { method: 'POST', headers, body, redirect: 'manual', signal: 'signal' }]]);
  });

  test('an answer without a body ends at once', async () => {
    const fetch: StreamingFetch = () => Promise.resolve({ ...respond([]), status: 0, body: null });
    const exchange = fetchHttp(fetch, () => ({ signal: null, abort: () => undefined })).post(UPLOAD);
    expect([(await exchange.head).status, await exchange.read()]).toEqual([0, null]);
  });

  test('a request that fails, or is cancelled, rejects where somebody listens and nowhere else', async () => {
    const answer = createDeferred<StreamingResponse>();
    const abort = (): void => answer.reject(new Error('aborted'));
    const http = fetchHttp(
      () => answer.promise,
      () => ({ signal: null, abort }),
    );
    http.post(UPLOAD).cancel();
    const exchange = http.post(UPLOAD);
    await expect(exchange.head).rejects.toThrow('aborted');
    await expect(exchange.read()).rejects.toThrow('aborted');
  });
});
