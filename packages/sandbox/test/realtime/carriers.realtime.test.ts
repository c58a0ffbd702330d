import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createRequestListener } from '../../src/node/httpServer.ts';
import { serveSockets } from '../../src/node/socketServer.ts';
import type { HttpRequest, HttpResponse, Sandbox, ServerSocket, SocketClose } from '../../src/node/index.ts';
import { sleep } from './webSocketClient.ts';

// The carriers are tested with a core written for each test: no vendor uses all that they can do.
type Core = Pick<Sandbox, 'request' | 'accept'>;

const servers: Server[] = [];

async function serve(parts: Partial<Core>): Promise<string> {
  const core: Sandbox = {
    request: () => ({ status: 404, headers: {}, body: '' }),
    accept: (connection) => connection.refuse(404, 'Not Found'),
    maxBodyBytes: () => 1000,
    maxBodyStallMs: () => 1000,
    refuseBody: (_request, failure) => ({ status: failure === 'too-large' ? 413 : 408, headers: {}, body: failure }),
    ledger: undefined as unknown as Sandbox['ledger'],
    close: () => undefined,
    ...parts,
  };
  const server = createServer(createRequestListener(core));
  serveSockets(server, core);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe('HTTP', () => {
  test('a body of up to maxBodyBytes arrives whole, in bytes; one byte more is 413 and asks nobody', async () => {
    const requests: HttpRequest[] = [];
    const request = (asked: HttpRequest): HttpResponse => {
      requests.push(asked);
      return { status: 200, headers: {}, body: Uint8Array.of(0, 255) };
    };
    const authority = await serve({ request });
    const body = Uint8Array.from({ length: 1000 }, (_, i) => i);
    const response = await fetch(`http://${authority}/x?y`, { method: 'POST', body });
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255]);
    expect([requests[0]?.path, new Uint8Array(requests[0]?.body ?? [])]).toEqual(['/x?y', body]);
    const tooLong = await fetch(`http://${authority}/`, { method: 'POST', body: new Uint8Array(1001) });
    expect([tooLong.status, requests.length]).toEqual([413, 1]);
  });

  test('pieces of a streamed body leave one by one, and a client that goes away is reported once', async () => {
    const cancels: string[] = [];
    const request = (): HttpResponse => ({
      status: 200,
      headers: { 'content-type': 'application/x-ndjson' },
      body: {
        start(sink) {
          sink.write('first\n');
          return { onCancelled: () => cancels.push('cancelled') };
        },
      },
    });
    const authority = await serve({ request });
    const controller = new AbortController();
    const response = await fetch(`http://${authority}/`, { signal: controller.signal });
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('first\n');
    expect(cancels).toEqual([]);
    controller.abort();
    await sleep(200);
    expect(cancels).toEqual(['cancelled']);
  });

  test('a streamed body that ends is whole; one that is aborted breaks off', async () => {
    const request = ({ path }: HttpRequest): HttpResponse => ({
      status: 200,
      headers: {},
      body: {
        start(sink) {
          sink.write(Uint8Array.of(65));
          setTimeout(() => (path === '/whole' ? sink.end() : sink.abort()), 20);
          return { onCancelled: () => undefined };
        },
      },
    });
    const authority = await serve({ request });
    expect(await (await fetch(`http://${authority}/whole`)).text()).toBe('A');
    const broken = fetch(`http://${authority}/broken`).then((response) => response.text());
    await expect(broken).rejects.toThrow();
  });
});

interface Served {
  readonly authority: string;
  readonly received: (string | Uint8Array)[];
  readonly closes: SocketClose[];
  socket(): ServerSocket;
}

async function serveSocket(subprotocol?: string, maxMessageBytes?: number): Promise<Served> {
  const received: (string | Uint8Array)[] = [];
  const closes: SocketClose[] = [];
  let socket: ServerSocket | undefined;
  const authority = await serve({
    accept: (connection) =>
      connection.open(
        (opened) => {
          socket = opened;
          return {
            onMessage: (data) => received.push(typeof data === 'string' ? data : data.slice()),
            onClose: (close) => closes.push(close),
          };
        },
        subprotocol,
        maxMessageBytes,
      ),
  });
  return { authority, received, closes, socket: () => socket as unknown as ServerSocket };
}

function open(authority: string, subprotocols: string[] = []): Promise<WebSocket> {
  const socket = new WebSocket(`ws://${authority}/`, subprotocols);
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(socket));
    socket.on('error', reject);
  });
}

describe('WebSockets', () => {
  test('a refused client that never ends its side is let go, so that the server can close', async () => {
    const { hostname, port } = new URL(`http://${await serve({})}`);
    const client = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    client.write('GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    const answer: Buffer[] = [];
    client.on('data', (chunk: Buffer) => answer.push(chunk));
    await new Promise((resolve) => client.on('end', resolve));
    expect(Buffer.concat(answer).toString('latin1')).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
    const closed = new Promise((resolve) => servers.at(-1)?.close(() => resolve('closed')));
    expect(await Promise.race([closed, sleep(2000)])).toBe('closed');
    client.destroy();
  });

  test('the subprotocol that the core settles on is echoed; none, or another, fails the client', async () => {
    const offered = ['a', 'bearer.authorization.example.eyJ.x-y_z'];
    const { authority } = await serveSocket(offered[1]);
    expect((await open(authority, offered)).protocol).toBe(offered[1]);
    await expect(open((await serveSocket()).authority, offered)).rejects.toThrow(/subprotocol/);
    await expect(open((await serveSocket('other')).authority, offered)).rejects.toThrow(/subprotocol/);
  });

  test.each([
    [undefined, 65_536],
    [1_000_000, 1_000_000],
  ])('with a limit of %s bytes, %i pass and one more closes with 1009', async (limit, maxBytes) => {
    const { authority, received, closes } = await serveSocket(undefined, limit);
    const client = await open(authority);
    const closed = new Promise((resolve) => client.on('close', resolve));
    client.send(new Uint8Array(maxBytes));
    client.send(new Uint8Array(maxBytes + 1));
    expect(await closed).toBe(1009);
    expect([received.map(({ length }) => length), closes.map(({ code }) => code)]).toEqual([[maxBytes], [1009]]);
  });

  test('messages of 0 to 65,536 bytes arrive whole and in order, between texts; those after a close never leave', async () => {
    const served = await serveSocket();
    const client = await open(served.authority);
    const heard: string[] = [];
    client.on('message', (data: Buffer, isBinary: boolean) => heard.push(`${isBinary} ${data.length} ${data.at(-1)}`));
    await sleep(20);
    const lengths = [0, 1, 125, 126, 127, 255, 256, 640, 65_535, 65_536];
    for (const length of lengths) {
      served.socket().send(new Uint8Array(length).fill(length));
      served.socket().send('text');
    }
    served.socket().close(1000, '');
    served.socket().send(new Uint8Array(640));
    await new Promise((resolve) => client.on('close', resolve));
    const last = (length: number): string => (length === 0 ? 'undefined' : `${length % 256}`);
    expect(heard).toEqual(lengths.flatMap((length) => [`true ${length} ${last(length)}`, 'false 4 116']));
  });

  test('fragments of 3 bytes, also inside a character, arrive as one message', async () => {
    const served = await serveSocket();
    const client = await open(served.authority);
    const heard: string[] = [];
    client.on('message', (data: Buffer, isBinary: boolean) => heard.push(`${isBinary} ${data.toString('utf8')}`));
    await sleep(20);
    served.socket().sendFragmented?.('grüß dich 😀', 3);
    served.socket().sendFragmented?.(Buffer.from('bytes'), 1);
    served.socket().sendFragmented?.('', 1);
    await sleep(100);
    expect(heard).toEqual(['false grüß dich 😀', 'true bytes', 'false ']);
  });

  test('what a client sends in fragments arrives as one message, and each message is its own', async () => {
    const served = await serveSocket();
    const client = await open(served.authority);
    for (const part of ['by', 't', 'es']) client.send(Buffer.from(part), { fin: part === 'es' });
    client.send(Buffer.from('grüß').subarray(0, 3), { binary: false, fin: false });
    client.send(Buffer.from('grüß').subarray(3), { fin: true });
    client.send(Buffer.from('whole'));
    client.send(new Uint8Array(0));
    for (let i = 0; i < 100 && served.received.length < 4; i++) await sleep(20);
    const texts = served.received.map((data) => (typeof data === 'string' ? data : Buffer.from(data).toString()));
    expect(texts).toEqual(['bytes', 'grüß', 'whole', '']);
  });

  test('while the server does not read, 20 MB back up at the client; then all arrive in order', async () => {
    const served = await serveSocket();
    const client = await open(served.authority);
    await sleep(20);
    served.socket().pause?.();
    for (let i = 0; i < 400; i++) client.send(new Uint8Array(50_000).fill(i));
    await sleep(300);
    expect(client.bufferedAmount).toBeGreaterThan(1_000_000);
    expect(served.received.length).toBeLessThan(10);
    served.socket().resume?.();
    for (let i = 0; i < 100 && served.received.length < 400; i++) await sleep(50);
    expect(served.received.map((data) => data[0])).toEqual(Array.from({ length: 400 }, (_, i) => i % 256));
  });
});
