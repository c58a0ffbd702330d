import { createServer } from 'node:net';
import { WebSocketServer } from 'ws';
import { describeSocketConnector } from '../ports/socket.contract.ts';
import { nodeSockets } from './nodeSocket.ts';

const LIMIT_MS = 5_000;

describeSocketConnector('ws', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => {
    socket.on('message', (message: Buffer, isBinary: boolean) => {
      if (message.toString() === 'close') socket.close(4001, 'bye');
      else socket.send(message, { binary: isBinary });
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    connector: nodeSockets,
    echoUrl: urlOf(server.address()),
    deadUrl: `ws://127.0.0.1:${await freePort()}`,
    async until(isTrue) {
      for (const endMs = Date.now() + LIMIT_MS; !isTrue();) {
        if (Date.now() > endMs) throw new Error(`Nothing happened within ${LIMIT_MS} ms.`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
});

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 1;
}

function urlOf(address: ReturnType<WebSocketServer['address']>): string {
  return `ws://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}
