// This file serves a built page under a strict content security policy, and mints its tokens, as a user's server would.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.wasm', 'application/wasm'],
]);

/**
 * @param {object} options
 * @param {string} options.folder With the built files.
 * @param {string} options.policy Content-Security-Policy of every answer.
 * @param {{ tokenUrl: string, apiKey: string }} options.tokens Where `POST /voice-token` gets its tokens; the key stays here.
 * @returns {Promise<{ url: string, close(): void }>}
 */
export async function servePage({ folder, policy, tokens: { tokenUrl, apiKey } }) {
  const server = createServer((request, response) => {
    response.setHeader('content-security-policy', policy);
    const answering = request.method === 'POST' ? mintToken() : readPage(request.url ?? '/');
    answering.then(
      ({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body),
      () => response.writeHead(404).end(),
    );
  });

  async function mintToken() {
    const answer = await fetch(tokenUrl, { method: 'POST', headers: { authorization: `Bearer ${apiKey}` } });
    return { status: answer.status, type: 'application/json', body: await answer.text() };
  }

  /** @param {string} url */
  async function readPage(url) {
    const { pathname } = new URL(url, 'http://localhost');
    // A URL's path is already free of "..": normalize() is for the platform's separators.
    const path = normalize(join(folder, pathname === '/' ? 'index.html' : pathname));
    return { status: 200, type: TYPES.get(extname(path)) ?? 'application/octet-stream', body: await readFile(path) };
  }

  await new Promise((resolve) => server.listen(0, 'localhost', () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the page server has no port');
  return {
    url: `http://localhost:${address.port}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
