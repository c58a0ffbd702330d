// This file is Soca's server without a network: its socket path, and the call that creates a session.
import { ERROR_MESSAGES, PATHS } from '@voicewire/protocol/soca';
import { SandboxError, orRefusal } from '../errors.ts';
import { forkRandom } from '../random.ts';
import { preflight, withCors } from '../server/access.ts';
import { Breaches } from '../server/breaches.ts';
import type { Conditions } from '../server/conditions.ts';
import type { IncomingConnection } from '../server/connection.ts';
import { FaultPlan, readFaults } from '../server/faultPlan.ts';
import type { HttpRequest, HttpResponse, Target } from '../server/http.ts';
import { jsonResponse } from '../server/http.ts';
import type { SandboxServices, VendorServer } from '../server/vendorServer.ts';
import { Mp3Speech } from '../speech/mp3Speech.ts';
import type { SocaBreaches } from './breaches.ts';
import { SOCKET_PATHS } from './endpoints.ts';
import type { SocaFaultName } from './faults.ts';
import { FAULTS } from './faults.ts';
import { drawHostileFaults } from './hostility.ts';
import type { SocaServerOptions, SocaSettings } from './options.ts';
import { checkSettings } from './options.ts';
import { RULES } from './rules.ts';
import { SocaSession } from './session.ts';
import { SessionBook } from './sessionBook.ts';

const VENDOR_ID = 'soca';
const KEY_HEADER = 'private_key';
/** Names that have no place in the URL of the socket. */
const SECRET_PARAMETERS: ReadonlySet<string> = new Set(['private_key', 'token', 'session_id']);

/**
 * Creates the server.
 *
 * @throws {SandboxError} `invalid-option` for a fault that does not exist, or a setting out of range.
 */
export function createSocaServer(services: SandboxServices, options: SocaServerOptions = {}): VendorServer {
  return new SocaServer(services, options);
}

class SocaServer implements VendorServer {
  readonly id = VENDOR_ID;
  readonly #services: SandboxServices;
  readonly #settings: SocaSettings;
  readonly #faults: FaultPlan<SocaFaultName>;
  readonly #book: SessionBook;
  readonly #sessions = new Set<SocaSession>();
  #mp3: Mp3Speech | undefined;

  constructor(services: SandboxServices, { faults = [], ...settings }: SocaServerOptions) {
    this.#services = services;
    this.#settings = checkSettings(settings);
    this.#faults = new FaultPlan(FAULTS, faults);
    this.#book = new SessionBook(forkRandom(services.random));
  }

  handleRequest(request: HttpRequest, target: Target, conditions: Conditions): HttpResponse | undefined {
    if (!target.pathname.startsWith(PATHS.session)) return undefined;
    const corsRules = { methods: 'GET, POST', requestHeaders: `${KEY_HEADER}, content-type` };
    if (request.method === 'OPTIONS') return preflight(request.headers, corsRules);
    const record = this.#services.ledger.openRequest(request.method, target.pathname);
    const response = this.#answer(request, target, conditions, new Breaches(record, RULES, conditions.policy));
    record.recordStatus(response.status);
    return withCors(response, request.headers);
  }

  acceptConnection(connection: IncomingConnection, target: Target, conditions: Conditions): boolean {
    if (!SOCKET_PATHS[conditions.profile].includes(target.pathname)) return false;
    const faults = this.#planFaults(target, conditions);
    if (faults instanceof SandboxError) connection.refuse(400, 'Bad Request');
    else if (faults.has('upgrade-refused')) connection.refuse(503, 'Service Unavailable');
    else this.#open(connection, target, conditions, faults);
    return true;
  }

  drain(): void {
    for (const session of this.#sessions) session.drain();
  }

  #planFaults(target: Target, { scenario, profile, random }: Conditions): FaultPlan<SocaFaultName> | SandboxError {
    const hostile = profile === 'hostile' ? drawHostileFaults(random) : [];
    const planned = new FaultPlan(FAULTS, hostile).merge(this.#faults).with(scenario.faults.soca);
    return orRefusal(() => planned.merge(readFaults(FAULTS, target)));
  }

  #answer(request: HttpRequest, target: Target, conditions: Conditions, breaches: SocaBreaches): HttpResponse {
    const faults = this.#planFaults(target, conditions);
    if (faults instanceof SandboxError) return failure(400, faults.message);
    if (faults.has('session-error')) return failure(500, 'Internal server error');
    const refused = this.#refuseRequest(request, target, breaches);
    if (refused !== undefined) return refused;
    const agentId = agentIdOf(target);
    if (request.method === 'GET') return success('Sessions', this.#book.listCreated(agentId).map(toListed));
    if (faults.has('session-refused')) return failure(200, 'The session could not be created');
    const response = success('Session created', toListed(this.#book.create(agentId).id));
    return faults.has('session-malformed') ? { ...response, body: '<html>It works!</html>' } : response;
  }

  /** Method, key and agent (D-03); nothing when all are right, or when nothing is refused. */
  #refuseRequest(request: HttpRequest, target: Target, breaches: SocaBreaches): HttpResponse | undefined {
    if (request.method !== 'POST' && request.method !== 'GET') {
      const response = failure(405, 'Method not allowed');
      breaches.add('D-03', `method ${request.method.slice(0, 20)}, wanted POST`);
      return { ...response, headers: { ...response.headers, allow: 'GET, POST, OPTIONS' } };
    }
    const key = request.headers[KEY_HEADER];
    if (key !== this.#settings.privateKey) {
      const detail = key === undefined ? `no header ${KEY_HEADER}` : 'the key is wrong';
      const refused = breaches.react('D-03', detail, () => failure(401, ERROR_MESSAGES.invalidToken));
      if (refused !== undefined) return refused;
    }
    if (this.#settings.agentIds.includes(agentIdOf(target))) return undefined;
    return breaches.react('D-03', 'no such agent', () => failure(404, 'Agent not found'));
  }

  #open(
    connection: IncomingConnection,
    target: Target,
    conditions: Conditions,
    faults: FaultPlan<SocaFaultName>,
  ): void {
    const mp3 = this.#findMp3();
    // Without an encoder there is nothing to say; a client sees a server that does not offer the service.
    if (mp3 === undefined) return connection.refuse(501, 'No MP3 encoder');
    connection.open((socket) => {
      const ledger = this.#services.ledger.openConnection(VENDOR_ID, 'opening');
      const breaches = new Breaches(ledger, RULES, conditions.policy);
      for (const detail of this.#findUrlBreaches(connection, target)) breaches.addWithoutFrame('D-16', detail);
      const session = new SocaSession(socket, {
        services: this.#services,
        settings: this.#settings,
        conditions,
        sessions: this.#book,
        ledger,
        faults,
        mp3,
        onClosed: () => {
          this.#sessions.delete(session);
          this.#services.ledger.connectionClosed();
        },
      });
      this.#sessions.add(session);
      return session;
    });
  }

  #findMp3(): Mp3Speech | undefined {
    const services = this.#services;
    if (services.mp3 !== undefined)
      this.#mp3 ??= new Mp3Speech(services.mp3, (rates) => services.createResampler(rates));
    return this.#mp3;
  }

  #findUrlBreaches({ request }: IncomingConnection, target: Target): readonly string[] {
    const breaches: string[] = [];
    if (request.subprotocols.length > 0) breaches.push(`${request.subprotocols.length} subprotocols, wanted none`);
    const isSecret = ([name, value]: readonly [string, string]): boolean =>
      SECRET_PARAMETERS.has(name) || value === this.#settings.privateKey;
    if (target.query.some(isSecret)) breaches.push('a key, token or session in the URL');
    return breaches;
  }
}

function agentIdOf(target: Target): string {
  return target.pathname.slice(PATHS.session.length);
}

function toListed(sessionId: string): { session_id: string } {
  return { session_id: sessionId };
}

function success(message: string, value: unknown): HttpResponse {
  return jsonResponse(200, { status: true, message, data: value });
}

function failure(status: number, message: string): HttpResponse {
  return jsonResponse(status, { status: false, message });
}
