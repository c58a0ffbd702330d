// This file makes a relay out of its parts, for Node's own HTTP server and everything that is built on it.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { MintLimiter } from '../admission/mintLimiter.ts';
import type { RelayEvent } from '../events.ts';
import { TokenBook } from '../tokens/tokenBook.ts';
import { UsedTokenMemory } from '../tokens/usedTokens.ts';
import type { StartedVendor } from '../vendors/relayVendor.ts';
import { callVendor } from './callVendor.ts';
import { createHmacSigner } from './hmacSigner.ts';
import { answerMint, type MintPorts } from './mintHandler.ts';
import { nodeClock } from './nodeClock.ts';
import { readOptions, type RelayOptions } from './options.ts';
import { findRoute, urlOf } from './routes.ts';
import { Connections } from './upgradeHandler.ts';

/** Ready to be put into a server. The methods need no `this`. */
export interface Relay {
  /**
   * Answers requests for credentials. What is not the relay's goes to `next`, or is left alone.
   * @returns Whether it was the relay's.
   */
  handleRequest(request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): boolean;
  /**
   * Takes the upgrade requests of clients. What is not the relay's is left alone: somebody must end it.
   * @returns Whether it was the relay's.
   */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Clients that are connected. */
  readonly connectionCount: number;
  /**
   * Lets nobody in any more, leaves those who are in `graceMs` (default 0), then closes with 1012, after which clients come
   * back by themselves. Resolves when all are gone.
   */
  drain(options?: { readonly graceMs?: number }): Promise<void>;
}

const base64url = {
  encode: (text: string) => Buffer.from(text, 'utf8').toString('base64url'),
  decode: (text: string) => Buffer.from(text, 'base64url').toString('utf8'),
};

/**
 * Keeps vendors' keys on a server: mints tokens for pages, and relays the sockets of vendors that have no tokens of their own.
 * @throws {RelayError} `invalid-relay-option`.
 */
export function createRelay(options: RelayOptions): Relay {
  const { basePath, publicUrl, origins, tokenLifeMs, maxConnections, mintRate, limits } = readOptions(options);
  const { clock = nodeClock, fetch = globalThis.fetch } = options;
  const signer = createHmacSigner(options.signingKey);
  const tokens = new TokenBook({
    ...{ signer, clock, base64url, lifeMs: tokenLifeMs },
    drawId: () => randomBytes(16).toString('base64url'),
    used: options.usedTokens ?? new UsedTokenMemory(clock),
  });
  const report = createReporter(options.onEvent);
  const vendors = new Map<string, StartedVendor>();
  for (const [name, vendor] of Object.entries(options.vendors))
    vendors.set(name, vendor.start({ clock, call: (request, read) => callVendor(fetch, request, read) }));
  const names = [...vendors.keys()];
  const connections = new Connections({ origins, clock, tokens, limits, maxConnections, report });
  let isDraining = false;
  const mintPorts: MintPorts = {
    ...{ origins, tokens, signer, publicUrl, report, authorize: options.authorize },
    limiter: new MintLimiter(clock, mintRate),
    addressOf: options.addressOf ?? (({ socket }) => socket.remoteAddress ?? 'unknown'),
    isDraining: () => isDraining,
  };
  return {
    handleRequest(request, response, next) {
      const route = findRoute(urlOf(request), basePath, names);
      const started = route?.kind === 'token' ? vendors.get(route.vendor) : undefined;
      if (route === undefined || started === undefined) {
        next?.();
        return false;
      }
      const vendor = { name: route.vendor, path: `${basePath}/${route.vendor}`, started };
      void answerMint(vendor, request, response, mintPorts);
      return true;
    },
    handleUpgrade(request, socket, head) {
      const route = findRoute(urlOf(request), basePath, names);
      if (route?.kind !== 'socket') return false;
      connections.handle(vendors.get(route.vendor)?.relayed, route, request, socket, head);
      return true;
    },
    get connectionCount() {
      return connections.count;
    },
    drain({ graceMs = 0 } = {}) {
      isDraining = true;
      return connections.drain(graceMs);
    },
  };
}

function createReporter(onEvent: RelayOptions['onEvent']): (event: RelayEvent) => void {
  return (event) => {
    try {
      onEvent?.(event);
    } catch {
      // A fault of the listener's, which must not end anybody's conversation.
    }
  };
}
