// This file carries HTTP requests to the sandbox's core and its answers back.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type { Sandbox } from '../sandbox.ts';
import type { HttpRequest, ResponseStream } from '../server/http.ts';
import { isStream } from '../server/http.ts';
import type { BodyFailure } from '../server/vendorServer.ts';
import { reportInternalError } from './internalErrors.ts';

const NO_BODY = new Uint8Array(0);

/** Creates the listener for `http.createServer`. */
export function createRequestListener(sandbox: Sandbox): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    /** A bug of ours costs this request, and nobody else's. */
    const attempt: Attempt = (act) => {
      try {
        act();
      } catch (error) {
        fail(request, response, error);
      }
    };
    attempt(() => listen(sandbox, request, response, attempt));
  };
}

type Attempt = (act: () => void) => void;

function listen(sandbox: Sandbox, request: IncomingMessage, response: ServerResponse, attempt: Attempt): void {
  const maxBodyBytes = sandbox.maxBodyBytes(request.url ?? '/');
  const chunks: Buffer[] = [];
  let bodyBytes = 0;
  const refuse = (failure: BodyFailure): void => {
    if (response.headersSent) return;
    clearTimeout(stallTimer);
    attempt(() => {
      const { status, headers, body } = sandbox.refuseBody(plainRequest(request, NO_BODY), failure);
      response.writeHead(status, { ...headers, connection: 'close' });
      response.end(isStream(body) ? undefined : body, () => request.destroy());
    });
  };
  const stallTimer = setTimeout(() => refuse('stalled'), sandbox.maxBodyStallMs(request.url ?? '/'));
  request.on('data', (chunk: Buffer) => {
    stallTimer.refresh();
    bodyBytes += chunk.length;
    if (bodyBytes > maxBodyBytes) refuse('too-large');
    else if (!response.headersSent) chunks.push(chunk);
  });
  // A client that goes away in the middle of its request needs no answer.
  request.on('error', () => response.destroy());
  request.on('close', () => clearTimeout(stallTimer));
  request.on('end', () => {
    clearTimeout(stallTimer);
    if (!response.headersSent) attempt(() => answer(sandbox, request, response, Buffer.concat(chunks)));
  });
}

function fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  reportInternalError('A request', error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end('The sandbox failed.\n', () => request.destroy());
}

/** Header names are in lower case; of repeated ones, the values are joined as HTTP says. */
export function plainHeaders(request: IncomingMessage): Readonly<Record<string, string>> {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

function plainRequest(request: IncomingMessage, body: Uint8Array): HttpRequest {
  return { method: request.method ?? 'GET', path: request.url ?? '/', headers: plainHeaders(request), body };
}

function answer(sandbox: Sandbox, request: IncomingMessage, response: ServerResponse, requestBody: Buffer): void {
  const { status, headers, body, mayBeCompressed = false } = sandbox.request(plainRequest(request, requestBody));
  const isHead = request.method === 'HEAD';
  if (isStream(body)) {
    const isCompressed = mayBeCompressed && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    response.writeHead(status, isCompressed ? { ...headers, 'content-encoding': 'gzip' } : headers);
    if (isHead) response.end();
    else stream(body, response, isCompressed ? compress(response) : response);
    return;
  }
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(isHead ? undefined : body);
}

/** What is written to it reaches the response in gzip, piece by piece. */
function compress(response: ServerResponse): Writable {
  const gzip = createGzip({ flush: constants.Z_SYNC_FLUSH });
  gzip.pipe(response);
  return gzip;
}

/** Every piece leaves as it is written: lines of a reply are worth most when they are fresh. */
function stream(body: ResponseStream, response: ServerResponse, output: Writable): void {
  response.flushHeaders();
  let isOver = false;
  const producer = body.start({
    write: (chunk) => {
      // Without a copy, bytes that wait in the socket could be overwritten by their writer.
      if (!isOver) output.write(typeof chunk === 'string' ? chunk : Buffer.from(chunk));
    },
    end: () => {
      isOver = true;
      output.end();
    },
    abort: () => {
      isOver = true;
      response.destroy();
    },
    get bufferedAmountBytes() {
      return response.writableLength + (output === response ? 0 : output.writableLength);
    },
  });
  response.on('error', () => response.destroy());
  response.on('close', () => {
    if (isOver) return;
    isOver = true;
    try {
      producer.onCancelled();
    } catch (error) {
      reportInternalError('The end of a request', error);
    }
  });
}
