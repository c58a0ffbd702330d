// This file adapts the `ws` package to the socket port, for both sides of the relay.
import { WebSocket } from 'ws';
import { CLOSE_CODES } from '../bridge/closeCodes.ts';
import type { RelaySocket, SocketEvents, UpstreamConnector } from '../bridge/relaySocket.ts';

/** Opens connections to vendors. */
export const connectUpstream: UpstreamConnector = ({ url, subprotocols, maxMessageBytes }, events) => {
  const socket = new WebSocket(url, [...subprotocols], {
    // Audio does not compress, and inflating what a stranger sends costs memory: never negotiated.
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    // A redirect would carry what is secret to wherever it leads.
    followRedirects: false,
  });
  listen(socket, events);
  return wrap(socket);
};

/** A socket that `ws` has accepted. Its events come from the next turn of the event loop on at the earliest. */
export function acceptClient(socket: WebSocket, begin: (socket: RelaySocket) => SocketEvents): void {
  listen(socket, begin(wrap(socket)));
}

function wrap(socket: WebSocket): RelaySocket {
  return {
    send: (bytes, isBinary, onSent) => socket.send(bytes, { binary: isBinary }, () => onSent()),
    close: (code, reason) => (code === CLOSE_CODES.noCode ? socket.close() : socket.close(code, reason)),
    terminate: () => socket.terminate(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    ping: () => {
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    },
    get bufferedAmountBytes() {
      return socket.bufferedAmount;
    },
  };
}

function listen(socket: WebSocket, events: SocketEvents): void {
  socket.binaryType = 'nodebuffer';
  socket.on('open', () => events.onOpen());
  // 'nodebuffer' makes every message a Buffer.
  socket.on('message', (message: Buffer, isBinary: boolean) => events.onMessage(message, isBinary));
  socket.on('pong', () => events.onAlive());
  socket.on('ping', () => events.onAlive());
  let refusedCode: number | undefined;
  // A close follows every error. When `ws` itself refused a message, it knows the code only here.
  socket.on('error', ({ code }: NodeJS.ErrnoException) => {
    refusedCode = code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' ? CLOSE_CODES.tooBig : undefined;
  });
  socket.on('close', (code, reason) => events.onClose({ code: refusedCode ?? code, reason: reason.toString('utf8') }));
}
