// This file adapts the browser's WebSocket to the socket port.
import type { SocketConnector } from '../ports/socket.ts';

export const browserSockets: SocketConnector = {
  connect({ url, subprotocols }, handlers) {
    const socket = new WebSocket(url, [...subprotocols]);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => handlers.onOpen();
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
      handlers.onMessage(typeof event.data === 'string' ? event.data : new Uint8Array(event.data));
    };
    socket.onclose = ({ code, reason, wasClean }) => handlers.onClose({ code, reason, wasClean });
    return {
      // A socket that is closing drops data by itself; the close event follows and says so.
      send: (data) => socket.send(data as string | Uint8Array<ArrayBuffer>),
      close: (code, reason) => socket.close(code, reason),
      get bufferedAmountBytes() {
        return socket.bufferedAmount;
      },
    };
  },
};
