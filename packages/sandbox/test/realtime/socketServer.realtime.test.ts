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
