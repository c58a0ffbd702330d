// This file starts the sandbox on a port of this machine.
import { randomInt } from 'node:crypto';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadDsp } from '@voicewire/dsp-wasm';
import type { Clock } from '../clock.ts';
import { SandboxError } from '../errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { LedgerEntry, LedgerSink } from '../ledger/records.ts';
import { createRandom } from '../random.ts';
import type { SandboxBehaviour } from '../sandbox.ts';
import { createSandbox } from '../sandbox.ts';
import type { Endpoints } from '../vendors.ts';
import { DEFAULT_MAX_CONNECTIONS } from '../server/limits.ts';
import { loadMp3Codec } from '../speech/mp3Codec.ts';
import { DEFAULT_AUDIO_TRUTH, prepareAudioTruth } from '../truth/audioTruth.ts';
import { VENDORS, VENDOR_NAMES, describeEndpoints } from '../vendors.ts';
import { createRequestListener } from './httpServer.ts';
import type { LedgerFile } from './ledgerFile.ts';
import { createLedgerFile } from './ledgerFile.ts';
import { loadClips } from './loadClips.ts';
import { createNodeClock } from './nodeClock.ts';
import { createRateConverter } from './rateConverter.ts';
import { serveSockets } from './socketServer.ts';
import { createInstalledSynthesizer } from './synthesizers.ts';

/** Where it listens and how it behaves. */
export interface StartSandboxOptions extends SandboxBehaviour {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Default `127.0.0.1`: reachable from this machine only. */
  readonly host?: string;
  /** Makes ids, tokens and wordings repeatable. Default: drawn anew. */
  readonly seed?: number;
  /** Default: the platform's time and timers. */
  readonly clock?: Clock;
  /** A file that is not there yet, for every entry of the ledger, one JSON object per line. Default: none. */
  readonly ledgerFile?: string;
}

/** A sandbox that is listening. */
export interface RunningSandbox {
  /** Of the status page. */
  readonly url: string;
  /** Where to point each vendor's clients, with the demo credentials; also of vendors that are not served. */
  readonly endpoints: Endpoints;
  readonly ledger: Ledger;
  /** Run again with the same seed, ids, wordings and bad connections are the same. */
  readonly seed: number;
  /** Absent when none is written. */
  readonly ledgerFile: string | undefined;
  /** Says goodbye to every session (`session_ended server_shutdown`, close 1012) and stops listening. Idempotent. */
  close(): Promise<void>;
}

const DEFAULT_HOST = '127.0.0.1';
/** How long clients have to answer the close, in ms. */
const CLOSE_GRACE_MS = 1000;
const MAX_SEED = 2 ** 32;
/** A client that has not said by then what it wants is let go, in ms, at one of the checks. */
const HEADERS_TIMEOUT_MS = 10_000;
const HEADERS_CHECK_MS = 5000;
/** TCP connections open at once beside those of WebSockets; more are dropped. */
const MAX_REQUESTS_AT_ONCE = 256;
/** What the system's codes mean; others are given as they are. */
const LISTEN_FAILURES: Readonly<Record<string, string>> = {
  EACCES: 'this user may not (EACCES)',
  EADDRNOTAVAIL: 'this machine has no such address (EADDRNOTAVAIL)',
  ENOTFOUND: 'no name server knows the host (ENOTFOUND)',
  EMFILE: 'too many files are open; raise the limit with ulimit -n (EMFILE)',
  ENFILE: 'the whole machine has too many files open (ENFILE)',
};

/**
 * Starts a sandbox and resolves once it listens.
 *
 * @throws {SandboxError} `port-busy`, `listen-failed`, `ledger-failed`, `clips-missing`, or what `createSandbox` throws.
 */
export async function startSandbox(options: StartSandboxOptions = {}): Promise<RunningSandbox> {
  const { port = 0, host = DEFAULT_HOST, seed = randomInt(MAX_SEED), ledgerFile, ...behaviour } = options;
  const { clock = createNodeClock() } = options;
  const speaksMp3 = (behaviour.vendors ?? VENDOR_NAMES).some((name) => VENDORS[name].speaksMp3);
  const [dsp, clips, mp3] = await Promise.all([loadDsp(), loadClips(), speaksMp3 ? loadMp3Codec() : undefined]);
  const tap = new LedgerTap(behaviour.onLedgerEntry);
  const sandbox = createSandbox({
    ...behaviour,
    synthesizer: behaviour.synthesizer ?? createInstalledSynthesizer(createRateConverter(dsp)),
    access: { ...behaviour.access, allowedHosts: [host, ...(behaviour.access?.allowedHosts ?? [])] },
    clock,
    epochMs: Date.now() - clock.nowMs(),
    random: createRandom(seed),
    dsp,
    clips,
    // Without a reader, no entry is made.
    ...(ledgerFile === undefined ? {} : { onLedgerEntry: (entry: LedgerEntry) => tap.write(entry) }),
    ...(mp3 === undefined ? {} : { mp3 }),
  });
  prepareAudioTruth(behaviour.audioTruth ?? DEFAULT_AUDIO_TRUTH);
  const server = createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: HEADERS_CHECK_MS },
    createRequestListener(sandbox),
  );
  // Beyond that, the system would run out of files for connections that ask for nothing.
  server.maxConnections = (behaviour.maxConnections ?? DEFAULT_MAX_CONNECTIONS) + MAX_REQUESTS_AT_ONCE;
  const sockets = serveSockets(server, sandbox);
  const authority = await listen(server, host, port);
  try {
    // Only now: a sandbox that cannot listen leaves no file behind, and nobody has had the time to connect.
    await tap.open(ledgerFile);
  } catch (error) {
    server.close();
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    url: `http://${authority}/`,
    endpoints: describeEndpoints(authority, behaviour),
    ledger: sandbox.ledger,
    seed,
    ledgerFile,
    close() {
      closing ??= (async () => {
        sandbox.close();
        const stopped = new Promise((resolve) => server.close(resolve));
        await sockets.finish(CLOSE_GRACE_MS);
        server.closeAllConnections();
        await stopped;
        await tap.close();
      })();
      return closing;
    },
  };
}

/** Hands entries to a file and to whoever else wants them. */
class LedgerTap {
  readonly #also: LedgerSink | undefined;
  #file: LedgerFile | undefined;

  constructor(also: LedgerSink | undefined) {
    this.#also = also;
  }

  write(entry: LedgerEntry): void {
    this.#file?.write(entry);
    this.#also?.(entry);
  }

  async open(path: string | undefined): Promise<void> {
    if (path === undefined) return;
    this.#file = await createLedgerFile(path, ({ message }) => {
      process.emitWarning(`The ledger is not written any more: ${message}`, { code: 'ledger-failed' });
    });
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }
}

/** @returns Host and port as they belong into a URL. */
function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const isBusy = cause.code === 'EADDRINUSE';
      const reason = cause.code ?? 'unknown';
      const message = isBusy
        ? `Port ${port} on ${host} is in use.`
        : `Cannot listen on ${host}, port ${port}: ${LISTEN_FAILURES[reason] ?? reason}.`;
      reject(new SandboxError(isBusy ? 'port-busy' : 'listen-failed', message, { host, port, reason }, cause));
    });
    server.listen(port, host, () => {
      const { port: actualPort } = server.address() as AddressInfo;
      resolve(`${host.includes(':') ? `[${host}]` : host}:${actualPort}`);
    });
  });
}
