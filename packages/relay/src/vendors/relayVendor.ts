// This file defines what the relay asks of a vendor: what a page gets to connect with, and what stands in its place upstream.
import type { ApiResult, HttpRequest } from '@voicewire/protocol';
import type { RelayClock } from '../clock.ts';
import type { RefusalCode } from '../refusals.ts';
import type { Grant, MintedToken } from '../tokens/tokenBook.ts';

/** What vendors need of the platform. */
export interface VendorPorts {
  readonly clock: RelayClock;
  /**
   * Makes a call with the vendor's key and reads the answer. No redirect is followed.
   * @throws {Refusal} `vendor-key-refused`, `vendor-unavailable`. Nothing of the call or the answer is in it.
   */
  readonly call: <Answer>(
    request: HttpRequest,
    read: (status: number, bodyText: string) => ApiResult<Answer>,
  ) => Promise<Answer>;
}

/** One request for credentials, by somebody who may have them. */
export interface CredentialsRequest {
  readonly grant: Grant;
  /** Where the relay's socket for this vendor is, as the client must spell it. */
  readonly socketUrl: string;
  /** Mints a token that opens that socket. */
  readonly mint: () => MintedToken;
}

/** A vendor as the relay sees it: `socaRelay`, `amigoRelay`, `voiceApiTokens`. */
export interface RelayVendor {
  /** Called once, by `createRelay`. */
  start(ports: VendorPorts): StartedVendor;
}

export interface StartedVendor {
  /**
   * What the client's `credentials` function is to give.
   * @throws {Refusal}
   */
  issueCredentials(request: CredentialsRequest): Promise<object>;
  /** Absent where clients connect to the vendor themselves. */
  readonly relayed?: RelayedVendor;
}

/** An upgrade request of a client. Untrusted. */
export interface ClientUpgrade {
  /** What follows the vendor's own path: empty, or from its `/` on. */
  readonly pathBelow: string;
  readonly query: string;
  readonly subprotocols: readonly string[];
}

/** How a client asked to be let in. Exactly one of the two readers of {@link RelayedVendor} gives it. */
export interface Entry {
  /** The relay's token, not checked yet. */
  readonly token: string;
  /** To be repeated in the answer to the upgrade. */
  readonly subprotocol?: string;
  /**
   * Called once the token is good.
   * @throws {Refusal}
   */
  open(grant: Grant): Promise<UpstreamPlan>;
}

/** A connection to the vendor in a client's name. */
export interface UpstreamPlan {
  readonly url: string;
  /** May hold a secret. */
  readonly subprotocols: readonly string[];
  /** What goes first, once it is there: the vendor's socket opens meanwhile. May hold a secret. */
  readonly greeting: Promise<readonly string[]>;
  /** What the vendor knows of us and the client must not. In ASCII. */
  readonly secrets: readonly string[];
  /** What goes up in the place of a client's message; `undefined`: the connection ends with `not-allowed`. */
  readonly filter?: (bytes: Uint8Array, isBinary: boolean) => Uint8Array | undefined;
  /** The vendor closed. */
  readonly onClosed?: (code: number) => void;
}

/** How a vendor's client is told that it is over, in words that it knows. */
export interface Farewell {
  /** Text, sent before the close. */
  readonly message?: string;
  readonly closeCode: number;
}

export interface RelayedVendor {
  /** Largest message that a client may send, in bytes. */
  readonly maxClientMessageBytes: number;
  /** Largest message that the vendor may send, in bytes. */
  readonly maxVendorMessageBytes: number;
  /** For vendors whose token comes with the upgrade. A code: nothing is there, or nothing that opens it. */
  readonly readUpgrade: (upgrade: ClientUpgrade) => Entry | RefusalCode | 'wait-for-message';
  /** For vendors whose token comes with the first message; `undefined` for what is no such message. */
  readonly readFirstMessage?: (bytes: Uint8Array, isBinary: boolean) => Entry | undefined;
  readonly farewellOf: (code: RefusalCode) => Farewell;
}
