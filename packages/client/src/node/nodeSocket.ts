// This file adapts the `ws` package to the socket port.
import { WebSocket, type RawData } from 'ws';
import type { SocketConnector } from '../ports/socket.ts';

/** Far above any voice message; a server that sends more is broken or hostile. */
const MAX_MESSAGE_BYTES = 1 << 20;
const ABNORMAL_CLOSURE = 1006;

export const nodeSockets: SocketConnector = {
  connect({ url, subprotocols }, handlers) {
    // Audio does not compress, and inflating untrusted data costs memory: never negotiated.
    const socket = new WebSocket(url, [...subprotocols], {
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      followRedirects: false,
    });
    socket.binaryType = 'nodebuffer';
    socket.on('open', () => handlers.onOpen());
    socket.on('message', (data: RawData, isBinary: boolean) =>
      handlers.onMessage(isBinary ? bytesOf(data) : Buffer.from(bytesOf(data)).toString('utf8')),
    );
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
    };
  },
};

// A copy: small messages share one pooled buffer with their neighbours.
function bytesOf(data: RawData): Uint8Array {
  return Uint8Array.from(
    Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? new Uint8Array(data) : data,
  );
}
