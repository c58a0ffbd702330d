// This file serves what a browser test needs: a page under a policy, and the package from another origin, as a CDN does.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const TYPES = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
]);

export interface Site {
  /** Ends in a slash. */
  readonly url: string;
  close(): void;
}

/** The built package, readable by every origin. */
export function servePackage(): Promise<Site> {
  return serve((path) => readFile(normalize(join(DIST, path))), { 'access-control-allow-origin': '*' });
}

/** @param files By path, such as `/index.html`. @param policy Content-Security-Policy of every answer. */
export function servePage(files: Readonly<Record<string, string>>, policy: string): Promise<Site> {
  const read = (path: string): Promise<Uint8Array> => {
    const text = files[path === '/' ? '/index.html' : path];
    return text === undefined ? Promise.reject(new Error(path)) : Promise.resolve(Buffer.from(text));
  };
  return serve(read, { 'content-security-policy': policy });
}

async function serve(
  read: (path: string) => Promise<Uint8Array>,
  headers: Readonly<Record<string, string>>,
): Promise<Site> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const type = TYPES.get(extname(pathname === '/' ? '/index.html' : pathname)) ?? 'application/octet-stream';
    read(pathname).then(
      (body) => response.writeHead(200, { ...headers, 'content-type': type }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
