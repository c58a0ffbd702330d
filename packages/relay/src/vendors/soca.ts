// This file lets pages talk to Soca without its key: the relay's `relay.start` comes in, a `start` with the key goes out.
import {
  ERROR_MESSAGES,
  LIMITS,
  URLS,
  encodeClientMessage,
  parseClientMessage,
  parseSessionAnswer,
  sessionRequest,
  soca,
  type RelayStartMessage,
} from '@voicewire/protocol/soca';
import { decodeUtf8 } from '@voicewire/protocol/wire';
import { CLOSE_CODES } from '../bridge/closeCodes.ts';
import { RelayError } from '../errors.ts';
import { REFUSALS, Refusal, type RefusalCode } from '../refusals.ts';
import type { Grant } from '../tokens/tokenBook.ts';
import type { Entry, Farewell, RelayVendor, StartedVendor, UpstreamPlan, VendorPorts } from './relayVendor.ts';
import { SessionBook } from './sessionBook.ts';

/** Options of {@link socaRelay}. */
export interface SocaRelayOptions {
  /** Secret: the key of the whole account. */
  readonly privateKey: string;
  /** The agents that pages may talk to. The key opens all of the account's. */
  readonly agentIds: readonly string[];
  /** The vendor's WebSocket. Default `wss://api.soca.ai/voice-ws`. */
  readonly url?: string;
  /** Base URL of the vendor's API, where sessions are created. Default `https://api.soca.ai`. */
  readonly apiUrl?: string;
  /** As the option of `soca()`: `token` is for older deployments. */
  readonly keyField?: 'private_key' | 'token';
}

/** A client's messages are audio of at most 1600 bytes and words of a few. Ours: room for what a vendor may add. */
const MAX_CLIENT_MESSAGE_BYTES = 16_384;

/** The vendor's own words, after which its client does not try again. */
const WORDS = new Map<RefusalCode, string>([
  ['token-invalid', ERROR_MESSAGES.invalidToken],
  ['first-message-invalid', ERROR_MESSAGES.mustStart],
]);
/** What another attempt would mend: the client makes one after any error that it does not know. */
const PASSING: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'token-expired',
  'token-used',
  'vendor-unavailable',
  'first-message-late',
]);

/**
 * Soca behind the relay. Pages use `soca({ agentId, credentials: () => fetchCredentials('/soca-token') })`.
 * @throws {RelayError} `invalid-relay-option`. {VendorOptionsError} For an unusable key or URL.
 */
export function socaRelay(options: SocaRelayOptions): RelayVendor {
  checkOptions(options);
  return { start: (ports) => startSoca(options, ports) };
}

function startSoca(options: SocaRelayOptions, ports: VendorPorts): StartedVendor {
  const sessions = new SessionBook();
  return {
    issueCredentials: ({ socketUrl, mint }) => Promise.resolve({ relayUrl: socketUrl, token: mint().token }),
    relayed: {
      maxClientMessageBytes: MAX_CLIENT_MESSAGE_BYTES,
      maxVendorMessageBytes: LIMITS.maxInboundMessageBytes,
      readUpgrade: ({ pathBelow }) => (pathBelow === '' ? 'wait-for-message' : 'not-found'),
      readFirstMessage: (bytes, isBinary) => {
        const parsed = isBinary ? undefined : parseClientMessage(decodeUtf8(bytes));
        if (!parsed?.ok || parsed.message.type !== 'relay.start') return undefined;
        return entryOf(parsed.message, options, ports, sessions);
      },
      farewellOf,
    },
  };
}

function entryOf(
  message: RelayStartMessage,
  options: SocaRelayOptions,
  ports: VendorPorts,
  sessions: SessionBook,
): Entry {
  return {
    token: message.token,
    open(grant): Promise<UpstreamPlan> {
      if (!options.agentIds.includes(message.agent_id)) return Promise.reject(new Refusal('not-allowed'));
      const sessionId = sessionFor(message, grant, options, ports, sessions);
      return Promise.resolve({
        url: options.url ?? URLS.socket,
        subprotocols: [],
        secrets: [options.privateKey],
        greeting: sessionId.then((id) => [startOf(message, id, options)]),
      });
    },
  };
}

/** The session that the client holds, or a new one: also for one that was somebody else's, or made by another process. */
async function sessionFor(
  { agent_id: agentId, session_id: askedId }: RelayStartMessage,
  { holder }: Grant,
  { privateKey, apiUrl }: SocaRelayOptions,
  ports: VendorPorts,
  sessions: SessionBook,
): Promise<string> {
  if (askedId !== undefined && sessions.isHeldBy(askedId, holder)) return askedId;
  const request = sessionRequest({ agentId, privateKey, ...(apiUrl !== undefined && { apiUrl }) });
  const { data } = await ports.call(request, parseSessionAnswer);
  sessions.add(data.session_id, holder);
  return data.session_id;
}

/** Made anew: of what the client sent, only what it may choose goes on. */
function startOf(message: RelayStartMessage, sessionId: string, { privateKey, keyField }: SocaRelayOptions): string {
  const { agent_id, lang, sr } = message;
  const rest = { session_id: sessionId, agent_id, ...(lang && { lang }), sr: sr ?? LIMITS.sampleRate };
  const start =
    keyField === 'token'
      ? ({ type: 'tokenStart', token: privateKey, ...rest } as const)
      : ({ type: 'start', private_key: privateKey, ...rest } as const);
  return encodeClientMessage(start) as string;
}

/** In the vendor's words where it has any, so that the client's session rules know what to do. */
function farewellOf(code: RefusalCode): Farewell {
  if (code === 'relay-draining' || code === 'session-too-long') return { closeCode: CLOSE_CODES.serviceRestart };
  const error = WORDS.get(code) ?? (PASSING.has(code) ? REFUSALS[code].message : undefined);
  // Without an error, a broken policy is what the client does not try again.
  if (error === undefined) return { closeCode: CLOSE_CODES.policy };
  return { message: JSON.stringify({ type: 'error', message: error }), closeCode: CLOSE_CODES.policy };
}

/** @throws {VendorOptionsError} */
function checkOptions({ privateKey, agentIds, url, apiUrl }: SocaRelayOptions): void {
  if (agentIds.length === 0) throw new RelayError('agentIds', 'at least one agent');
  for (const agentId of agentIds) {
    soca({ agentId, ...(url !== undefined && { url }), credentials: { privateKey, sessionId: 'any' } });
    sessionRequest({ agentId, privateKey, ...(apiUrl !== undefined && { apiUrl }) });
  }
}
