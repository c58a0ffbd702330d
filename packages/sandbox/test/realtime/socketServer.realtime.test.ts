import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { serveSockets } from '../../src/node/socketServer.ts';
import type { Sandbox } from '../../src/sandbox.ts';
import type { ServerSocket, ServerSocketEvents } from '../../src/server/connection.ts';
import { openDeafSocket } from './rawRequest.ts';

const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
};

/** A server that starts `session` on every socket. */
async function serve(session: (socket: ServerSocket) => ServerSocketEvents): Promise<string> {
  const server = createServer();
  serveSockets(server, { accept: ({ open }) => open(session) } as Partial<Sandbox> as Sandbox);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each([
  [5000, 100, 50 * 102],
  [5000, 1, 1000 * 7],
  [500, 1, 500 * 3],
])(
  '%i bytes in fragments of %i are %i bytes on the wire, a ping aside: 1000 frames at most',
  async (size, cut, wanted) => {
    const url = await serve((socket) => {
      setTimeout(() => socket.sendFragmented?.(new Uint8Array(size), cut), 50);
      return { onMessage: () => undefined, onClose: () => undefined };
    });
    const stream = await openDeafSocket(url, '/', UPGRADE);
    closers.push(() => stream.destroy());
    let heardBytes = 0;
    stream.on('data', (chunk: Buffer) => (heardBytes += chunk.length));
    stream.resume();
    const pingBytes = 2;
    await expect.poll(() => heardBytes).toBe(wanted + pingBytes);
  },
);

/** `count` empty binary messages, masked as a client's are, and a close frame. */
function makeBurst(count: number): Buffer {
  return Buffer.concat([...Array.from({ length: count }, () => EMPTY_MESSAGE), CLOSE_FRAME]);
}

const EMPTY_MESSAGE = Buffer.from([0x82, 0x80, 0, 0, 0, 0]);
const CLOSE_FRAME = Buffer.from([0x88, 0x80, 0, 0, 0, 0]);

test.each([
  ['closes', false],
  ['breaks off', true],
])('60,000 messages at once are handled 200 per turn, then the close, when the client %s', async (_, breaksOff) => {
  const perTurn: number[] = [];
  let isTurnCounted = false;
  const codes: number[] = [];
  const url = await serve(() => ({
    onMessage: () => {
      if (!isTurnCounted) {
        isTurnCounted = true;
        perTurn.push(0);
        setImmediate(() => (isTurnCounted = false));
      }
      perTurn[perTurn.length - 1] = (perTurn.at(-1) ?? 0) + 1;
    },
    onClose: ({ code }) =>
      codes.push(
        perTurn.reduce((sum, count) => sum + count),
        code,
      ),
  }));
  const stream = await openDeafSocket(url, '/', UPGRADE);
  stream.resume();
  const burst = makeBurst(60_000);
  if (breaksOff) stream.end(burst.subarray(0, -CLOSE_FRAME.length));
  else stream.write(burst);
  await expect.poll(() => codes, { timeout: 10_000 }).toEqual([60_000, breaksOff ? 1006 : 1005]);
  expect(Math.max(...perTurn)).toBeLessThanOrEqual(400);
  stream.destroy();
});

test('a session that stops reading in the middle of a burst is not read to again before it says so', async () => {
  let heard = 0;
  let server: ServerSocket | undefined;
  const url = await serve((socket) => {
    server = socket;
    return {
      onMessage: () => {
        heard += 1;
        if (heard === 100) socket.pause?.();
      },
      onClose: () => undefined,
    };
  });
  const stream = await openDeafSocket(url, '/', UPGRADE);
  closers.push(() => stream.destroy());
  stream.resume();
  stream.write(makeBurst(100_000));
  await new Promise((resolve) => setTimeout(resolve, 300));
  // What one read of the socket brought is there already.
  expect(heard).toBeGreaterThanOrEqual(100);
  expect(heard).toBeLessThan(30_000);
  server?.resume?.();
  await expect.poll(() => heard, { timeout: 10_000 }).toBe(100_000);
});
