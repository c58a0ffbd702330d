// This file is the server of Amigo's HTTP API without a network: sign-in, conversations and voice notes.
import { LIMITS, RATE_HEADERS } from '@voicewire/protocol/amigo-notes';
import type { AmigoBackend } from '../amigo-shared/amigoBackend.ts';
import { SandboxError, orRefusal } from '../errors.ts';
import { forkRandom } from '../random.ts';
import { preflight, withCors } from '../server/access.ts';
import { Breaches } from '../server/breaches.ts';
import type { Conditions } from '../server/conditions.ts';
import { FaultPlan, readFaults } from '../server/faultPlan.ts';
import type { HttpRequest, HttpResponse, Target } from '../server/http.ts';
import type { BodyFailure, SandboxServices, VendorServer } from '../server/vendorServer.ts';
import { RateConverter } from '../speech/rateConverter.ts';
import { FaultHits } from './faultHits.ts';
import { authorize, recordSecretsInUrl, refuseOrganization } from './authorize.ts';
import type { Call, Caller } from './call.ts';
import { failure, isResponse } from './call.ts';
import type { NotesContext } from './context.ts';
import { VENDOR_ID } from './context.ts';
import { createConversation } from './createConversation.ts';
import type { AmigoNotesFaultName } from './faults.ts';
import { FAULTS } from './faults.ts';
import { finishConversation } from './finishConversation.ts';
import { interact } from './interact.ts';
import { listConversations } from './listConversations.ts';
import { listMessages } from './listMessages.ts';
import { describeSource, serveRecording } from './messageSource.ts';
import { NoteAgents } from './noteAgents.ts';
import type { AmigoNotesServerOptions } from './options.ts';
import { readSettings } from './options.ts';
import { RecordingKeys } from './recordingKeys.ts';
import { RequestQuota, quotaHeaders } from './requestQuota.ts';
import type { Route } from './routes.ts';
import { ROUTE_METHODS, findRoute } from './routes.ts';
import { RULES } from './rules.ts';
import { signIn } from './signIn.ts';
import { UploadHistory } from './uploadHistory.ts';

/** Room for the parts of a form besides the recording, in bytes. */
const FORM_BYTES = 65_536;
/** Query parameters that name faults; handlers do not see them. */
const FAULT_PARAMETERS = new Set(['fault', 'delayMs', 'count', 'sizeBytes', 'reason']);
const REQUEST_HEADERS =
  'authorization, content-type, x-api-key, x-api-key-id, x-user-id, x-mongo-cluster-name, x-org-id';
/** What pages of other origins may read besides the basics. */
const EXPOSED_HEADERS = Object.values(RATE_HEADERS).join(', ');

/** Calls per minute, by endpoint. */
const QUOTAS = {
  'sign-in': LIMITS.signInsPerMinute,
  create: LIMITS.conversationsPerMinute,
  list: LIMITS.listsPerMinute,
  interact: LIMITS.notesPerMinute,
  finish: LIMITS.conversationsPerMinute,
  source: LIMITS.recordingsPerMinute,
} as const;

/**
 * Creates the server.
 *
 * @throws {SandboxError} `invalid-option` for a fault that does not exist, or a setting out of range.
 */
export function createAmigoNotesServer(
  services: SandboxServices,
  backend: AmigoBackend,
  { faults = [], ...options }: AmigoNotesServerOptions = {},
): VendorServer {
  return new AmigoNotesServer(services, backend, new FaultPlan(FAULTS, faults), options);
}

class AmigoNotesServer implements VendorServer {
  readonly id = VENDOR_ID;
  readonly #context: NotesContext;
  readonly #faults: FaultPlan<AmigoNotesFaultName>;
  readonly #quota = new RequestQuota();

  constructor(
    services: SandboxServices,
    backend: AmigoBackend,
    faults: FaultPlan<AmigoNotesFaultName>,
    options: Omit<AmigoNotesServerOptions, 'faults'>,
  ) {
    const settings = readSettings(options);
    const random = forkRandom(services.random);
    this.#faults = faults;
    this.#context = {
      services,
      backend,
      settings,
      random,
      agents: new NoteAgents(services, settings.speedRatio),
      converter: new RateConverter((rates) => services.createResampler(rates)),
      uploads: new UploadHistory(),
      faultHits: new FaultHits(),
      recordingKeys: new RecordingKeys(random),
      replies: new Set(),
    };
  }

  maxBodyBytes(target: Target): number | undefined {
    const kind = findRoute(target.pathname)?.route.kind;
    return kind === 'interact' ? this.#context.settings.maxUploadBytes + FORM_BYTES : undefined;
  }

  maxBodyStallMs(target: Target): number | undefined {
    return findRoute(target.pathname) === undefined ? undefined : this.#context.settings.uploadStallMs;
  }

  refuseBody(
    request: HttpRequest,
    target: Target,
    conditions: Conditions,
    bodyFailure: BodyFailure,
  ): HttpResponse | undefined {
    return this.#record(request, target, conditions, (call) => {
      const detail = bodyFailure === 'stalled' ? 'the upload stalled' : 'the upload is too large';
      call.breaches.add('B-15', detail);
      return failure(bodyFailure === 'stalled' ? 408 : 413, `B-15: ${detail}`);
    });
  }

  handleRequest(request: HttpRequest, target: Target, conditions: Conditions): HttpResponse | undefined {
    if (request.method === 'OPTIONS' && findRoute(target.pathname) !== undefined) {
      return preflight(request.headers, { methods: 'GET, POST', requestHeaders: REQUEST_HEADERS });
    }
    return this.#record(request, target, conditions, (call, route) => this.#answer(call, route));
  }

  /** Sockets are the real-time server's. */
  acceptConnection(): boolean {
    return false;
  }

  drain(): void {
    for (const reply of this.#context.replies) reply.drain();
    this.#context.agents.closeAll();
  }

  /** Answers a call on one of our paths, and records it; nothing for other paths. */
  #record(
    request: HttpRequest,
    target: Target,
    conditions: Conditions,
    answer: (call: Call, route: Route) => HttpResponse,
  ): HttpResponse | undefined {
    const found = findRoute(target.pathname);
    if (found === undefined) return undefined;
    const ledger = this.#context.services.ledger.openRequest(request.method, target.pathname);
    const faults = this.#readFaults(target, conditions);
    let response: HttpResponse;
    if (faults instanceof SandboxError) {
      response = failure(400, faults.message);
    } else {
      const breaches = new Breaches(ledger, RULES, conditions.policy);
      const query = target.query.filter(([name]) => !FAULT_PARAMETERS.has(name));
      const call: Call = { request, query, organization: found.organization, conditions, breaches, faults };
      recordSecretsInUrl(call, this.#context.backend);
      response = answer(call, found.route);
    }
    ledger.recordStatus(response.status);
    const exposed = { ...response, headers: { ...response.headers, 'access-control-expose-headers': EXPOSED_HEADERS } };
    return withCors(exposed, request.headers);
  }

  #readFaults(target: Target, { scenario }: Conditions): FaultPlan<AmigoNotesFaultName> | SandboxError {
    return orRefusal(() => this.#faults.with(scenario.faults.amigoNotes).merge(readFaults(FAULTS, target)));
  }

  #answer(call: Call, route: Route): HttpResponse {
    const { backend } = this.#context;
    if (route.kind === 'unknown') return wrongPath(call);
    if (route.kind === 'misspelt') return this.#answerMisspelt(call, route.rightPath);
    const methods: readonly string[] = ROUTE_METHODS[route.kind];
    if (!methods.includes(call.request.method)) return wrongMethod(call, methods);
    const refused = refuseOrganization(call, backend);
    if (refused !== undefined) return refused;
    if (route.kind === 'recording') return serveRecording(this.#context, call, route);
    if (route.kind === 'sign-in') return this.#withQuota(call, 'sign-in', signInName(call), () => this.#signIn(call));
    const caller = authorize(call, backend);
    return isResponse(caller) ? caller : this.#answerCaller(call, route, caller);
  }

  #answerCaller(
    call: Call,
    route: Exclude<Route, { kind: 'unknown' | 'misspelt' | 'recording' | 'sign-in' }>,
    caller: Caller,
  ): HttpResponse {
    const context = this.#context;
    const limited = (endpoint: keyof typeof QUOTAS, answer: () => HttpResponse): HttpResponse =>
      this.#withQuota(call, endpoint, caller.userId, answer);
    switch (route.kind) {
      case 'conversations':
        return call.request.method === 'GET'
          ? limited('list', () => listConversations(context, call, caller))
          : limited('create', () => createConversation(context, call, caller));
      case 'interact':
        return limited('interact', () => interact(context, call, caller, route.conversationId));
      case 'finish':
        return limited('finish', () => finishConversation(context, call, caller, route.conversationId));
      case 'messages':
        return listMessages(context, call, caller, route.conversationId);
      case 'source':
        return limited('source', () => describeSource(context, call, caller, route));
    }
  }

  #signIn(call: Call): HttpResponse {
    return signIn(call, this.#context.backend, this.#context.settings);
  }

  #answerMisspelt(call: Call, rightPath: string): HttpResponse {
    call.breaches.add('B-01', 'a slash too many or too few at the end of the path');
    const { wrongSlash } = this.#context.settings;
    if (wrongSlash === 'not-found' && call.breaches.isEnforced) return failure(404, 'B-01: Not Found');
    const mark = call.request.path.indexOf('?');
    const location = mark < 0 ? rightPath : rightPath + call.request.path.slice(mark);
    return { status: 307, headers: { location }, body: '' };
  }

  /** B-16. */
  #withQuota(call: Call, endpoint: keyof typeof QUOTAS, userId: string, answer: () => HttpResponse): HttpResponse {
    const { settings, services } = this.#context;
    if (settings.quotaScope === 'off') return answer();
    const who = settings.quotaScope === 'user' ? userId : '';
    const verdict = this.#quota.take(`${endpoint} ${who}`, QUOTAS[endpoint], services.clock.nowMs());
    const headers = quotaHeaders(verdict, services.nowEpochMs(), settings.retryAfter);
    const detail = `over ${verdict.limitCount} calls of ${endpoint} within a minute`;
    const refused = verdict.isWithin
      ? undefined
      : call.breaches.react(
          'B-16',
          detail,
          () => failure(429, `B-16: ${detail}`),
          verdict.isTooSoon ? 'strict' : 'note',
        );
    const response = refused ?? answer();
    return { ...response, headers: { ...headers, ...response.headers } };
  }
}

/** Whom a sign-in counts for: users whom nobody knows count as one. */
function signInName(call: Call): string {
  return call.request.headers['x-user-id']?.slice(0, 80) ?? '';
}

function wrongPath(call: Call): HttpResponse {
  call.breaches.add('B-01', 'no such path');
  return failure(404, 'B-01: Not Found');
}

function wrongMethod(call: Call, methods: readonly string[]): HttpResponse {
  const method = call.request.method.slice(0, 20);
  call.breaches.add('B-01', `method ${method}, wanted ${methods.join(' or ')}`);
  return failure(405, 'B-01: Method Not Allowed', { allow: [...methods, 'OPTIONS'].join(', ') });
}
