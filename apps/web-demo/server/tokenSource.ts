// This file gets session tokens from the Voice API: from a real server, or from a sandbox started on the spot.
import { parseTokenResponse, tokenRequest } from '@voicewire/protocol/voice-api';
import { startSandbox, type RunningSandbox } from '@voicewire/sandbox';
import { SANDBOX_USERS } from './sandboxAgents.ts';

/** A server that issues tokens, and the key for it. The key stays in here. */
export interface VoiceApiAccess {
  readonly apiUrl: string;
  readonly apiKey: string;
}

/** What the page is answered. Never holds the key. */
export interface TokenAnswer {
  readonly status: number;
  readonly body: { readonly token: string; readonly ws_url: string } | { readonly error: TokenError };
}

interface TokenError {
  readonly code: string;
  readonly message: string;
}

export interface TokenSource {
  /** For the terminal; without the key. */
  readonly description: string;
  /** Where the sandbox's agents of the other vendors are; absent where there is no sandbox. */
  readonly endpoints?: RunningSandbox['endpoints'];
  /** @param query Query of the page's request, `?` included, or empty. Never rejects. */
  requestToken(query: string): Promise<TokenAnswer>;
  close(): Promise<void>;
}

/** Below the 10 s that the page waits, so that it hears which of the two servers is slow. */
const UPSTREAM_LIMIT_MS = 8000;
const BAD_GATEWAY = 502;
const GATEWAY_TIMEOUT = 504;

/** Tokens from a server that runs somewhere. The page's query is not passed on: it is for the sandbox. */
export function remoteTokenSource(access: VoiceApiAccess): TokenSource {
  // An unusable URL or key is said now, not with the first call.
  tokenRequest(access);
  return {
    description: `Voice API at ${access.apiUrl}`,
    requestToken: () => askForToken(access, ''),
    close: () => Promise.resolve(),
  };
}

/** Tokens from a sandbox of our own, on a free port: no account, no configuration. */
export async function sandboxTokenSource(): Promise<TokenSource> {
  const sandbox = await startSandbox({
    port: 0,
    host: '127.0.0.1',
    amigoAccounts: { users: [SANDBOX_USERS.calls, SANDBOX_USERS.notes] },
  });
  return {
    description: `local sandbox at ${sandbox.url}, no account needed`,
    endpoints: sandbox.endpoints,
    requestToken: (query) => askForToken(sandbox.endpoints.voiceApi, query),
    close: () => sandbox.close(),
  };
}

async function askForToken(access: VoiceApiAccess, query: string): Promise<TokenAnswer> {
  const { method, url, headers } = tokenRequest(access);
  let status: number;
  let text: string;
  try {
    const signal = AbortSignal.timeout(UPSTREAM_LIMIT_MS);
    // A redirect would carry the key to a place that nobody configured.
    const response = await fetch(url + query, { method, headers, signal, redirect: 'error' });
    status = response.status;
    text = await response.text();
  } catch (thrown) {
    return isTimeout(thrown)
      ? failure(GATEWAY_TIMEOUT, 'upstream-timeout', `The Voice API did not answer within ${UPSTREAM_LIMIT_MS} ms.`)
      : failure(BAD_GATEWAY, 'upstream-unreachable', 'The Voice API could not be reached.');
  }
  const parsed = parseTokenResponse(status, text);
  if (parsed.ok) {
    const { token, ws_url } = parsed.message;
    return { status: 200, body: { token, ws_url } };
  }
  const isTelling = status === 401 || status === 403 || status >= 500;
  return failure(isTelling ? status : BAD_GATEWAY, parsed.code, `The Voice API's answer was no token (${status}).`);
}

function failure(status: number, code: string, message: string): TokenAnswer {
  return { status, body: { error: { code, message } } };
}

function isTimeout(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'TimeoutError';
}
