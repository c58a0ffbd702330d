// This file answers requests for credentials: from allowed origins, by those who may, and not too often.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { clientKeyOf } from '../admission/clientKey.ts';
import type { MintLimiter } from '../admission/mintLimiter.ts';
import { isAllowedOrigin, type OriginRules } from '../admission/origins.ts';
import type { RelayEvent } from '../events.ts';
import { REFUSALS, refusalCodeOf, type RefusalCode } from '../refusals.ts';
import type { Signer, TokenBook } from '../tokens/tokenBook.ts';
import type { StartedVendor } from '../vendors/relayVendor.ts';
import type { RelayOptions } from './options.ts';
import { socketUrlOf } from './routes.ts';

export interface MintPorts {
  readonly origins: OriginRules;
  readonly authorize: RelayOptions['authorize'];
  readonly addressOf: (request: IncomingMessage) => string;
  readonly limiter: MintLimiter;
  readonly tokens: TokenBook;
  readonly signer: Signer;
  readonly publicUrl: string | undefined;
  readonly isDraining: () => boolean;
  readonly report: (event: RelayEvent) => void;
}

const MAX_USER_CHARS = 200;
/** Clients of a relay that restarts come back after so many seconds. */
const RETRY_AFTER_S = 2;

/** What is answered. */
interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** Answers one request for `name`'s credentials. Never rejects. */
export async function answerMint(
  vendor: { readonly name: string; readonly path: string; readonly started: StartedVendor },
  request: IncomingMessage,
  response: ServerResponse,
  ports: MintPorts,
): Promise<void> {
  let answer: Answer;
  try {
    answer = await mint(vendor, request, ports);
  } catch (thrown) {
    const code = refusalCodeOf(thrown, 'vendor-unavailable');
    ports.report({ type: 'credentialsRefused', vendor: vendor.name, code });
    answer = refusal(code);
  }
  const { status, headers, body } = answer;
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    // A token opens one connection, once: nobody in between may keep it.
    'Cache-Control': 'no-store',
    'Content-Type': 'application/json',
    'X-Content-Type-Options': 'nosniff',
    'Content-Length': String(Buffer.byteLength(text)),
    ...corsHeaders(request, ports.origins),
    ...headers,
  });
  response.end(text);
}

async function mint(
  { name, path, started }: { readonly name: string; readonly path: string; readonly started: StartedVendor },
  request: IncomingMessage,
  ports: MintPorts,
): Promise<Answer> {
  const refuse = (code: RefusalCode, headers: Record<string, string> = {}, cause?: unknown): Answer => {
    ports.report({ type: 'credentialsRefused', vendor: name, code, ...(cause !== undefined && { cause }) });
    return refusal(code, headers);
  };
  const { origin } = request.headers;
  if (!isAllowedOrigin(ports.origins, origin)) return refuse('origin-refused');
  if (request.method === 'OPTIONS') return { status: 204 };
  if (request.method !== 'POST') return refuse('method-not-allowed', { Allow: 'POST, OPTIONS' });
  if (ports.isDraining()) return refuse('relay-draining', { 'Retry-After': String(RETRY_AFTER_S) });

  // Users by their names, wherever they are; everybody else by address, those included who were turned away.
  const address = clientKeyOf(ports.addressOf(request));
  const asker = await ask(request, ports.authorize);
  if (asker === null) return refuse(...limited(ports.limiter.take(`address:${address}`), 'not-authorized'));
  if ('thrown' in asker) return refuse('authorize-failed', {}, asker.thrown);
  const client = asker.user === undefined ? `address:${address}` : `user:${asker.user}`;
  const waitMs = ports.limiter.take(client);
  if (waitMs > 0) return refuse(...limited(waitMs, 'rate-limited'));

  const socketUrl = socketUrlOf(request, ports.publicUrl, path);
  if (socketUrl === undefined) return refuse('not-found');
  // What names the holder says nothing about who it is, to whoever reads the token.
  const holder = ports.signer.sign(`voicewire-relay-holder.1.${client}`).slice(0, 22);
  const grant = { vendor: name, origin, holder, user: asker.user };
  const body = await started.issueCredentials({ grant, socketUrl, mint: () => ports.tokens.mint(grant) });
  ports.report({ type: 'credentialsIssued', vendor: name });
  return { status: 200, body };
}

type Asked = { readonly user?: string } | { readonly thrown: unknown } | null;

async function ask(request: IncomingMessage, authorize: RelayOptions['authorize']): Promise<Asked> {
  if (authorize === 'anyone') return {};
  try {
    const asker = await authorize(request);
    if (asker === null || typeof asker !== 'object') return null;
    const { user } = asker;
    if (user === undefined) return {};
    return typeof user === 'string' && user.length > 0 && user.length <= MAX_USER_CHARS ? { user } : null;
  } catch (thrown) {
    return { thrown };
  }
}

/** Too many, or else what it would be. */
function limited(waitMs: number, otherwise: RefusalCode): [RefusalCode, Record<string, string>] {
  return waitMs > 0 ? ['rate-limited', { 'Retry-After': String(Math.ceil(waitMs / 1000)) }] : [otherwise, {}];
}

function refusal(code: RefusalCode, headers: Readonly<Record<string, string>> = {}): Answer {
  const { status, message } = REFUSALS[code];
  return { status, headers, body: { error: { code, message } } };
}

/** Pages of other origins may read the answer if they are on the list. */
function corsHeaders(request: IncomingMessage, origins: OriginRules): Record<string, string> {
  const { origin } = request.headers;
  if (origin === undefined || !isAllowedOrigin(origins, origin)) return { Vary: 'Origin' };
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Allow-Headers': 'Authorization, Content-Type',
    'Access-Control-Allow-Methods': 'POST',
    'Access-Control-Max-Age': '600',
  };
}
