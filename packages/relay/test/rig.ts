// This file starts a relay on a port, with a sandbox or a server of the test's own behind it, and clients to talk to it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { createRelay, socaRelay, type Relay, type RelayEvent, type RelayOptions } from '../src/node/index.ts';

export const ORIGIN = 'https://app.example';
/** Secrets of the server. Wherever one shows up, a test fails. */
export const CANARIES = {
  signingKey: 'canary-signing-key-0123456789abcdef-0123456789',
  privateKey: 'canary-soca-key-9f8e7d6c5b4a',
  amigoKey: 'canary-amigo-key-1a2b3c4d5e6f',
  voiceKey: 'canary-voice-key-0f1e2d3c4b5a',
} as const;
export const AGENT = '68aa00bb11cc22dd33ee44ff';

const closings: (() => Promise<unknown> | void)[] = [];

/** For `afterEach`: ends everything that was started. */
export async function closeAll(): Promise<void> {
  for (const close of closings.splice(0).toReversed()) await close();
}

export function closeLater(close: () => Promise<unknown> | void): void {
  closings.push(close);
}

/** A server on a free port of this machine. @returns Its address, without a scheme. */
export async function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
): Promise<string> {
  const server = createServer(answer);
  server.on('upgrade', upgrade);
  const streams = new Set<Duplex>();
  server.on('connection', (stream) => void streams.add(stream));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeLater(() => {
    for (const stream of streams) stream.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export interface RelayRig {
  readonly relay: Relay;
  /** Host and port. */
  readonly authority: string;
  readonly events: RelayEvent[];
  /** Asks for credentials as a page would. */
  ask(
    name: string,
    init?: { origin?: string | null; method?: string; headers?: Record<string, string> },
  ): Promise<Response>;
  /** The body of a good answer. */
  askFor<Body>(name: string): Promise<Body>;
}

/** A relay for `vendors`, in a server of Node's own. */
export async function startRelay(options: Pick<RelayOptions, 'vendors'> & Partial<RelayOptions>): Promise<RelayRig> {
  const events: RelayEvent[] = [];
  const relay = createRelay({
    origins: [ORIGIN],
    signingKey: CANARIES.signingKey,
    authorize: 'anyone',
    onEvent: (event) => void events.push(event),
    ...options,
  });
  const authority = await listen(
    (request, response) => relay.handleRequest(request, response, () => response.writeHead(404).end('not the relay')),
    (request, socket, head) => void (relay.handleUpgrade(request, socket, head) || socket.destroy()),
  );
  const ask: RelayRig['ask'] = (name, { origin = ORIGIN, method = 'POST', headers = {} } = {}) =>
    fetch(`http://${authority}/${name}-token`, { method, headers: { ...(origin !== null && { origin }), ...headers } });
  return {
    ...{ relay, authority, events, ask },
    askFor: async <Body>(name: string) => (await (await ask(name)).json()) as Body,
  };
}

/** What a client saw, in order. */
export interface ClientLog {
  readonly socket: WebSocket;
  readonly received: (string | Buffer)[];
  close: { readonly code: number; readonly reason: string } | undefined;
  refusedStatus: number | undefined;
}

/** A client that keeps what it sees. */
export function connect(url: string, options: { origin?: string | null; subprotocols?: string[] } = {}): ClientLog {
  const { origin = ORIGIN, subprotocols = [] } = options;
  const socket = new WebSocket(url, subprotocols, { ...(origin !== null && { origin }), perMessageDeflate: false });
  const log: ClientLog = { socket, received: [], close: undefined, refusedStatus: undefined };
  socket.on('message', (bytes: Buffer, isBinary) => void log.received.push(isBinary ? bytes : bytes.toString()));
  socket.on('unexpected-response', (_request, response) => {
    log.refusedStatus = response.statusCode;
    response.resume();
    socket.terminate();
  });
  socket.on('error', () => undefined);
  socket.on('close', (code, reason) => (log.close = { code, reason: reason.toString() }));
  closeLater(() => socket.terminate());
  return log;
}

/** Waits for something that real time brings about. */
export async function until(what: string, isTrue: () => boolean, limitMs = 10_000): Promise<void> {
  for (const endMs = performance.now() + limitMs; !isTrue();) {
    if (performance.now() > endMs) throw new Error(`Waited ${limitMs} ms in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A Soca server that the test plays itself: sessions are made at once, and each socket is handed over. */
export async function startVendor(onSocket: (socket: WebSocket, start: string) => void): Promise<{
  readonly authority: string;
  readonly starts: string[];
}> {
  const starts: string[] = [];
  const carrier = new WebSocketServer({ noServer: true });
  const authority = await listen(
    (_request, response) => response.end('{"status":true,"data":{"session_id":"s-1"}}'),
    (request, socket, head) =>
      carrier.handleUpgrade(request, socket, head, (opened) => {
        opened.on('error', () => undefined);
        opened.once('message', (bytes: Buffer) => {
          starts.push(bytes.toString());
          onSocket(opened, bytes.toString());
        });
      }),
  );
  return { authority, starts };
}

/** The relay for such a server. */
export function socaBehind(authority: string): RelayOptions['vendors'] {
  return {
    soca: socaRelay({
      privateKey: CANARIES.privateKey,
      agentIds: [AGENT],
      url: `ws://${authority}/voice-ws`,
      apiUrl: `http://${authority}`,
    }),
  };
}

/** A client whose first message is on its way. */
export async function enterSoca(rig: RelayRig): Promise<ClientLog> {
  const { token } = await rig.askFor<{ token: string }>('soca');
  const log = connect(`ws://${rig.authority}/soca`);
  log.socket.once('open', () => log.socket.send(JSON.stringify({ type: 'relay.start', token, agent_id: AGENT })));
  return log;
}
