// This file defines and checks the options of a relay.
import type { IncomingMessage } from 'node:http';
import { checkOrigins } from '../admission/origins.ts';
import { DEFAULT_MINT_RATE, type MintRate } from '../admission/mintLimiter.ts';
import { DEFAULT_BRIDGE_LIMITS, type BridgeLimits } from '../bridge/bridge.ts';
import type { RelayClock } from '../clock.ts';
import { RelayError } from '../errors.ts';
import type { RelayEvent } from '../events.ts';
import type { UsedTokens } from '../tokens/usedTokens.ts';
import type { RelayVendor } from '../vendors/relayVendor.ts';
import type { SigningKey } from './hmacSigner.ts';

/** Who is asking, as far as the application knows. */
export interface Asker {
  /** Your name for the user: what limits count, what `userId` of `amigoRelay` is given. At most 200 characters. */
  readonly user?: string;
}

/** Options of `createRelay`. */
export interface RelayOptions {
  /**
   * Vendors by a name of yours, which becomes their path: `soca` makes `POST /soca-token` and the socket `/soca`. Small
   * letters, digits and dashes.
   */
  readonly vendors: Readonly<Record<string, RelayVendor>>;
  /** Origins of the pages that may use the relay, exactly as browsers send them: `https://app.example`. */
  readonly origins: readonly string[];
  /** Whether programs, which send no origin, may use it too. Default false. */
  readonly allowsPrograms?: boolean;
  /** Secret: signs the relay's tokens. 32 random bytes or more; several while one replaces another, the new one first. */
  readonly signingKey: SigningKey;
  /**
   * Who may have a token: your own session check, which gives the user, or `null` for nobody. `anyone`: every visitor of your
   * pages, and every program that claims to be one; only limits keep them from spending your money.
   */
  readonly authorize: 'anyone' | ((request: IncomingMessage) => Asker | null | Promise<Asker | null>);
  /** Before all paths: `/voice` makes `POST /voice/soca-token`. Default none. */
  readonly basePath?: string;
  /** Where clients find the relay, `https://voice.example`. Default: the host they asked, with the security of their page. */
  readonly publicUrl?: string;
  /** The network address of a client, for limits. Default that of the connection, which behind a proxy is the proxy's. */
  readonly addressOf?: (request: IncomingMessage) => string;
  /** How often one client may ask for tokens. Default 20 at once, 20 a minute. */
  readonly mintRate?: MintRate;
  /** From a token to its use, in ms. Default 60,000. */
  readonly tokenLifeMs?: number;
  /** Connections at a time. Default 1000. */
  readonly maxConnections?: number;
  readonly limits?: Partial<BridgeLimits>;
  /** Where used tokens are remembered. Default: this process; give a shared one for several. */
  readonly usedTokens?: UsedTokens;
  /** Told what happens, for logs and counters. Nothing in it is secret. What it throws is dropped. */
  readonly onEvent?: (event: RelayEvent) => void;
  /** Default: the platform's. */
  readonly clock?: RelayClock;
  readonly fetch?: typeof globalThis.fetch;
}

const NAME = /^[a-z0-9][a-z0-9-]*$/;
const BASE_PATH = /^(?:\/[\w.~-]+)*$/;
const PUBLIC_URL = /^https?:\/\/[^\s/?#]+$/;

/** @throws {RelayError} `invalid-relay-option`. */
export function readOptions(options: RelayOptions) {
  const { vendors, origins, allowsPrograms = false, basePath = '', publicUrl } = options;
  const { tokenLifeMs = 60_000, maxConnections = 1000, mintRate = DEFAULT_MINT_RATE } = options;
  const limits = { ...DEFAULT_BRIDGE_LIMITS, ...options.limits };
  checkOrigins({ origins, allowsPrograms });
  const names = Object.keys(vendors);
  if (names.length === 0) throw new RelayError('vendors', 'at least one vendor');
  for (const name of names)
    if (!NAME.test(name)) throw new RelayError('vendors', 'names of small letters, digits, dashes');
  if (!BASE_PATH.test(basePath)) throw new RelayError('basePath', 'a path such as /voice, without a slash at the end');
  if (publicUrl !== undefined && !PUBLIC_URL.test(publicUrl))
    throw new RelayError('publicUrl', 'https://host, without a path');
  const isAuthorizing = options.authorize === 'anyone' || typeof options.authorize === 'function';
  if (!isAuthorizing) throw new RelayError('authorize', "a function, or 'anyone'");
  const amounts = { tokenLifeMs, maxConnections, ...mintRate, ...limits };
  for (const [name, amount] of Object.entries(amounts)) {
    if (!(amount > 0 && amount < 2 ** 31)) throw new RelayError(name, 'a number above 0 and below 2^31');
  }
  return { origins: { origins, allowsPrograms }, basePath, publicUrl, tokenLifeMs, maxConnections, mintRate, limits };
}
