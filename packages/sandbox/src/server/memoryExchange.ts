// This file carries one HTTP answer to a client in the same process, piece by piece on the injected clock.
import { encodeUtf8 } from '@voicewire/protocol/wire';
import type { Clock } from '../clock.ts';
import type { HttpResponse, ResponseProducer } from './http.ts';
import { isStream } from './http.ts';
import { MessagePipe } from './messagePipe.ts';

/** What a client hears of its request; never during the call that makes it. */
export interface MemoryResponseHandlers {
  onResponse(response: { readonly status: number; readonly headers: Readonly<Record<string, string>> }): void;
  onChunk(chunk: Uint8Array): void;
  /** The body is complete. */
  onEnd(): void;
  /** The connection was dropped before the end. */
  onDropped(): void;
}

/** A request under way. */
export interface MemoryExchange {
  /** Gives up; no handler is called any more. */
  cancel(): void;
}

/** Sends a request, which reaches the server after `delayMs`, as every piece of the answer the client. */
export function startExchange(
  clock: Clock,
  delayMs: number,
  send: () => HttpResponse,
  handlers: MemoryResponseHandlers,
): MemoryExchange {
  const up = new MessagePipe(clock, delayMs);
  const down = new MessagePipe(clock, delayMs);
  let clientState: 'open' | 'done' = 'open';
  let serverState: 'open' | 'done' = 'open';
  let unreadBytes = 0;
  let producer: ResponseProducer | undefined;
  const toClient = (deliver: () => void, sizeBytes = 0): void => {
    unreadBytes += sizeBytes;
    down.push(() => {
      unreadBytes -= sizeBytes;
      if (clientState === 'open') deliver();
    });
  };
  const finish = (tell: () => void): void => {
    if (serverState === 'done') return;
    serverState = 'done';
    toClient(() => {
      clientState = 'done';
      tell();
    });
  };
  const write = (chunk: string | Uint8Array): void => {
    const bytes = typeof chunk === 'string' ? encodeUtf8(chunk) : chunk.slice();
    if (serverState === 'open' && bytes.length > 0) toClient(() => handlers.onChunk(bytes), bytes.length);
  };
  up.push(() => {
    if (serverState === 'done') return;
    const { status, headers, body } = send();
    toClient(() => handlers.onResponse({ status, headers }));
    const end = (): void => finish(() => handlers.onEnd());
    if (isStream(body)) {
      const abort = (): void => finish(() => handlers.onDropped());
      producer = body.start({
        write,
        end,
        abort,
        get bufferedAmountBytes() {
          return unreadBytes;
        },
      });
    } else {
      write(body);
      end();
    }
  });
  return {
    cancel: () => {
      if (clientState === 'done') return;
      clientState = 'done';
      up.push(() => {
        if (serverState === 'done') return;
        serverState = 'done';
        producer?.onCancelled();
      });
    },
  };
}
