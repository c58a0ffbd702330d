// This file is the Voice API's server without a network: its HTTP endpoints and its socket path.
import { LIMITS, PATHS } from '@voicewire/protocol/voice-api';
import { SandboxError, orRefusal } from '../errors.ts';
import { forkRandom } from '../random.ts';
import { preflight, withCors } from '../server/access.ts';
import { Breaches } from '../server/breaches.ts';
import type { Conditions } from '../server/conditions.ts';
import type { IncomingConnection } from '../server/connection.ts';
import { FaultPlan, readFaults } from '../server/faultPlan.ts';
import type { HttpRequest, HttpResponse, Target } from '../server/http.ts';
import { jsonResponse, queryValue } from '../server/http.ts';
import type { SandboxServices, VendorServer } from '../server/vendorServer.ts';
import type { VoiceApiFaultName } from './faults.ts';
import { FAULTS } from './faults.ts';
import type { VoiceApiOptions, VoiceApiSettings } from './options.ts';
import { VOICE_API_DEFAULTS } from './options.ts';
import { drawHostileFaults } from './profiles.ts';
import type { VoiceApiBreaches } from './rules.ts';
import { RULES } from './rules.ts';
import { VoiceApiSession } from './session.ts';
import type { Grant } from './tokenBook.ts';
import { TokenBook } from './tokenBook.ts';

const VENDOR_ID = 'voice-api';
/** Name of the random part of a `ws_url`. */
const TICKET_PARAMETER = 'ticket';

/**
 * Creates the server.
 *
 * @throws {SandboxError} `invalid-option` for a fault that does not exist or has settings out of range.
 */
export function createVoiceApiServer(services: SandboxServices, options: VoiceApiOptions = {}): VendorServer {
  return new VoiceApiServer(services, options);
}

/** How a connection is let in. */
interface Admission {
  /** The grant whose `ws_url` was used, if any. */
  readonly grant: Grant | undefined;
  readonly faults: FaultPlan<VoiceApiFaultName>;
  readonly conditions: Conditions;
}

class VoiceApiServer implements VendorServer {
  readonly id = VENDOR_ID;
  readonly #services: SandboxServices;
  readonly #settings: VoiceApiSettings;
  readonly #faults: FaultPlan<VoiceApiFaultName>;
  readonly #tokens: TokenBook;
  readonly #sessions = new Set<VoiceApiSession>();

  constructor(services: SandboxServices, { faults = [], ...options }: VoiceApiOptions) {
    this.#services = services;
    this.#settings = { ...VOICE_API_DEFAULTS, ...options };
    this.#faults = new FaultPlan(FAULTS, faults);
    this.#tokens = new TokenBook(services.clock, forkRandom(services.random));
  }

  handleRequest(request: HttpRequest, target: Target, conditions: Conditions): HttpResponse | undefined {
    if (target.pathname !== PATHS.token && target.pathname !== PATHS.heartbeat) return undefined;
    if (request.method === 'OPTIONS') return preflight(request.headers);
    const record = this.#services.ledger.openRequest(request.method, target.pathname);
    const refused = this.#refuseRequest(request, new Breaches(record, RULES, conditions.policy));
    const isToken = target.pathname === PATHS.token;
    const response = refused ?? (isToken ? this.#issueToken(request, target, conditions) : heartbeat());
    record.recordStatus(response.status);
    return withCors(response, request.headers);
  }

  acceptConnection(connection: IncomingConnection, target: Target, conditions: Conditions): boolean {
    if (target.pathname !== PATHS.ws) return false;
    const grant = this.#tokens.findByTicket(queryValue(target, TICKET_PARAMETER));
    const drawn = conditions.profile === 'hostile' ? drawHostileFaults(conditions.random) : [];
    const general = this.#faults.with(drawn).with(conditions.scenario.faults.voiceApi);
    const faults = grant === undefined ? general : general.merge(grant.faults);
    if (faults.has('upgrade-refused')) connection.refuse(503, 'Service Unavailable');
    else this.#open(connection, target, { grant, faults, conditions });
    return true;
  }

  drain(): void {
    for (const session of this.#sessions) session.drain();
  }

  /** Key and method (C-01); nothing when both are right. */
  #refuseRequest(request: HttpRequest, breaches: VoiceApiBreaches): HttpResponse | undefined {
    const refuse = (status: number, error: string, detail: string): HttpResponse | undefined =>
      breaches.react('C-01', detail, () => jsonResponse(status, { error }));
    if (request.method !== 'POST') {
      const response = refuse(405, 'method not allowed', `method ${request.method.slice(0, 20)}, wanted POST`);
      return response && { ...response, headers: { ...response.headers, allow: 'POST, OPTIONS' } };
    }
    const key = /^Bearer (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1]?.trim();
    if (key === undefined) return refuse(401, 'invalid api key', 'no bearer key');
    if (key === this.#settings.disabledApiKey) return refuse(403, 'api key disabled', 'the key is disabled');
    return key === this.#settings.apiKey ? undefined : refuse(401, 'invalid api key', 'the key is wrong');
  }

  #issueToken(request: HttpRequest, target: Target, conditions: Conditions): HttpResponse {
    const requested = parseFaults(target);
    if (requested instanceof SandboxError) return jsonResponse(400, { error: requested.message });
    const faults = this.#faults.with(conditions.scenario.faults.voiceApi).merge(requested);
    if (faults.has('token-error')) return jsonResponse(500, { error: 'internal error' });
    const limit = faults.find('token-limited');
    if (limit !== undefined) return tooManyRequests(limit.delayMs);
    const authority = request.headers['host'] ?? '';
    const grant = this.#tokens.issue(authority, requested, faults.has('token-expired') ? LIMITS.tokenLifeMs + 1 : 0);
    // What was asked for with the token holds for the connection, too: clients use the URL as it is.
    const wishes = conditions.query === '' ? '' : `&${conditions.query}`;
    const wsUrl = `${originFor(authority, faults)}${PATHS.ws}?${TICKET_PARAMETER}=${grant.ticket}${wishes}`;
    const response = jsonResponse(200, { token: grant.token, ws_url: wsUrl });
    return faults.has('token-malformed') ? { ...response, body: '<html>It works!</html>' } : response;
  }

  #open(connection: IncomingConnection, target: Target, { grant, faults, conditions }: Admission): void {
    connection.open((socket) => {
      const ledger = this.#services.ledger.openConnection(VENDOR_ID, 'authenticating');
      const breaches = new Breaches(ledger, RULES, conditions.policy);
      for (const detail of this.#findUrlBreaches(connection, target, grant)) breaches.addWithoutFrame('C-03', detail);
      const session = new VoiceApiSession(socket, {
        services: this.#services,
        settings: this.#settings,
        tokens: this.#tokens,
        ledger,
        breaches,
        conditions,
        faults,
        urlGrant: grant,
        onClosed: () => {
          this.#sessions.delete(session);
          this.#services.ledger.connectionClosed();
        },
      });
      this.#sessions.add(session);
      return session;
    });
  }

  #findUrlBreaches({ request }: IncomingConnection, target: Target, urlGrant: Grant | undefined): readonly string[] {
    const breaches: string[] = [];
    if (urlGrant === undefined || request.path !== `${PATHS.ws}?${TICKET_PARAMETER}=${urlGrant.ticket}`) {
      breaches.push('the path or query is not that of a ws_url we gave');
    } else if (request.headers['host'] !== urlGrant.authority) {
      breaches.push('the host or port is not that of the ws_url');
    }
    if (request.subprotocols.length > 0) breaches.push(`${request.subprotocols.length} subprotocols, wanted none`);
    const hasToken = target.query.some(([name, value]) => name === 'token' || this.#tokens.isToken(value));
    if (hasToken) breaches.push('a token in the URL');
    return breaches;
  }
}

/** Where a client is sent: here, or by a fault to where no connection comes about. */
function originFor(authority: string, faults: FaultPlan<VoiceApiFaultName>): string {
  // RFC 6761: `invalid` is never resolved. Port 1 (tcpmux) is left alone by every machine of today.
  if (faults.has('ws-url-unknown-host')) return 'ws://nowhere.invalid';
  if (faults.has('ws-url-refused')) return `ws://${authority.replace(/:\d+$/, '')}:1`;
  return `${faults.has('ws-url-tls') ? 'wss' : 'ws'}://${authority}`;
}

function tooManyRequests(waitMs: number): HttpResponse {
  const response = jsonResponse(429, { error: 'too many requests' });
  return { ...response, headers: { ...response.headers, 'retry-after': String(Math.ceil(waitMs / 1000)) } };
}

function heartbeat(): HttpResponse {
  return jsonResponse(200, { status: 'ok' });
}

function parseFaults(target: Target): FaultPlan<VoiceApiFaultName> | SandboxError {
  return orRefusal(() => readFaults(FAULTS, target));
}
