// This file says which address is whose: `POST /name-token` gives credentials, and `/name` is the socket.
import type { IncomingMessage } from 'node:http';

export interface Route {
  /** Name of the vendor in the relay's options. */
  readonly vendor: string;
  readonly kind: 'token' | 'socket';
  /** What follows, from its `/` on. Only of sockets. */
  readonly pathBelow: string;
  /** Without its `?`. */
  readonly query: string;
}

/** The vendor's route, or nothing where the path is not the relay's. Paths are compared as they are, without decoding. */
export function findRoute(url: string, basePath: string, vendors: readonly string[]): Route | undefined {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? '' : url.slice(mark + 1);
  if (!path.startsWith(`${basePath}/`)) return undefined;
  const [name = '', ...below] = path.slice(basePath.length + 1).split('/');
  if (vendors.includes(name)) {
    return { vendor: name, kind: 'socket', pathBelow: below.length > 0 ? `/${below.join('/')}` : '', query };
  }
  const vendor = name.replace(/-token$/, '');
  if (vendor === name || below.length > 0 || !vendors.includes(vendor)) return undefined;
  return { vendor, kind: 'token', pathBelow: '', query };
}

/** The address that was asked for. Frameworks that mount handlers below a path cut it, and keep the whole beside. */
export function urlOf(request: IncomingMessage & { readonly originalUrl?: string }): string {
  return request.originalUrl ?? request.url ?? '/';
}

/** `ws` where the page is not secure, else `wss`: a page may not open any other. */
export function socketUrlOf(request: IncomingMessage, publicUrl: string | undefined, path: string): string | undefined {
  if (publicUrl !== undefined) return `${publicUrl.replace(/^http/, 'ws')}${path}`;
  const { host, origin } = request.headers;
  if (host === undefined || !/^[\w.:[\]-]+$/.test(host)) return undefined;
  return `${origin?.startsWith('https:') ? 'wss' : 'ws'}://${host}${path}`;
}
