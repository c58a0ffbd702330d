// This file lets pages talk to Amigo: its API key signs a user in here, and the user's token stays here too, or is handed out.
import {
  CLOSE_CODES as AMIGO_CLOSE_CODES,
  LIMITS,
  SUBPROTOCOL_PREFIX,
  TokenCache,
  amigo,
  encodeClientMessage,
  parseClientMessage,
  parseSignInResponse,
  signInRequest,
  type AmigoOptions,
  type Place,
  type UserToken,
} from '@voicewire/protocol/amigo';
import { decodeUtf8, encodeUtf8 } from '@voicewire/protocol/wire';
import { CLOSE_CODES } from '../bridge/closeCodes.ts';
import { RelayError } from '../errors.ts';
import { RecentMap } from '../recentMap.ts';
import { Refusal, type RefusalCode } from '../refusals.ts';
import type { Grant } from '../tokens/tokenBook.ts';
import type { ClientUpgrade, Entry, Farewell, RelayVendor, StartedVendor, VendorPorts } from './relayVendor.ts';

/** Options of {@link amigoRelay}. */
export interface AmigoRelayOptions extends Place {
  /** Secret: opens the whole organization. */
  readonly apiKey: string;
  readonly apiKeyId: string;
  /** In whose name a page speaks; a function is given the user that `authorize` named. */
  readonly userId: string | ((user: string | undefined) => string);
  /** The services that pages may start conversations with. */
  readonly serviceIds: readonly string[];
  /**
   * `relayed` (when absent): the user's token stays on the server, and pages connect to the relay with one that is good once,
   * for a minute. `direct`: pages get the user's token, which is good for as long as the vendor lets it, for all that the user
   * may do; then they connect to the vendor themselves.
   */
  readonly connection?: 'relayed' | 'direct';
}

/** Users whose tokens are kept at a time; those that asked least recently are forgotten for others. Ours. */
const MAX_USERS = 1000;

/** In the vendor's codes where it has one, so that the client's session rules know what to do. */
const CLOSES = new Map<RefusalCode, number>([
  ['token-invalid', AMIGO_CLOSE_CODES.unauthorized],
  ['token-expired', AMIGO_CLOSE_CODES.unauthorized],
  ['token-used', AMIGO_CLOSE_CODES.unauthorized],
  ['not-allowed', AMIGO_CLOSE_CODES.forbidden],
  ['flooded', AMIGO_CLOSE_CODES.rateLimited],
  ['vendor-unavailable', CLOSE_CODES.internalError],
  ['relay-draining', CLOSE_CODES.serviceRestart],
  ['session-too-long', CLOSE_CODES.serviceRestart],
]);

/**
 * Amigo behind the relay. Pages use `amigo({ organization, serviceId, baseUrl, credentials })` with `baseUrl` the relay's
 * path for this vendor, such as `https://app.example/amigo`.
 * @throws {RelayError} `invalid-relay-option`. {VendorOptionsError} For an unusable key, user, service or place.
 */
export function amigoRelay(options: AmigoRelayOptions): RelayVendor {
  checkOptions(options);
  return { start: (ports) => startAmigo(options, ports) };
}

function startAmigo(options: AmigoRelayOptions, ports: VendorPorts): StartedVendor {
  const users = new UserTokens(options, ports);
  if (options.connection === 'direct')
    return { issueCredentials: async ({ grant }) => ({ ...(await users.for(grant).get()) }) };
  return {
    issueCredentials({ mint }) {
      const { token, expiresEpochMs } = mint();
      return Promise.resolve({ token, expiresAt: new Date(expiresEpochMs).toISOString() });
    },
    relayed: {
      maxClientMessageBytes: LIMITS.maxMessageBytes,
      maxVendorMessageBytes: LIMITS.maxInboundMessageBytes,
      readUpgrade: (upgrade) => readUpgrade(upgrade, options, users),
      farewellOf: (code): Farewell => ({ closeCode: CLOSES.get(code) ?? CLOSE_CODES.policy }),
    },
  };
}

/** The token is the subprotocol; the rest of the address says what the conversation is to be like. */
function readUpgrade(upgrade: ClientUpgrade, options: AmigoRelayOptions, users: UserTokens): Entry | RefusalCode {
  const { pathBelow, query, subprotocols } = upgrade;
  const wanted = readQuery(query);
  // The vendor value knows its own address: what it makes of the same options is what may be asked for.
  const asked = wanted && socketOf({ ...options, baseUrl: 'http://relay' }, wanted);
  const [subprotocol, ...others] = subprotocols;
  if (wanted === undefined || asked === undefined || pathBelow !== pathOf(asked.url)) return 'not-found';
  if (subprotocol?.startsWith(SUBPROTOCOL_PREFIX) !== true || others.length > 0) return 'not-found';
  return {
    token: subprotocol.slice(SUBPROTOCOL_PREFIX.length),
    subprotocol,
    async open(grant) {
      const tokens = users.for(grant);
      const { token } = await tokens.get();
      const upstream = socketOf(options, wanted, token);
      if (upstream === undefined) throw new Refusal('vendor-unavailable');
      return {
        ...upstream,
        greeting: Promise.resolve([]),
        secrets: [token, options.apiKey],
        filter: filterServices(options.serviceIds),
        onClosed: (code) => void (code === AMIGO_CLOSE_CODES.unauthorized && tokens.reject(token)),
      };
    },
  };
}

/** What a client may choose in the address; `undefined` for an address with anything else in it. */
type Wanted = Pick<AmigoOptions, 'responseFormat' | 'audioFormat' | 'actionFilter'>;

const QUERY_FIELDS = new Map<string, keyof Wanted>([
  ['response_format', 'responseFormat'],
  ['audio_format', 'audioFormat'],
  ['current_agent_action_type', 'actionFilter'],
]);

function readQuery(query: string): Wanted | undefined {
  const wanted: Record<string, string> = {};
  for (const pair of query.split('&')) {
    const [name = '', value = ''] = pair.split('=', 2);
    const field = QUERY_FIELDS.get(name);
    if (field === undefined || field in wanted) return undefined;
    try {
      wanted[field] = decodeURIComponent(value);
    } catch {
      return undefined;
    }
  }
  return wanted;
}

/** The connection that the vendor value would make, so that nothing else than such a one is ever made. */
function socketOf(
  { organization, region, baseUrl, serviceIds }: Place & Pick<AmigoRelayOptions, 'serviceIds'>,
  wanted: Wanted,
  token = 'none',
): { readonly url: string; readonly subprotocols: readonly string[] } | undefined {
  try {
    const vendor = amigo({
      organization,
      ...(region !== undefined && { region }),
      ...(baseUrl !== undefined && { baseUrl }),
      serviceId: serviceIds[0] ?? '',
      ...wanted,
      // Who detects turns is not in the address, and MP3 goes only with this.
      turnMode: 'manual',
      credentials: { token },
    });
    return vendor.connectionRequest({ token });
  } catch {
    // Nothing that was asked for is quoted, and nothing of it is kept.
    return undefined;
  }
}

function pathOf(url: string): string {
  return url.replace(/^wss?:\/\/[^/]+/, '').replace(/\?.*$/s, '');
}

/**
 * Lets a conversation begin with one of the services. Until it has begun, messages are written anew, so that the vendor reads
 * in them what was read here; after that everything goes through, as the vendor takes one beginning.
 */
function filterServices(
  serviceIds: readonly string[],
): (bytes: Uint8Array, isBinary: boolean) => Uint8Array | undefined {
  let hasBegun = false;
  return (bytes, isBinary) => {
    if (hasBegun) return bytes;
    const parsed = isBinary ? undefined : parseClientMessage(decodeUtf8(bytes));
    if (!parsed?.ok) return undefined;
    const { message } = parsed;
    if (message.type === 'client.start-conversation' && !serviceIds.includes(message.service_id)) return undefined;
    hasBegun = message.type === 'client.start-conversation' || message.type === 'client.continue-conversation';
    return encodeUtf8(encodeClientMessage(message));
  };
}

/** One token for each user, signed in anew when it is due. */
class UserTokens {
  readonly #caches = new RecentMap<TokenCache>(MAX_USERS);

  constructor(
    private readonly options: AmigoRelayOptions,
    private readonly ports: VendorPorts,
  ) {}

  /** @throws {Refusal} `not-allowed`, for a user whom the option `userId` has no usable name for. */
  for({ user }: Grant): TokenCache {
    const userId = userIdOf(this.options, user);
    const cache = this.#caches.get(userId) ?? this.#createCache(userId);
    this.#caches.set(userId, cache);
    return cache;
  }

  #createCache(userId: string): TokenCache {
    const { clock, call } = this.ports;
    const request = signInRequestOf(this.options, userId);
    return new TokenCache({
      signIn: (): Promise<UserToken> => call(request, parseSignInResponse),
      nowEpochMs: () => clock.nowEpochMs(),
    });
  }
}

function userIdOf({ userId }: AmigoRelayOptions, user: string | undefined): string {
  try {
    return typeof userId === 'string' ? userId : userId(user);
  } catch {
    throw new Refusal('not-allowed');
  }
}

function signInRequestOf(options: AmigoRelayOptions, userId: string): ReturnType<typeof signInRequest> {
  const { organization, region, baseUrl, apiKey, apiKeyId } = options;
  const place = { organization, ...(region !== undefined && { region }), ...(baseUrl !== undefined && { baseUrl }) };
  try {
    return signInRequest({ ...place, apiKey, apiKeyId, userId });
  } catch {
    throw new Refusal('not-allowed');
  }
}

/** @throws {RelayError} {VendorOptionsError} */
function checkOptions(options: AmigoRelayOptions): void {
  const { organization, region, baseUrl, apiKey, apiKeyId, userId, serviceIds } = options;
  if (serviceIds.length === 0) throw new RelayError('serviceIds', 'at least one service');
  const place = { organization, ...(region !== undefined && { region }), ...(baseUrl !== undefined && { baseUrl }) };
  signInRequest({ ...place, apiKey, apiKeyId, userId: typeof userId === 'string' ? userId : 'any' });
  for (const serviceId of serviceIds) amigo({ ...place, serviceId, credentials: { token: 'none' } });
}
