// This file carries voice notes between the page and Amigo's API: the user's token stays here, the page has one of this server's own.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import {
  createRequest,
  finishRequest,
  LIMITS,
  parseServerMessage,
  parseSignInResponse,
  signInRequest,
  TokenCache,
} from '@voicewire/protocol/amigo-notes';

/** An account with Amigo, as the sandbox tells of its own. */
export interface AmigoAccount {
  readonly apiUrl: string;
  readonly organization: string;
  readonly apiKey: string;
  readonly apiKeyId: string;
  readonly userId: string;
  readonly serviceId: string;
}

/** What the page gets; opens nothing but this gateway. */
export interface NoteAccess {
  readonly token: string;
  readonly conversationId: string;
}

/** What a token of ours stands for. */
interface Grant {
  readonly conversationId: string;
  /** Added to the request upstream: faults that the sandbox is to show. */
  readonly query: string;
}

/** Tokens that are kept; older ones are forgotten. A page asks for one per note. */
const MAX_GRANTS = 100;
/** Of a form, beside the file in it. */
const FORM_OVERHEAD_BYTES = 16_384;
const PASSED_HEADERS = ['content-type', 'retry-after', 'x-ratelimit-reset'];

/** One user, with one conversation at a time. */
export class NoteGateway {
  private readonly tokens: TokenCache;
  private readonly grants = new Map<string, Grant>();
  private conversation: Promise<string> | null = null;

  constructor(private readonly account: AmigoAccount) {
    this.tokens = new TokenCache({ signIn: () => signIn(account), nowEpochMs: Date.now });
  }

  /**
   * @param query    Of the page's request, `?` included, or empty.
   * @param isOver   The page's conversation is over: another is begun.
   * @throws {Error} When Amigo gives no conversation.
   */
  async open(query: string, isOver: boolean): Promise<NoteAccess> {
    if (isOver) await this.finish();
    this.conversation ??= this.createConversation();
    const opened = this.conversation;
    try {
      const conversationId = await opened;
      const token = randomBytes(24).toString('base64url');
      this.grants.set(token, { conversationId, query });
      for (const [oldest] of this.grants) if (this.grants.size > MAX_GRANTS) this.grants.delete(oldest);
      return { token, conversationId };
    } catch (thrown) {
      if (this.conversation === opened) this.conversation = null;
      throw thrown;
    }
  }

  /** Sends the page's note on and the reply back, as it comes. @param path Of the page's request, below this gateway's own. */
  async forward(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.carry(path, request, response);
    } catch {
      // The page left, or Amigo did: either way there is no more to say than that the reply is not whole.
      if (response.headersSent) response.destroy();
      else refuse(response, 502, 'Amigo could not be reached.');
    }
  }

  private async carry(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { apiUrl } = this.account;
    const grant = this.grants.get(/^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '');
    if (grant === undefined) return refuse(response, 401, 'The token is none of this server.');
    const { pathname, search } = new URL(path, apiUrl);
    if (!this.isNotePath(pathname, grant)) return refuse(response, 404, 'There is nothing here.');
    const body = await readBody(request);
    if (body === null) return refuse(response, 413, 'The note is too large.');
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const { token } = await this.tokens.get();
    const upstream = await fetch(new URL(`${pathname}${joinQueries(search, grant.query)}`, apiUrl), {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, ...typesOf(request) },
      body,
      signal: gone.signal,
      redirect: 'error',
    });
    if (upstream.status === 401) this.tokens.reject(token);
    response.writeHead(upstream.status, { ...passedHeaders(upstream), 'Cache-Control': 'no-store' });
    if (upstream.body === null) response.end();
    // The types of the web's streams and of Node's differ in what they say of shared memory.
    else await pipeline(upstream.body as unknown as AsyncIterable<Uint8Array>, response);
  }

  private isNotePath(pathname: string, { conversationId }: Grant): boolean {
    return pathname === `/v1/${this.account.organization}/conversation/${conversationId}/interact`;
  }

  private async createConversation(): Promise<string> {
    const { account } = this;
    const { token } = await this.tokens.get();
    const query = { response_format: 'text', current_agent_action_type: '^$' } as const;
    const {
      url,
      headers,
      body = null,
    } = createRequest(placeOf(account, token), query, { service_id: account.serviceId });
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'error' });
    // To its end: until then the conversation is busy with its greeting.
    for (const line of (await answer.text()).split('\n')) {
      const parsed = parseServerMessage(line);
      if (parsed.ok && parsed.message.type === 'conversation-created') return parsed.message.conversation_id;
    }
    throw new Error(`Amigo opened no conversation (${answer.status}).`);
  }

  /** A conversation that the agent ended may be finished already: whatever the answer, the next one is a new one. */
  private async finish(): Promise<void> {
    const finished = this.conversation;
    if (finished === null) return;
    this.conversation = null;
    const { token } = await this.tokens.get();
    const { url, headers } = finishRequest(placeOf(this.account, token), await finished);
    await fetch(url, { method: 'POST', headers, redirect: 'error' });
  }
}

function placeOf({ organization, apiUrl }: AmigoAccount, token: string) {
  return { organization, baseUrl: apiUrl, token };
}

async function signIn({ organization, apiUrl, apiKey, apiKeyId, userId }: AmigoAccount) {
  const { url, headers } = signInRequest({ baseUrl: apiUrl, organization, apiKey, apiKeyId, userId });
  const answer = await fetch(url, { method: 'POST', headers, redirect: 'error' });
  const parsed = parseSignInResponse(answer.status, await answer.text());
  if (!parsed.ok) throw new Error(`Amigo signed nobody in (${answer.status}).`);
  return parsed.message;
}

function typesOf({ headers }: IncomingMessage): Record<string, string> {
  const { accept = '*/*', 'content-type': contentType = '' } = headers;
  return { Accept: accept, 'Content-Type': contentType };
}

function passedHeaders({ headers }: Response): Record<string, string> {
  return Object.fromEntries(
    PASSED_HEADERS.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value] as const];
    }),
  );
}

/** Both with their `?`, or empty. */
function joinQueries(first: string, second: string): string {
  return first === '' ? second : first + second.replace('?', '&');
}

/** Null for one that is too large. */
async function readBody(request: IncomingMessage): Promise<Buffer<ArrayBuffer> | null> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    sizeBytes += piece.length;
    if (sizeBytes > LIMITS.maxUploadBytes + FORM_OVERHEAD_BYTES) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify({ error: { message } }));
}
