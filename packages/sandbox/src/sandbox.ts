// This file creates the sandbox: all vendors' servers behind one door, without a network and on an injected clock.
import type { AgentFactory } from './agents/agent.ts';
import { AGENT_SAMPLE_RATE } from './agents/agent.ts';
import type { AgentName, NamedAgents } from './agents/agents.ts';
import type { Clock } from './clock.ts';
import { SandboxError, orRefusal } from './errors.ts';
import type { SpeechDetector, TurnOptions } from './hearing/hearing.ts';
import { DEFAULT_TURN_OPTIONS } from './hearing/hearing.ts';
import { createLateDetector } from './hearing/lateDetector.ts';
import { PcmStore } from './hearing/pcmTail.ts';
import type { Transcriber } from './hearing/transcriber.ts';
import { impair } from './impairments/impair.ts';
import { impairBody } from './impairments/impairedBody.ts';
import type { ImpairmentPlan } from './impairments/plan.ts';
import type { ImpairmentPorts } from './impairments/ports.ts';
import { checkImpairment } from './impairments/readPlan.ts';
import type { Ledger } from './ledger/ledger.ts';
import { LedgerBook } from './ledger/ledger.ts';
import type { LedgerSink } from './ledger/records.ts';
import type { Random } from './random.ts';
import { createRandom } from './random.ts';
import type { Scenario } from './scenarios/scenario.ts';
import type { ScenarioName } from './scenarios/scenarios.ts';
import type { AccessPolicy } from './server/access.ts';
import type { BreachSink } from './server/breaches.ts';
import { COMMON_RULES } from './server/commonRules.ts';
import { findUrlSecret } from './server/urlSecrets.ts';
import { refusal } from './server/access.ts';
import type { Conditions, SplitPath } from './server/conditions.ts';
import type { Policy, Profile } from './server/policy.ts';
import { choose, readConditions, splitPath } from './server/conditions.ts';
import type { IncomingConnection } from './server/connection.ts';
import type { HttpRequest, HttpResponse } from './server/http.ts';
import { isStream, jsonResponse, parseTarget, textResponse } from './server/http.ts';
import { joinServers } from './server/joinServers.ts';
import {
  DEFAULT_MAX_CONNECTIONS,
  MAX_BODY_BYTES,
  MAX_BODY_STALL_MS,
  MAX_RECORDED_MESSAGE_BYTES,
} from './server/limits.ts';
import type {
  BodyFailure,
  SandboxServices,
  StreamResampler,
  StreamResamplerOptions,
  VendorServer,
} from './server/vendorServer.ts';
import { serveStatus } from './status/statusServer.ts';
import { openClipFile } from './speech/clipFile.ts';
import { FrameTicker } from './speech/frameTicker.ts';
import type { Mp3Codec } from './speech/mp3Codec.ts';
import type { Synthesizer } from './speech/voice.ts';
import { createVoice } from './speech/voice.ts';
import type { AudioTruthLevel } from './truth/audioTruth.ts';
import { AUDIO_TRUTH_LEVELS, DEFAULT_AUDIO_TRUTH } from './truth/audioTruth.ts';
import type { VendorName, VendorOptions } from './vendors.ts';
import { VENDORS, VENDOR_NAMES, describeEndpoints } from './vendors.ts';

/** The part of `@voicewire/dsp-wasm`'s `Dsp` that the sandbox uses. */
export interface SandboxDsp {
  /** A voice activity detector that takes 20 ms frames; one is made per connection. */
  createVad(options: { readonly sampleRate: number; readonly maxInputSamples?: number }): SpeechDetector;
  /** For vendors whose audio has another rate than the agents'. */
  createResampler(options: StreamResamplerOptions): StreamResampler;
}

/** What a sandbox is and how its agent behaves, whatever carries it. */
export interface SandboxBehaviour extends VendorOptions {
  /** Who answers: a shipped agent by name, or your own. Default `conversation`. */
  readonly agent?: AgentName | AgentFactory;
  /** Agents of your own that a URL may ask for by name, as in `?agent=mine`. Default: none. */
  readonly agents?: NamedAgents;
  /** What a breach of a rule leads to. Default `enforce`: what the vendor does. */
  readonly policy?: Policy;
  /** Which reading of the vendors' pages is served. Default `documented`. */
  readonly profile?: Profile;
  /** What happens to connections, by name or of your own making. Default `happyPath`. */
  readonly scenario?: ScenarioName | Scenario;
  /** How bad connections are: a name or text as the command line takes it, or a plan. Default: not bad at all. */
  readonly impairment?: string | ImpairmentPlan;
  /** Vendors that are served. Default: all. */
  readonly vendors?: readonly VendorName[];
  /** When user speech counts as begun and as over. Default `DEFAULT_TURN_OPTIONS`. */
  readonly turns?: Partial<TurnOptions>;
  /** Speaks texts that the clips do not cover. Default: none; in `startSandbox`, flite or espeak-ng if one is installed. */
  readonly synthesizer?: Synthesizer;
  /** Gives user speech its words. Default: none; it is described, as in `[2.4 s of speech]`. */
  readonly transcriber?: Transcriber;
  /** Keeps the last 10 minutes of audio of each connection, both ways, for tests. Default false. */
  readonly record?: boolean;
  /** How far received audio is judged (rules T-01 to T-07). Default `auto`. */
  readonly audioTruth?: AudioTruthLevel;
  /** Sockets open at once; more are refused with 503. Default 256. */
  readonly maxConnections?: number;
  readonly access?: Partial<AccessPolicy>;
  /** Gets every entry of the ledger, also those that it forgets itself; called within the sandbox's work, so be quick. */
  readonly onLedgerEntry?: LedgerSink;
}

/** Everything from outside that a sandbox needs. */
export interface SandboxOptions extends SandboxBehaviour {
  readonly clock: Clock;
  /** Wall-clock time at which `clock` was 0, in ms since 1970. Default: 2026-01-01 00:00 UTC, so that runs repeat. */
  readonly epochMs?: number;
  /** Source of ids, tokens and wordings; `createRandom(seed)` makes runs repeatable. */
  readonly random: Random;
  readonly dsp: SandboxDsp;
  /** Content of the clip file; without it the agent speaks only what a synthesizer can. `loadClips()` reads ours. */
  readonly clips?: Uint8Array;
  /** Encodes MP3, as `loadMp3Codec` makes one; without it a vendor that has nothing else refuses sockets with 501. */
  readonly mp3?: Mp3Codec;
}

/** A running sandbox. Nothing in it throws on what a client sends. */
export interface Sandbox {
  /** Answers one HTTP request. */
  request(request: HttpRequest): HttpResponse;
  /** Longest body that a request to this path may have, in bytes; longer ones get 413 before they are read. */
  maxBodyBytes(path: string): number;
  /** How long the body of a request to this path may stall, in ms. */
  maxBodyStallMs(path: string): number;
  /** Answers a request whose body did not come whole. */
  refuseBody(request: HttpRequest, failure: BodyFailure): HttpResponse;
  /** Takes or refuses one WebSocket. */
  accept(connection: IncomingConnection): void;
  readonly ledger: Ledger;
  /** Tells all sessions that the server shuts down, closes them, and refuses everything new. Idempotent. */
  close(): void;
}

const DEFAULT_EPOCH_MS = Date.UTC(2026, 0, 1);
/** Longest frame a vendor may hand to the detector, in samples at 16 kHz: 20 ms. */
const MAX_FRAME_SAMPLES = 320;

/**
 * Creates a sandbox.
 *
 * @throws {SandboxError} `clips-invalid`, or `invalid-option` for an unknown agent, scenario or fault or a setting out of
 *   range.
 */
export function createSandbox(options: SandboxOptions): Sandbox {
  return new SandboxCore(options);
}

/** Of one socket; its record is there once it is open. */
interface Seat {
  record: BreachSink | undefined;
}

class SandboxCore implements Sandbox {
  readonly ledger: LedgerBook;
  readonly #access: AccessPolicy;
  readonly #maxConnections: number;
  readonly #options: SandboxOptions;
  readonly #random: Random;
  readonly #vendors: Required<VendorServer>;
  /** Secrets that open a vendor's endpoints. */
  readonly #keys: ReadonlySet<string>;
  #openCount = 0;
  #state: 'open' | 'closed' = 'open';

  constructor(options: SandboxOptions) {
    const { clock, random, dsp } = options;
    this.#options = options;
    this.#random = random;
    this.ledger = new LedgerBook({
      nowMs: () => clock.nowMs(),
      isRecording: options.record ?? false,
      truth: choose('audioTruth', AUDIO_TRUTH_LEVELS, options.audioTruth ?? DEFAULT_AUDIO_TRUTH),
      sink: options.onLedgerEntry,
    });
    this.#access = { allowedHosts: [], allowedOrigins: [], ...options.access };
    this.#maxConnections = checkCount('maxConnections', options.maxConnections ?? DEFAULT_MAX_CONNECTIONS);
    const epochMs = options.epochMs ?? DEFAULT_EPOCH_MS;
    const services: SandboxServices = {
      clock,
      ticker: new FrameTicker(clock),
      pcmStore: new PcmStore(),
      nowEpochMs: () => epochMs + clock.nowMs(),
      random,
      ledger: this.ledger,
      voice: createVoice(options.clips === undefined ? undefined : openClipFile(options.clips), options.synthesizer),
      turns: { ...DEFAULT_TURN_OPTIONS, ...options.turns },
      transcriber: options.transcriber,
      mp3: options.mp3,
      createDetector: () =>
        createLateDetector(() => dsp.createVad({ sampleRate: AGENT_SAMPLE_RATE, maxInputSamples: MAX_FRAME_SAMPLES })),
      createResampler: (rates) => dsp.createResampler(rates),
    };
    // Options that no connection can be treated by are refused now, not by the first connection.
    checkImpairment(readConditions(splitPath('/'), options, createRandom(0)).impairment);
    const servers = servedVendors(options.vendors).map((name) => VENDORS[name].create(services, options));
    this.#vendors = joinServers('all', servers);
    this.#keys = new Set(Object.values(describeEndpoints('', options)).flatMap(keysIn));
  }

  request(request: HttpRequest): HttpResponse {
    const refused = refusal(request.headers, this.#access);
    if (refused !== undefined) return refused;
    if (this.#state === 'closed') return textResponse(503, 'The server is shutting down.\n');
    const split = splitPath(request.path);
    const conditions = this.#tryReadConditions(split);
    if (conditions instanceof SandboxError) return jsonResponse(400, { error: conditions.message });
    const target = parseTarget(split.path);
    const before = this.ledger.latestRequest;
    const response = this.#vendors.handleRequest({ ...request, path: split.path }, target, conditions);
    if (response !== undefined) {
      this.#judgeUrl(request.path, before, this.ledger.latestRequest);
      return this.#impaired(response, conditions);
    }
    return serveStatus(request, target, this.ledger, this.#options.clock) ?? textResponse(404, 'Not found.\n');
  }

  maxBodyBytes(path: string): number {
    return this.#vendors.maxBodyBytes(parseTarget(splitPath(path).path)) ?? MAX_BODY_BYTES;
  }

  maxBodyStallMs(path: string): number {
    return this.#vendors.maxBodyStallMs(parseTarget(splitPath(path).path)) ?? MAX_BODY_STALL_MS;
  }

  refuseBody(request: HttpRequest, failure: BodyFailure): HttpResponse {
    const refused = refusal(request.headers, this.#access);
    if (refused !== undefined) return refused;
    const split = splitPath(request.path);
    const conditions = this.#tryReadConditions(split);
    if (conditions instanceof SandboxError) return jsonResponse(400, { error: conditions.message });
    const target = parseTarget(split.path);
    const seen = { ...request, path: split.path, body: new Uint8Array(0) };
    const response = this.#vendors.refuseBody(seen, target, conditions, failure);
    if (response !== undefined) return response;
    return failure === 'too-large'
      ? textResponse(413, 'The body is too large.\n')
      : textResponse(408, 'The body stalled.\n');
  }

  accept(connection: IncomingConnection): void {
    const refused = refusal(connection.request.headers, this.#access);
    if (refused !== undefined) return connection.refuse(refused.status, 'Refused');
    if (this.#state === 'closed' || this.#openCount >= this.#maxConnections) {
      return connection.refuse(503, 'Service Unavailable');
    }
    const split = splitPath(connection.request.path);
    const conditions = this.#tryReadConditions(split);
    if (conditions instanceof SandboxError) return connection.refuse(400, 'Bad Request');
    const target = parseTarget(split.path);
    const seat: Seat = { record: undefined };
    const served = impair(
      this.#countOpen(connection, split.path, seat, conditions),
      conditions.impairment,
      this.#impairmentPorts(conditions, seat),
    );
    if (served === undefined) return;
    if (!this.#vendors.acceptConnection(served, target, conditions)) connection.refuse(404, 'Not Found');
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#vendors.drain();
  }

  /** Rule S-01, for what a vendor has just recorded, if it has. */
  #judgeUrl(path: string, before: BreachSink | undefined, record: BreachSink | undefined): void {
    if (record === before) return;
    const detail = findUrlSecret(path, this.#keys);
    if (detail !== undefined) record?.recordViolation('S-01', COMMON_RULES['S-01'].severity, detail, -1);
  }

  /** A body that is complete arrives at once: only what takes time can be held up. */
  #impaired(response: HttpResponse, conditions: Conditions): HttpResponse {
    const { body } = response;
    if (!isStream(body)) return response;
    return { ...response, body: impairBody(body, conditions.impairment, this.#impairmentPorts(conditions)) };
  }

  #impairmentPorts({ random }: Conditions, seat?: Seat): ImpairmentPorts {
    const { severity } = COMMON_RULES['S-02'];
    return {
      clock: this.#options.clock,
      random,
      reportDeafness: (detail) => seat?.record?.recordViolation('S-02', severity, detail, -1),
      isServing: () => this.#state === 'open',
    };
  }

  #tryReadConditions(split: SplitPath): Conditions | SandboxError {
    return orRefusal(() => readConditions(split, this.#options, this.#random));
  }

  /** The same connection at the path that vendors see, counted while its socket is open. */
  #countOpen(connection: IncomingConnection, path: string, seat: Seat, { policy }: Conditions): IncomingConnection {
    return {
      request: { ...connection.request, path },
      refuse: (status, reason, headers) => connection.refuse(status, reason, headers),
      open: (start, subprotocol, maxMessageBytes) =>
        connection.open(
          (socket) => {
            const before = this.ledger.latestConnection;
            const events = start(socket);
            // Not before: a session that could not start takes no seat.
            this.#openCount += 1;
            const record = this.ledger.latestConnection;
            if (record !== before) seat.record = record;
            this.#judgeUrl(connection.request.path, before, record);
            return {
              onMessage: (data) => events.onMessage(data),
              onClose: (close) => {
                this.#openCount -= 1;
                events.onClose(close);
              },
            };
          },
          subprotocol,
          policy === 'record' ? MAX_RECORDED_MESSAGE_BYTES : maxMessageBytes,
        ),
    };
  }
}

function keysIn(endpoints: object): readonly string[] {
  const { apiKey, privateKey } = endpoints as { apiKey?: string; privateKey?: string };
  return [apiKey, privateKey].filter((key) => key !== undefined);
}

function servedVendors(names: readonly VendorName[] = VENDOR_NAMES): readonly VendorName[] {
  for (const name of names) {
    if (VENDOR_NAMES.includes(name)) continue;
    const expected = VENDOR_NAMES.join(', ');
    throw new SandboxError('invalid-option', `There is no vendor '${String(name)}'; there are ${expected}.`, {
      option: 'vendors',
      expected,
    });
  }
  return VENDOR_NAMES.filter((name) => names.includes(name));
}

function checkCount(option: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new SandboxError('invalid-option', `${option} is ${value}, wanted a whole number over 0.`, { option });
}
