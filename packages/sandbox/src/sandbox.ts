// This file creates the sandbox: all vendors' servers behind one door, without a network and on an injected clock.
import type { AgentFactory } from './agents/agent.ts';
import { AGENT_SAMPLE_RATE } from './agents/agent.ts';
import type { AgentName } from './agents/agents.ts';
import { findAgent } from './agents/agents.ts';
import type { Clock } from './clock.ts';
import { SandboxError } from './errors.ts';
import type { SpeechDetector, TurnOptions } from './hearing/hearing.ts';
import { DEFAULT_TURN_OPTIONS } from './hearing/hearing.ts';
import type { Ledger } from './ledger/ledger.ts';
import { LedgerBook } from './ledger/ledger.ts';
import type { Random } from './random.ts';
import type { AccessPolicy } from './server/access.ts';
import { refusal } from './server/access.ts';
import type { IncomingConnection } from './server/connection.ts';
import type { HttpRequest, HttpResponse } from './server/http.ts';
import { jsonResponse, parseTarget, textResponse } from './server/http.ts';
import { describeStatus } from './server/statusPage.ts';
import type { SandboxServices } from './server/vendorServer.ts';
import { openClipFile } from './speech/clipFile.ts';
import type { Synthesizer } from './speech/voice.ts';
import { createVoice } from './speech/voice.ts';
import type { VoiceApiOptions } from './voice-api/options.ts';
import { createVoiceApiServer } from './voice-api/server.ts';

/** The part of `@voicewire/dsp-wasm`'s `Dsp` that the sandbox uses. */
export interface SandboxDsp {
  /** A voice activity detector that takes 20 ms frames; one is made per connection. */
  createVad(options: { readonly sampleRate: number; readonly maxInputSamples?: number }): SpeechDetector;
}

/** What a sandbox is and how its agent behaves, whatever carries it. */
export interface SandboxBehaviour {
  /** Who answers: a shipped agent by name, or your own. Default `conversation`. */
  readonly agent?: AgentName | AgentFactory;
  /** When user speech counts as begun and as over. Default `DEFAULT_TURN_OPTIONS`. */
  readonly turns?: Partial<TurnOptions>;
  /** Speaks texts that the clips do not cover. Default: none; in `startSandbox`, flite or espeak-ng if one is installed. */
  readonly synthesizer?: Synthesizer;
  /** Keeps the last 10 minutes of audio of each connection, both ways, for tests. Default false. */
  readonly record?: boolean;
  /** Sockets open at once; more are refused with 503. Default 256. */
  readonly maxConnections?: number;
  readonly access?: Partial<AccessPolicy>;
  readonly voiceApi?: VoiceApiOptions;
}

/** Everything from outside that a sandbox needs. */
export interface SandboxOptions extends SandboxBehaviour {
  readonly clock: Clock;
  /** Source of ids, tokens and wordings; `createRandom(seed)` makes runs repeatable. */
  readonly random: Random;
  readonly dsp: SandboxDsp;
  /** Content of the clip file; without it the agent speaks only what a synthesizer can. `loadClips()` reads ours. */
  readonly clips?: Uint8Array;
}

/** A running sandbox. Nothing in it throws on what a client sends. */
export interface Sandbox {
  /** Answers one HTTP request. */
  request(request: HttpRequest): HttpResponse;
  /** Takes or refuses one WebSocket. */
  accept(connection: IncomingConnection): void;
  readonly ledger: Ledger;
  /** Tells all sessions that the server shuts down, closes them, and refuses everything new. Idempotent. */
  close(): void;
}

const DEFAULT_MAX_CONNECTIONS = 256;
/** Longest frame a vendor may hand to the detector, in samples at 16 kHz: 20 ms. */
const MAX_FRAME_SAMPLES = 320;

/**
 * Creates a sandbox.
 *
 * @throws {SandboxError} `clips-invalid`, or `invalid-option` for an unknown agent or fault or a setting out of range.
 */
export function createSandbox(options: SandboxOptions): Sandbox {
  return new SandboxCore(options);
}

class SandboxCore implements Sandbox {
  readonly ledger: LedgerBook;
  readonly #access: AccessPolicy;
  readonly #maxConnections: number;
  readonly #vendors: readonly ReturnType<typeof createVoiceApiServer>[];
  #openCount = 0;
  #state: 'open' | 'closed' = 'open';

  constructor(options: SandboxOptions) {
    const { clock, random, dsp } = options;
    this.ledger = new LedgerBook(() => clock.nowMs(), options.record ?? false);
    this.#access = { allowedHosts: [], allowedOrigins: [], ...options.access };
    this.#maxConnections = checkCount('maxConnections', options.maxConnections ?? DEFAULT_MAX_CONNECTIONS);
    const services: SandboxServices = {
      clock,
      random,
      ledger: this.ledger,
      voice: createVoice(options.clips === undefined ? undefined : openClipFile(options.clips), options.synthesizer),
      turns: { ...DEFAULT_TURN_OPTIONS, ...options.turns },
      createAgent: findAgent(options.agent ?? 'conversation'),
      createDetector: () => dsp.createVad({ sampleRate: AGENT_SAMPLE_RATE, maxInputSamples: MAX_FRAME_SAMPLES }),
    };
    this.#vendors = [createVoiceApiServer(services, options.voiceApi)];
  }

  request(request: HttpRequest): HttpResponse {
    const refused = refusal(request.headers, this.#access);
    if (refused !== undefined) return refused;
    if (this.#state === 'closed') return textResponse(503, 'The server is shutting down.\n');
    const target = parseTarget(request.path);
    for (const vendor of this.#vendors) {
      const response = vendor.handleRequest(request, target);
      if (response !== undefined) return response;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return textResponse(404, 'Not found.\n');
    if (target.pathname === '/ledger') return jsonResponse(200, this.ledger);
    return target.pathname === '/' ? textResponse(200, describeStatus(this.ledger)) : textResponse(404, 'Not found.\n');
  }

  accept(connection: IncomingConnection): void {
    const refused = refusal(connection.request.headers, this.#access);
    if (refused !== undefined) return connection.refuse(refused.status, 'Refused');
    if (this.#state === 'closed' || this.#openCount >= this.#maxConnections) {
      return connection.refuse(503, 'Service Unavailable');
    }
    const target = parseTarget(connection.request.path);
    const counted = this.#countOpen(connection);
    const isTaken = this.#vendors.some((vendor) => vendor.acceptConnection(counted, target));
    if (!isTaken) connection.refuse(404, 'Not Found');
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    for (const vendor of this.#vendors) vendor.drain();
  }

  /** The same connection, counted while its socket is open. */
  #countOpen(connection: IncomingConnection): IncomingConnection {
    return {
      request: connection.request,
      refuse: (status, reason) => connection.refuse(status, reason),
      open: (start, subprotocol) =>
        connection.open((socket) => {
          this.#openCount += 1;
          const events = start(socket);
          return {
            onMessage: (data) => events.onMessage(data),
            onClose: (close) => {
              this.#openCount -= 1;
              events.onClose(close);
            },
          };
        }, subprotocol),
    };
  }
}

function checkCount(option: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new SandboxError('invalid-option', `${option} is ${value}, wanted a whole number over 0.`, { option });
}
