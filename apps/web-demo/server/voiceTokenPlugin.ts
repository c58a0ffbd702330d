// This file is a Vite plugin: while Vite serves the page, in dev and preview alike, it answers `POST /voice-token`, tells
// which agents there are, has a relay for those whose keys must not reach the page, and carries voice notes.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Relay } from '@voicewire/relay';
import type { Connect, HttpServer, Logger, Plugin } from 'vite';
import { NoteGateway } from './noteGateway.ts';
import { describeAgents, sandboxRelay, SANDBOX_USERS } from './sandboxAgents.ts';
import { isOwnOrigin } from './sameOrigin.ts';
import { remoteTokenSource, sandboxTokenSource, type TokenSource, type VoiceApiAccess } from './tokenSource.ts';

export interface VoiceTokenOptions {
  /** A server of yours and its key. Null: a sandbox is started for as long as Vite runs. */
  readonly access: VoiceApiAccess | null;
}

const TOKEN_PATH = '/voice-token';
const AGENTS_PATH = '/agents';
const NOTE_TOKEN_PATH = '/note-token';
const NOTES_PATH = '/amigo-notes';

/** What dev and preview servers have in common. */
interface ServingVite {
  readonly middlewares: Connect.Server;
  /** Null in middleware mode, where it is the host's to stop. */
  readonly httpServer: HttpServer | null;
  readonly config: { readonly logger: Logger };
  /** Known once the server listens. */
  readonly resolvedUrls: { readonly local: string[]; readonly network: string[] } | null;
  printUrls(): void;
}

export function voiceTokenPlugin({ access }: VoiceTokenOptions): Plugin {
  const serve = async (server: ServingVite): Promise<void> => {
    const source = access === null ? await sandboxTokenSource() : remoteTokenSource(access);
    server.middlewares.use(TOKEN_PATH, (request, response) => void answer(source, request, response));
    server.middlewares.use(AGENTS_PATH, (_request, response) =>
      sendJson(response, 200, describeAgents(source.endpoints)),
    );
    const { endpoints } = source;
    if (endpoints !== undefined) {
      takeNotes(endpoints, server);
      relayTo(endpoints, server);
    }
    server.httpServer?.once('close', () => void source.close());
    announce(server, source);
  };
  return { name: 'voicewire-voice-token', configureServer: serve, configurePreviewServer: serve };
}

/** Puts a gateway for voice notes between the page and the sandbox. */
function takeNotes({ amigo }: NonNullable<TokenSource['endpoints']>, { middlewares }: ServingVite): void {
  const gateway = new NoteGateway({ ...amigo, userId: SANDBOX_USERS.notes });
  middlewares.use(NOTE_TOKEN_PATH, (request, response) => {
    if (!isForThisPage(request, response)) return;
    const query = new URLSearchParams(queryOf(request.url));
    const isOver = query.has('over');
    query.delete('over');
    gateway.open(query.size > 0 ? `?${query.toString()}` : '', isOver).then(
      (access) => sendJson(response, 200, access),
      () => refuse(response, 502, 'upstream-unreachable', 'Amigo opened no conversation.'),
    );
  });
  middlewares.use(NOTES_PATH, (request, response) => {
    if (isForThisPage(request, response)) void gateway.forward(request.url ?? '', request, response);
  });
}

/** Puts a relay between the page and the sandbox. It is made with the first request: only then are the page's origins known. */
function relayTo(endpoints: NonNullable<TokenSource['endpoints']>, server: ServingVite): void {
  let made: Relay | null = null;
  const relay = (): Relay => {
    const { local = [], network = [] } = server.resolvedUrls ?? {};
    return (made ??= sandboxRelay(endpoints, [...local, ...network]));
  };
  server.middlewares.use((request, response, next) => void relay().handleRequest(request, response, next));
  // What is not the relay's is Vite's own, or nobody's.
  server.httpServer?.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    relay().handleUpgrade(request, socket, head);
  });
  server.httpServer?.once('close', () => void made?.drain());
}

/** One more line below Vite's own, where a newcomer looks for the address. */
function announce(server: ServingVite, { description }: TokenSource): void {
  const printUrls = server.printUrls.bind(server);
  server.printUrls = () => {
    printUrls();
    server.config.logger.info(`  ➜  Agent:   ${description}\n`);
  };
}

async function answer(source: TokenSource, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isForThisPage(request, response)) return;
  const { status, body } = await source.requestToken(queryOf(request.url));
  sendJson(response, status, body);
}

/** @returns False for what comes from elsewhere, or in another way; it has been answered. */
function isForThisPage(request: IncomingMessage, response: ServerResponse): boolean {
  if (!isOwnOrigin(request.headers)) {
    refuse(response, 403, 'origin-refused', 'Only this page may ask for a token.');
    return false;
  }
  if (request.method !== 'POST') {
    response.setHeader('Allow', 'POST');
    refuse(response, 405, 'method-not-allowed', 'Ask with POST.');
    return false;
  }
  return true;
}

/** With its `?`, or empty. */
function queryOf(url = ''): string {
  const mark = url.indexOf('?');
  return mark < 0 ? '' : url.slice(mark);
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  sendJson(response, status, { error: { code, message } });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  // A token opens one session, once.
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(body));
}
