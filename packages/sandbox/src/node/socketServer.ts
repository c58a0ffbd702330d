// This file carries WebSockets to the sandbox's core: upgrades, messages and closes, over `ws`.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { Sandbox } from '../sandbox.ts';
import type { ServerSocket, ServerSocketEvents } from '../server/connection.ts';
import { MAX_MESSAGE_BYTES } from '../voice-api/session.ts';
import { plainHeaders } from './httpServer.ts';

/** Sockets on one HTTP server. */
export interface SocketServer {
  /** Waits until every socket is closed; after `graceMs`, drops those that are not. */
  finish(graceMs: number): Promise<void>;
}

/** Serves every upgrade request of `server`. */
export function serveSockets(server: Server, sandbox: Sandbox): SocketServer {
  // Speech does not compress, and inflating what a stranger sends costs memory: never negotiated.
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: () => false,
  });
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    sandbox.accept({
      request: {
        path: request.url ?? '/',
        headers: plainHeaders(request),
        subprotocols: splitList(request.headers['sec-websocket-protocol']),
      },
      refuse: (status, reason) => {
        stream.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      },
      open: (start) => {
        sockets.handleUpgrade(request, stream, head, (socket) => attach(socket, start));
      },
    });
  });
  return { finish: (graceMs) => finish(sockets, graceMs) };
}

function attach(socket: WebSocket, start: (socket: ServerSocket) => ServerSocketEvents): void {
  socket.binaryType = 'nodebuffer';
  const events = start({
    get bufferedAmountBytes() {
      return socket.bufferedAmount;
    },
    send: (data) => {
      if (socket.readyState === socket.OPEN) socket.send(data);
    },
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
  });
  socket.on('message', (data: RawData, isBinary: boolean) => {
    const bytes = data as Buffer;
    events.onMessage(isBinary ? bytes : bytes.toString('utf8'));
  });
  // `close` follows and tells the core.
  socket.on('error', () => undefined);
  socket.on('close', (code, reason) => {
    events.onClose({ code, reason: reason.toString('utf8'), wasClean: code !== 1006 });
  });
}

function finish(sockets: WebSocketServer, graceMs: number): Promise<void> {
  const open = [...sockets.clients];
  const closed = Promise.all(open.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
  const timer = setTimeout(() => {
    for (const socket of open) socket.terminate();
  }, graceMs);
  return closed.then(() => clearTimeout(timer));
}

function splitList(header: string | undefined): readonly string[] {
  return (header ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
