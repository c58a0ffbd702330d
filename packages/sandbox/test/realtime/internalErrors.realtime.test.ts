import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createRequestListener } from '../../src/node/httpServer.ts';
import { serveSockets } from '../../src/node/socketServer.ts';
import type { Sandbox } from '../../src/sandbox.ts';
import type { IncomingConnection } from '../../src/server/connection.ts';

const warnings: string[] = [];
const keep = (warning: Error): number => warnings.push(warning.message);
const closers: (() => void)[] = [];

beforeEach(() => {
  warnings.length = 0;
  process.on('warning', keep);
});

afterEach(() => {
  process.off('warning', keep);
  for (const close of closers.splice(0)) close();
});

function bug(): never {
  throw new TypeError('quotes what the client sent');
}

/** A server whose sandbox has these bugs. */
async function serve(bugs: Partial<Sandbox>): Promise<string> {
  const sandbox: Partial<Sandbox> = { maxBodyBytes: () => 10, maxBodyStallMs: () => 1000, ...bugs };
  const server = createServer(createRequestListener(sandbox as Sandbox));
  serveSockets(server, sandbox as Sandbox);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function expectOneWarning(what: string): void {
  expect(warnings).toEqual([expect.stringMatching(new RegExp(`^${what} failed: TypeError\n +at (Object\\.)?bug`))]);
  expect(warnings[0]).not.toContain('client sent');
}

test.each<[string, Partial<Sandbox>, string]>([
  ['in the answer', { request: bug }, ''],
  ['in a refusal', { refuseBody: bug }, 'more than ten bytes'],
  ['before the body', { maxBodyBytes: bug }, ''],
])('a bug %s is 500 and a warning, and the server goes on', async (_, bugs, body) => {
  const authority = await serve(bugs);
  for (let i = 0; i < 2; i++) {
    warnings.length = 0;
    const answer = await fetch(`http://${authority}/`, { method: 'POST', body });
    expect([answer.status, await answer.text()]).toEqual([500, 'The sandbox failed.\n']);
    expectOneWarning('A request');
  }
});

test('a bug in a body ends that answer', async () => {
  const authority = await serve({ request: () => ({ status: 200, headers: {}, body: { start: bug } }) });
  await expect(fetch(`http://${authority}/`).then((answer) => answer.text())).rejects.toThrow();
  expectOneWarning('A request');
});

function closeOf(socket: WebSocket): Promise<number> {
  socket.on('error', () => undefined);
  return new Promise((resolve) => socket.on('close', resolve));
}

test.each<[string, Sandbox['accept']]>([
  ['in an upgrade', bug],
  ['at the start of a session', ({ open }: IncomingConnection) => open(bug)],
  ['in an upgrade that is late', ({ open }: IncomingConnection) => void setTimeout(() => open(bug), 20)],
])('a bug %s ends that connection', async (_, accept) => {
  const authority = await serve({ accept });
  expect(await closeOf(new WebSocket(`ws://${authority}/`))).toBe(1006);
  expectOneWarning('An upgrade');
});

test('a bug in the handling of a message closes with 1011; messages behind it are not handled', async () => {
  const heard: string[] = [];
  const onMessage = (data: string | Uint8Array): void => {
    heard.push(String(data));
    if (data === 'bad') bug();
  };
  const ends: number[] = [];
  const authority = await serve({
    accept: ({ open }) => open(() => ({ onMessage, onClose: ({ code }) => ends.push(code) })),
  });
  const socket = new WebSocket(`ws://${authority}/`);
  socket.on('open', () => ['good', 'bad', 'late'].forEach((text) => socket.send(text)));
  expect(await closeOf(socket)).toBe(1011);
  expect(heard).toEqual(['good', 'bad']);
  await expect.poll(() => ends).toEqual([1011]);
  expectOneWarning('A message');
});

test('a bug at the end of a connection is a warning', async () => {
  const authority = await serve({ accept: ({ open }) => open(() => ({ onMessage: () => undefined, onClose: bug })) });
  const socket = new WebSocket(`ws://${authority}/`);
  socket.on('open', () => socket.close());
  await closeOf(socket);
  await expect.poll(() => warnings.length).toBe(1);
  expectOneWarning('The end of a connection');
});
