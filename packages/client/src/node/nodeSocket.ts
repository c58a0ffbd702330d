// This file adapts the `ws` package to the socket port.
import { WebSocket } from 'ws';
import type { SocketConnector } from '../ports/socket.ts';

const ABNORMAL_CLOSURE = 1006;

export const nodeSockets: SocketConnector = {
  connect({ url, subprotocols, maxMessageBytes }, handlers) {
    // Audio does not compress, and inflating untrusted data costs memory: never negotiated.
    const socket = new WebSocket(url, [...subprotocols], {
      perMessageDeflate: false,
      maxPayload: maxMessageBytes,
      followRedirects: false,
    });
    socket.binaryType = 'nodebuffer';
    socket.on('open', () => handlers.onOpen());
    // 'nodebuffer' makes every message a Buffer. Binary ones are copied: small ones share a pool with their neighbours.
    socket.on('message', (message: Buffer, isBinary: boolean) =>
      handlers.onMessage(isBinary ? Uint8Array.from(message) : message.toString('utf8')),
    );
    socket.on('pong', () => handlers.onAlive());
    socket.on('ping', () => handlers.onAlive());
    // An error is always followed by a close, which is what the engine acts on.
    socket.on('error', () => undefined);
    socket.on('close', (code, reason) =>
      handlers.onClose({ code, reason: String(reason), wasClean: code !== ABNORMAL_CLOSURE }),
    );
    return {
      send: (data) => socket.send(data, { binary: typeof data !== 'string' }),
      close: (code, reason) =>
        socket.readyState === WebSocket.CONNECTING ? socket.terminate() : socket.close(code, reason),
      get bufferedAmountBytes() {
        return socket.bufferedAmount;
      },
      probe() {
        if (socket.readyState === WebSocket.OPEN) socket.ping();
        return true;
      },
    };
  },
};
