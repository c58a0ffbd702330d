// This file defines what the sandbox asks of a vendor's server, and what it lends to it.
import type { AgentFactory } from '../agents/agent.ts';
import type { Clock } from '../clock.ts';
import type { SpeechDetector, TurnOptions } from '../hearing/hearing.ts';
import type { LedgerBook } from '../ledger/ledger.ts';
import type { Random } from '../random.ts';
import type { Voice } from '../speech/voice.ts';
import type { IncomingConnection } from './connection.ts';
import type { HttpRequest, HttpResponse, Target } from './http.ts';

/** Shared machinery. */
export interface SandboxServices {
  readonly clock: Clock;
  readonly random: Random;
  readonly ledger: LedgerBook;
  readonly voice: Voice;
  readonly turns: TurnOptions;
  readonly createAgent: AgentFactory;
  createDetector(): SpeechDetector;
}

/** One vendor's protocol. A fourth vendor is one more of these. */
export interface VendorServer {
  /** For records. */
  readonly id: string;
  /** Answers a request on one of its paths, and records it; nothing for paths that are not its own. */
  handleRequest(request: HttpRequest, target: Target): HttpResponse | undefined;
  /** Takes or refuses a socket on one of its paths; false, untouched, for paths that are not its own. */
  acceptConnection(connection: IncomingConnection, target: Target): boolean;
  /** Tells every session that the server shuts down, and closes it. */
  drain(): void;
}
