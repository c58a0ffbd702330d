// This file carries WebSockets to the sandbox's core: upgrades, messages and closes, over `ws`.
import type { IncomingMessage, Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { Sandbox } from '../sandbox.ts';
import type { IncomingConnection, ServerSocket, ServerSocketEvents } from '../server/connection.ts';
import { MAX_MESSAGE_BYTES } from '../server/limits.ts';
import { BinaryWriter, MAX_PLAIN_BYTES } from './binaryWriter.ts';
import { plainHeaders } from './httpServer.ts';
import { reportInternalError } from './internalErrors.ts';
import { MessageGate, TurnCounter } from './messageGate.ts';

/** RFC 6455 section 7.4.1: the server met a condition that it did not expect. */
const INTERNAL_ERROR_CODE = 1011;

/** Of one message: each is a write to the transport. */
const MAX_FRAGMENTS = 1000;

/** Sockets on one HTTP server. */
export interface SocketServer {
  /** Waits until every socket is closed; after `graceMs`, drops those that are not. */
  finish(graceMs: number): Promise<void>;
}

/** Serves every upgrade request of `server`. */
export function serveSockets(server: Server, sandbox: Sandbox): SocketServer {
  const carriers = new Map<number, WebSocketServer>();
  const writer = new BinaryWriter();
  const turns = new TurnCounter();
  const subprotocols = new WeakMap<IncomingMessage, string>();
  const carrierFor = (maxPayload: number): WebSocketServer => {
    const carrier = carriers.get(maxPayload) ?? createCarrier(maxPayload, subprotocols);
    carriers.set(maxPayload, carrier);
    return carrier;
  };
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    // A bug of ours costs this connection, and nobody else's.
    const attempt = (act: () => void): void => {
      try {
        act();
      } catch (error) {
        reportInternalError('An upgrade', error);
        stream.destroy();
      }
    };
    const connection: IncomingConnection = {
      request: {
        path: request.url ?? '/',
        headers: plainHeaders(request),
        subprotocols: splitList(request.headers['sec-websocket-protocol']),
      },
      refuse: (status, reason, headers) => {
        if (status === 0) reset(stream);
        // `end` alone closes one half: a client that keeps its own open would hold the socket, and the server, for ever.
        else stream.end(describeRefusal(status, reason, headers), () => stream.destroy());
      },
      open: (start, subprotocol, maxMessageBytes = MAX_MESSAGE_BYTES) => {
        if (subprotocol !== undefined) subprotocols.set(request, subprotocol);
        // A bad connection opens later than `accept` returns.
        attempt(() =>
          carrierFor(maxMessageBytes).handleUpgrade(request, stream, head, (socket) =>
            attach(socket, stream, writer, turns, start),
          ),
        );
      },
    };
    attempt(() => sandbox.accept(connection));
  });
  return {
    finish: (graceMs) =>
      finish(
        [...carriers.values()].flatMap(({ clients }) => [...clients]),
        graceMs,
      ),
  };
}

/** One per limit on the size of messages, which `ws` knows only per server. */
function createCarrier(maxPayload: number, subprotocols: WeakMap<IncomingMessage, string>): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    // Speech does not compress, and inflating what a stranger sends costs memory: never negotiated.
    perMessageDeflate: false,
    maxPayload,
    handleProtocols: (_offered, request) => subprotocols.get(request) ?? false,
  });
}

function attach(
  socket: WebSocket,
  stream: Duplex,
  writer: BinaryWriter,
  turns: TurnCounter,
  start: (socket: ServerSocket) => ServerSocketEvents,
): void {
  socket.binaryType = 'fragments';
  let isStopped = false;
  let hasFailed = false;
  const deliver = (data: string | Uint8Array): void => {
    if (hasFailed) return;
    try {
      events.onMessage(data);
    } catch (error) {
      // What the session would do with the next message is anybody's guess.
      hasFailed = true;
      reportInternalError('A message', error);
      writer.flush(stream);
      socket.close(INTERNAL_ERROR_CODE);
    }
  };
  const gate = new MessageGate(turns, deliver, () => {
    if (gate.isBusy) socket.pause();
    else if (!isStopped) socket.resume();
  });
  const events = start({
    get bufferedAmountBytes() {
      return stream.writableLength + writer.waitingBytes(stream);
    },
    send: (data) => {
      if (socket.readyState !== socket.OPEN) return;
      // As nothing is ever compressed, `ws` holds nothing back that this could overtake.
      if (typeof data !== 'string' && data.length <= MAX_PLAIN_BYTES) return writer.write(stream, data);
      writer.flush(stream);
      socket.send(data);
    },
    sendFragmented: (data, fragmentBytes) => {
      writer.flush(stream);
      sendFragmented(socket, data, fragmentBytes);
    },
    ping: (onPong) => {
      if (socket.readyState !== socket.OPEN) return;
      writer.flush(stream);
      socket.once('pong', onPong);
      socket.ping();
    },
    pause: () => {
      isStopped = true;
      socket.pause();
    },
    resume: () => {
      isStopped = false;
      if (!gate.isBusy) socket.resume();
    },
    close: (code, reason) => {
      writer.flush(stream);
      // 1005 stands for a close frame without a code.
      if (code === 1005) socket.close();
      else socket.close(code, reason);
    },
    terminate: () => {
      writer.flush(stream);
      socket.terminate();
    },
    reset: () => {
      writer.flush(stream);
      reset(stream);
    },
  });
  socket.on('message', (data: RawData, isBinary: boolean) => {
    gate.push(isBinary ? takeBytes(data as Buffer[]) : (data as Buffer).toString('utf8'));
  });
  let refusedCode: number | undefined;
  // `close` follows every error. When `ws` itself refused a frame, it knows the code only here.
  socket.on('error', (error: NodeJS.ErrnoException) => {
    refusedCode = refusalCode(error.code);
  });
  socket.on('close', (code, reason) => {
    const close = { code: refusedCode ?? code, reason: reason.toString('utf8'), wasClean: code !== 1006 };
    gate.end(() => {
      try {
        events.onClose(close);
      } catch (error) {
        reportInternalError('The end of a connection', error);
      }
    });
  });
}

/**
 * The bytes of a binary message; `fragments` is emptied. `ws` makes a list per message, and V8 learns from a crowd that connects
 * and is then silent that such lists live long: it puts them among the old objects, where they would hold what a client sends
 * until all of the heap is collected. With a hundred people who speak that was once a second, 10 ms each time.
 */
function takeBytes(fragments: Buffer[]): Buffer {
  const bytes = (fragments.length === 1 ? fragments[0] : undefined) ?? Buffer.concat(fragments);
  fragments.length = 0;
  return bytes;
}

function reset(stream: Duplex): void {
  if (stream instanceof Socket) stream.resetAndDestroy();
  else stream.destroy();
}

function describeRefusal(status: number, reason: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ connection: 'close', 'content-length': '0', ...headers }).map((pair) =>
    pair.join(': '),
  );
  return [`HTTP/1.1 ${status} ${reason}`, ...lines, '', ''].join('\r\n');
}

/** Each fragment is a frame, and a write to the transport, of its own; text may be cut inside a character. */
function sendFragmented(socket: WebSocket, data: string | Uint8Array, wantedBytes: number): void {
  if (socket.readyState !== socket.OPEN) return;
  const binary = typeof data !== 'string';
  const bytes = Buffer.from(data);
  const fragmentBytes = Math.max(wantedBytes, Math.ceil(bytes.length / MAX_FRAGMENTS));
  let at = 0;
  do {
    const end = Math.min(bytes.length, at + fragmentBytes);
    socket.send(bytes.subarray(at, end), { binary, fin: end === bytes.length });
    // RFC 6455 section 5.4: control frames may come between the fragments of a message.
    if (at === 0 && end < bytes.length) socket.ping();
    at = end;
  } while (at < bytes.length);
}

/** The close code (RFC 6455) that `ws` sends for one of its errors; nothing for an error of the transport. */
function refusalCode(errorCode: string | undefined): number | undefined {
  if (errorCode === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return 1009;
  if (errorCode === 'WS_ERR_INVALID_UTF8') return 1007;
  return errorCode?.startsWith('WS_ERR_') === true ? 1002 : undefined;
}

function finish(open: readonly WebSocket[], graceMs: number): Promise<void> {
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
