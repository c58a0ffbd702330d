// This file makes the HTTP port of a platform's `fetch`.
import type { HttpExchange, HttpHead, HttpPort } from '../ports/http.ts';

/** The part of `fetch` that is used. */
export type StreamingFetch = (
  url: string,
  init: {
    readonly method: 'POST';
    readonly headers: Record<string, string>;
    readonly body: Uint8Array;
    readonly redirect: 'manual';
    readonly signal: unknown;
  },
) => Promise<StreamingResponse>;

/** The part of a `Response` that is used. */
export interface StreamingResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: { getReader(): BodyReader } | null;
}

interface BodyReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
}

/** The part of an `AbortController` that is used. */
export interface AbortSource {
  readonly signal: unknown;
  abort(): void;
}

/**
 * The HTTP port over `fetch`. A body is pulled, so a reader that is slow slows the sender down.
 *
 * @param createAbort `() => new AbortController()`.
 */
export function fetchHttp(fetch: StreamingFetch, createAbort: () => AbortSource): HttpPort {
  return {
    post({ url, headers, body }): HttpExchange {
      const abort = createAbort();
      // A redirect would take the token along, and the note a second time.
      const response = fetch(url, {
        method: 'POST',
        headers: { ...headers },
        body,
        redirect: 'manual',
        signal: abort.signal,
      });
      const reader = response.then((answer) => answer.body?.getReader());
      const head = response.then(headOf);
      // Whoever cancels may have stopped listening.
      for (const promise of [reader, head]) promise.catch(() => undefined);
      return {
        head,
        async read() {
          const piece = await (await reader)?.read();
          return piece === undefined || piece.done ? null : (piece.value ?? new Uint8Array(0));
        },
        cancel: () => abort.abort(),
      };
    },
  };
}

function headOf({ status, headers }: StreamingResponse): HttpHead {
  return { status, header: (name) => headers.get(name) };
}
