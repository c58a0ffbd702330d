// This file lets sockets of clients in: from allowed origins, at most so many, each with a bridge of its own.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { isAllowedOrigin, type OriginRules } from '../admission/origins.ts';
import { Bridge, type BridgeLimits } from '../bridge/bridge.ts';
import type { RelaySocket } from '../bridge/relaySocket.ts';
import type { RelayClock } from '../clock.ts';
import type { RelayEvent } from '../events.ts';
import { REFUSALS, type RefusalCode } from '../refusals.ts';
import type { TokenBook } from '../tokens/tokenBook.ts';
import type { Entry, RelayedVendor } from '../vendors/relayVendor.ts';
import type { Route } from './routes.ts';
import { acceptClient, connectUpstream } from './wsSockets.ts';

export interface UpgradePorts {
  readonly origins: OriginRules;
  readonly clock: RelayClock;
  readonly tokens: TokenBook;
  readonly limits: BridgeLimits;
  readonly maxConnections: number;
  readonly report: (event: RelayEvent) => void;
}

/** Longest time that sockets are given to end after the last word, in ms. */
const LAST_WORD_MS = 2500;

/** All connections of one relay. */
export class Connections {
  private readonly open = new Map<number, Bridge>();
  private readonly carriers = new Map<RelayedVendor, WebSocketServer>();
  private readonly subprotocols = new WeakMap<IncomingMessage, string>();
  private lastId = 0;
  private isDraining = false;
  private onEmpty: (() => void) | undefined;

  constructor(private readonly ports: UpgradePorts) {}

  get count(): number {
    return this.open.size;
  }

  /** Answers one upgrade request. */
  handle(
    vendor: RelayedVendor | undefined,
    route: Route,
    request: IncomingMessage,
    stream: Duplex,
    head: Buffer,
  ): void {
    // A connection that breaks here is nobody's fault, and would end the process.
    stream.on('error', () => stream.destroy());
    const verdict = vendor === undefined ? 'not-found' : this.judge(vendor, route, request);
    if (vendor === undefined || typeof verdict === 'string') {
      this.ports.report({ type: 'upgradeRefused', vendor: route.vendor, code: verdict as RefusalCode });
      return refuseUpgrade(stream, verdict as RefusalCode);
    }
    const { entry } = verdict;
    if (entry?.subprotocol !== undefined) this.subprotocols.set(request, entry.subprotocol);
    this.carrierFor(vendor).handleUpgrade(request, stream, head, (socket) =>
      acceptClient(socket, (client) => this.begin(vendor, route.vendor, request, entry, client)),
    );
  }

  /** Lets nobody in any more, gives those who are in `graceMs`, then sends them away. Resolves when all are gone. */
  async drain(graceMs: number): Promise<void> {
    this.isDraining = true;
    const { clock } = this.ports;
    const steps = [
      clock.setTimer(graceMs, () => this.forEach((bridge) => bridge.refuse('relay-draining'))),
      clock.setTimer(graceMs + LAST_WORD_MS, () => this.forEach((bridge) => bridge.terminate())),
    ];
    if (this.open.size > 0) await new Promise<void>((resolve) => (this.onEmpty = resolve));
    for (const step of steps) clock.clearTimer(step);
  }

  private judge(
    vendor: RelayedVendor,
    { pathBelow, query }: Route,
    request: IncomingMessage,
  ): RefusalCode | { readonly entry: Entry | undefined } {
    if (!isAllowedOrigin(this.ports.origins, request.headers.origin)) return 'origin-refused';
    if (this.isDraining) return 'relay-draining';
    if (this.open.size >= this.ports.maxConnections) return 'relay-full';
    const subprotocols = splitList(request.headers['sec-websocket-protocol']);
    const entry = vendor.readUpgrade({ pathBelow, query, subprotocols });
    if (entry === 'wait-for-message') return { entry: undefined };
    return typeof entry === 'string' ? entry : { entry };
  }

  private begin(
    vendor: RelayedVendor,
    name: string,
    request: IncomingMessage,
    entry: Entry | undefined,
    client: RelaySocket,
  ): Bridge['clientEvents'] {
    const { clock, tokens, limits, report } = this.ports;
    const { origin } = request.headers;
    const connectionId = ++this.lastId;
    report({ type: 'connectionOpened', vendor: name, connectionId });
    const bridge = new Bridge(client, entry, {
      ...{ clock, vendor, limits, connect: connectUpstream },
      redeem: (token) => tokens.redeem(token, { vendor: name, origin }),
      onEnded: (ending) => {
        this.open.delete(connectionId);
        report({ type: 'connectionEnded', vendor: name, connectionId, ...ending });
        if (this.open.size === 0) this.onEmpty?.();
      },
    });
    this.open.set(connectionId, bridge);
    return bridge.clientEvents;
  }

  /** One for each vendor, since `ws` knows the limit on messages only per server. */
  private carrierFor(vendor: RelayedVendor): WebSocketServer {
    const existing = this.carriers.get(vendor);
    if (existing !== undefined) return existing;
    const carrier = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      // Audio does not compress, and inflating what a stranger sends costs memory: never negotiated.
      perMessageDeflate: false,
      maxPayload: vendor.maxClientMessageBytes,
      handleProtocols: (_offered, request) => this.subprotocols.get(request) ?? false,
    });
    this.carriers.set(vendor, carrier);
    return carrier;
  }

  private forEach(act: (bridge: Bridge) => void): void {
    for (const bridge of [...this.open.values()]) act(bridge);
  }
}

function refuseUpgrade(stream: Duplex, code: RefusalCode): void {
  const { status, message } = REFUSALS[code];
  const body = JSON.stringify({ error: { code, message } });
  const head = ['Connection: close', 'Content-Type: application/json', `Content-Length: ${body.length}`];
  stream.end([`HTTP/1.1 ${status} Refused`, ...head, '', body].join('\r\n'));
}

function splitList(header: string | undefined): readonly string[] {
  return (header ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
