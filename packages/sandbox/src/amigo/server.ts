// This file is the server of Amigo's real-time voice without a network: it judges who may open a socket.
import { CLOSE_CODES } from '@voicewire/protocol/amigo';
import type { AmigoBackend } from '../amigo-shared/amigoBackend.ts';
import { SandboxError, orRefusal } from '../errors.ts';
import { Breaches } from '../server/breaches.ts';
import type { Conditions } from '../server/conditions.ts';
import type { IncomingConnection } from '../server/connection.ts';
import { FaultPlan, readFaults } from '../server/faultPlan.ts';
import type { HttpResponse, Target } from '../server/http.ts';
import type { SandboxServices, VendorServer } from '../server/vendorServer.ts';
import { Mp3Speech } from '../speech/mp3Speech.ts';
import { RateConverter } from '../speech/rateConverter.ts';
import { Attempts } from './attempts.ts';
import type { AmigoFaultName, AmigoFaults } from './faults.ts';
import { settingsOfFaults } from './faultSettings.ts';
import { FAULTS } from './faults.ts';
import type { Handshake } from './handshake.ts';
import { isNearMiss, judgeHandshake, organizationOf } from './handshake.ts';
import type { AmigoServerOptions } from './options.ts';
import { AMIGO_DEFAULTS, PROFILE_FAULTS, PROFILE_SETTINGS, checkOptions } from './options.ts';
import { RULES } from './rules.ts';
import { AmigoSession } from './session.ts';

const VENDOR_ID = 'amigo';
/** What the carrier lets through, so that we answer larger messages ourselves; 2 MiB. */
const CARRIER_LIMIT_BYTES = 2_097_152;
/** Who comes without a usable token, where the policy lets that pass. */
const NOBODY = 'unidentified';

/**
 * Creates the server.
 *
 * @param backend Accounts, tokens and conversations; the same as the HTTP server's.
 * @throws {SandboxError} `invalid-option` for a fault that does not exist or an option out of range.
 */
export function createAmigoServer(
  services: SandboxServices,
  backend: AmigoBackend,
  options: AmigoServerOptions = {},
): VendorServer {
  return new AmigoServer(services, backend, options);
}

class AmigoServer implements VendorServer {
  readonly id = VENDOR_ID;
  readonly #services: SandboxServices;
  readonly #backend: AmigoBackend;
  readonly #options: Omit<AmigoServerOptions, 'faults'>;
  readonly #faults: AmigoFaults;
  readonly #attempts = new Attempts();
  readonly #rates: RateConverter;
  readonly #mp3: Mp3Speech | undefined;
  readonly #sessions = new Set<AmigoSession>();

  constructor(services: SandboxServices, backend: AmigoBackend, { faults, ...options }: AmigoServerOptions) {
    checkOptions(options);
    this.#services = services;
    this.#backend = backend;
    this.#options = options;
    this.#faults = new FaultPlan<AmigoFaultName>(FAULTS, faults);
    this.#rates = new RateConverter((rates) => services.createResampler(rates));
    this.#mp3 =
      services.mp3 === undefined ? undefined : new Mp3Speech(services.mp3, (rates) => services.createResampler(rates));
  }

  /** There is nothing but sockets here. */
  handleRequest(): HttpResponse | undefined {
    return undefined;
  }

  acceptConnection(connection: IncomingConnection, target: Target, conditions: Conditions): boolean {
    const organization = organizationOf(target.pathname);
    if (organization === undefined) return isNearMiss(target.pathname) && this.#refuseNearMiss(connection, target);
    const faults = this.#faultsOf(target, conditions);
    if (faults instanceof SandboxError) {
      connection.refuse(400, 'Bad Request');
      return true;
    }
    if (faults.has('upgrade-refused')) {
      connection.refuse(503, 'Service Unavailable');
      return true;
    }
    const handshake = judgeHandshake(connection.request, target, organization, this.#backend, conditions.profile);
    const settings = {
      ...AMIGO_DEFAULTS,
      ...PROFILE_SETTINGS[conditions.profile],
      ...this.#options,
      ...settingsOfFaults(faults),
    };
    if (settings.refusal === 'http' && this.#refuseByHttp(connection, target, handshake, faults, conditions))
      return true;
    this.#open(connection, handshake, settings, faults, conditions);
    return true;
  }

  drain(): void {
    for (const session of this.#sessions) session.drain();
  }

  #faultsOf(target: Target, { profile, scenario }: Conditions): AmigoFaults | SandboxError {
    const planned = new FaultPlan<AmigoFaultName>(FAULTS, PROFILE_FAULTS[profile]).merge(this.#faults);
    const settled = planned.with(scenario.faults.amigo);
    return orRefusal(() => settled.merge(readFaults<AmigoFaultName>(FAULTS, target)));
  }

  /** */
  #refuseNearMiss(connection: IncomingConnection, target: Target): boolean {
    const request = this.#services.ledger.openRequest('GET', target.pathname);
    request.recordViolation('A-01', RULES['A-01'].severity, 'not the path of the socket');
    request.recordStatus(404);
    connection.refuse(404, 'Not Found');
    return true;
  }

  /** Answers 401 where `refusal` says so. @returns True when it did. */
  #refuseByHttp(
    connection: IncomingConnection,
    target: Target,
    { objections, grant, token }: Handshake,
    faults: AmigoFaults,
    { policy }: Conditions,
  ): boolean {
    const first = objections.find((objection) => objection.closeCode !== undefined);
    const isBreach = policy === 'enforce' && first?.closeCode === CLOSE_CODES.unauthorized;
    if (!isBreach && !faults.has('unauthorized')) return false;
    const request = this.#services.ledger.openRequest('GET', target.pathname);
    const breaches = new Breaches(request, RULES, policy);
    for (const { ruleId, detail, severity } of objections) breaches.add(ruleId, detail, severity);
    const comer = { user: grant?.userId, token };
    const nowMs = this.#services.clock.nowMs();
    for (const detail of this.#attempts.begin(comer, nowMs)) breaches.add('A-53', detail);
    this.#attempts.end(comer, { code: CLOSE_CODES.unauthorized, loss: undefined }, nowMs);
    request.recordStatus(401);
    connection.refuse(401, 'Unauthorized');
    return true;
  }

  #open(
    connection: IncomingConnection,
    handshake: Handshake,
    settings: typeof AMIGO_DEFAULTS,
    faults: AmigoFaults,
    { policy, profile, createAgent, random }: Conditions,
  ): void {
    const { ledger: book } = this.#services;
    const userId = handshake.grant?.userId ?? NOBODY;
    const start = (socket: Parameters<Parameters<IncomingConnection['open']>[0]>[0]): AmigoSession => {
      const ledger = book.openConnection(VENDOR_ID, 'open');
      const session: AmigoSession = new AmigoSession(socket, {
        services: this.#services,
        backend: this.#backend,
        attempts: this.#attempts,
        rates: this.#rates,
        mp3: this.#mp3,
        settings,
        faults,
        profile,
        ledger,
        breaches: new Breaches(ledger, RULES, policy),
        createAgent,
        random,
        handshake,
        userId,
        isPlaceOccupied: (serviceId) => {
          const others = [...this.#sessions].filter((each) => each !== session && each.state !== 'closing');
          return others.some((each) => each.userId === userId && each.serviceId === serviceId);
        },
        onClosed: () => {
          this.#sessions.delete(session);
          book.connectionClosed();
        },
      });
      this.#sessions.add(session);
      return session;
    };
    const echo = faults.has('no-echo')
      ? undefined
      : faults.has('wrong-echo')
        ? 'another.protocol'
        : handshake.subprotocol;
    connection.open(start, echo, CARRIER_LIMIT_BYTES);
  }
}
