// This file carries HTTP requests to the sandbox's core and its answers back.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Sandbox } from '../sandbox.ts';

/** Largest request body that is waited for; no endpoint needs one. */
const MAX_BODY_BYTES = 65_536;

/** Creates the listener for `http.createServer`. */
export function createRequestListener(sandbox: Sandbox): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    let bodyBytes = 0;
    request.on('data', (chunk: Buffer) => {
      bodyBytes += chunk.length;
      if (bodyBytes > MAX_BODY_BYTES && !response.headersSent) {
        response.writeHead(413, { connection: 'close' }).end();
        request.destroy();
      }
    });
    // A client that goes away in the middle of its request needs no answer.
    request.on('error', () => response.destroy());
    request.on('end', () => {
      if (!response.headersSent) answer(sandbox, request, response);
    });
  };
}

/** Header names are in lower case; of repeated ones, the values are joined as HTTP says. */
export function plainHeaders(request: IncomingMessage): Readonly<Record<string, string>> {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

function answer(sandbox: Sandbox, request: IncomingMessage, response: ServerResponse): void {
  const { status, headers, body } = sandbox.request({
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: plainHeaders(request),
  });
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
}
