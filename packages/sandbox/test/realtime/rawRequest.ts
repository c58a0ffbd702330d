// This file makes HTTP requests with headers that `fetch` does not let through.
import { request } from 'node:http';
import type { Duplex } from 'node:stream';

/** The status of the answer, 101 included. */
export function statusOf(url: string, path: string, headers: Record<string, string>): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, path, headers });
    outgoing.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    outgoing.on('upgrade', (_response, socket) => {
      socket.destroy();
      resolve(101);
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** A WebSocket whose client end never reads and never answers. */
export function openDeafSocket(url: string, path: string, headers: Record<string, string>): Promise<Duplex> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, path, headers });
    outgoing.on('upgrade', (_response, socket) => {
      socket.pause();
      socket.on('error', () => undefined);
      resolve(socket);
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}
