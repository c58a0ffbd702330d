// This file defines HTTP requests and responses as plain values, so that the core answers them without a server.

/** One request, its body complete. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query, as sent; what the sandbox itself reads from the query is already taken out for vendors. */
  readonly path: string;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whole; empty when there is none. Never longer than `VendorServer.maxBodyBytes` says. */
  readonly body: Uint8Array;
}

/** One response. */
export interface HttpResponse {
  readonly status: number;
  /** Header names in lower case; no `content-length`: who carries the response knows it. */
  readonly headers: Readonly<Record<string, string>>;
  /** Text in UTF-8, bytes, or a body that is written over time. */
  readonly body: string | Uint8Array | ResponseStream;
  /** True when a stream may be compressed on its way, if the client says that it understands that. Default: false. */
  readonly mayBeCompressed?: boolean;
}

/** A body that is written over time. */
export interface ResponseStream {
  /** Called once, when the status and the headers are out; it may write at once. */
  start(sink: ResponseSink): ResponseProducer;
}

/** Who writes a body. */
export interface ResponseProducer {
  /** The client went away before the end; nothing that is written arrives. Not called after `end` or `abort`. */
  onCancelled(): void;
}

/** Where a body is written to. Calls after its end are ignored. */
export interface ResponseSink {
  /** Bytes are copied or written before the call returns. */
  write(chunk: string | Uint8Array): void;
  end(): void;
  /** Drops the connection: the client sees a body that breaks off. */
  abort(): void;
  /** Bytes written that have not left yet. */
  readonly bufferedAmountBytes: number;
}

/** True for a body that is written over time. */
export function isStream(body: HttpResponse['body']): body is ResponseStream {
  return typeof body !== 'string' && !(body instanceof Uint8Array);
}

const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };

/** A JSON response that no cache may keep. */
export function jsonResponse(status: number, value: unknown): HttpResponse {
  return { status, headers: JSON_HEADERS, body: JSON.stringify(value) };
}

/** The same, written over time. */
export function jsonStreamResponse(status: number, body: ResponseStream): HttpResponse {
  return { status, headers: JSON_HEADERS, body };
}

/** A plain-text response that no cache may keep. */
export function textResponse(status: number, body: string): HttpResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }, body };
}

/** Path and query, taken apart. Never throws. */
export interface Target {
  readonly pathname: string;
  /** Decoded pairs in their order; a name may occur more than once. */
  readonly query: readonly (readonly [name: string, value: string])[];
}

/** Splits `path` at its first `?`. What cannot be percent-decoded stays as it is. */
export function parseTarget(path: string): Target {
  const mark = path.indexOf('?');
  if (mark < 0) return { pathname: path, query: [] };
  const query = path
    .slice(mark + 1)
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair): readonly [string, string] => {
      const equals = pair.indexOf('=');
      return equals < 0
        ? [decodeUrlPart(pair), '']
        : [decodeUrlPart(pair.slice(0, equals)), decodeUrlPart(pair.slice(equals + 1))];
    });
  return { pathname: path.slice(0, mark), query };
}

/** First value of a query parameter, or nothing. */
export function queryValue(target: Target, name: string): string | undefined {
  return target.query.find(([key]) => key === name)?.[1];
}

/** Decodes a part of a URL; what is not percent-encoding stays as it is. Never throws. */
export function decodeUrlPart(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    // Not percent-encoding: taken literally, as servers do. It will not match anything.
    return text;
  }
}
