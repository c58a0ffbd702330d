// This file is a Vite plugin: while Vite serves the page, in dev and preview alike, it answers `POST /voice-token`.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connect, HttpServer, Logger, Plugin } from 'vite';
import { isOwnOrigin } from './sameOrigin.ts';
import { remoteTokenSource, sandboxTokenSource, type TokenSource, type VoiceApiAccess } from './tokenSource.ts';

export interface VoiceTokenOptions {
  /** A server of yours and its key. Null: a sandbox is started for as long as Vite runs. */
  readonly access: VoiceApiAccess | null;
}

const TOKEN_PATH = '/voice-token';

/** What dev and preview servers have in common. */
interface ServingVite {
  readonly middlewares: Connect.Server;
  /** Null in middleware mode, where it is the host's to stop. */
  readonly httpServer: HttpServer | null;
  readonly config: { readonly logger: Logger };
  printUrls(): void;
}

export function voiceTokenPlugin({ access }: VoiceTokenOptions): Plugin {
  const serve = async (server: ServingVite): Promise<void> => {
    const source = access === null ? await sandboxTokenSource() : remoteTokenSource(access);
    server.middlewares.use(TOKEN_PATH, (request, response) => void answer(source, request, response));
    server.httpServer?.once('close', () => void source.close());
    announce(server, source);
  };
  return { name: 'voicewire-voice-token', configureServer: serve, configurePreviewServer: serve };
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
  if (!isOwnOrigin(request.headers))
    return refuse(response, 403, 'origin-refused', 'Only this page may ask for a token.');
  if (request.method !== 'POST') {
    response.setHeader('Allow', 'POST');
    return refuse(response, 405, 'method-not-allowed', 'Ask with POST.');
  }
  const { status, body } = await source.requestToken(queryOf(request.url));
  sendJson(response, status, body);
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
