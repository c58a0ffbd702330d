// This file carries WebSockets to the sandbox's core: upgrades, messages and closes, over `ws`.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { Sandbox } from '../sandbox.ts';
import type { ServerSocket, ServerSocketEvents } from '../server/connection.ts';
import { MAX_MESSAGE_BYTES } from '../server/limits.ts';
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
  let refusedCode: number | undefined;
  // `close` follows every error. When `ws` itself refused a frame, it knows the code only here.
  socket.on('error', (error: NodeJS.ErrnoException) => {
    refusedCode = refusalCode(error.code);
  });
  socket.on('close', (code, reason) => {
    events.onClose({ code: refusedCode ?? code, reason: reason.toString('utf8'), wasClean: code !== 1006 });
  });
}

/** The close code (RFC 6455) that `ws` sends for one of its errors; nothing for an error of the transport. */
function refusalCode(errorCode: string | undefined): number | undefined {
  if (errorCode === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return 1009;
  if (errorCode === 'WS_ERR_INVALID_UTF8') return 1007;
  return errorCode?.startsWith('WS_ERR_') === true ? 1002 : undefined;
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
