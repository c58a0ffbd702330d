// This file lists what the session engine may ask about a vendor. The engine branches on these values, never on a name.
import type { AudioFormat, UplinkFormat } from './audioFormat.ts';

/** How the client limits and times itself against one vendor. All durations in ms. */
export interface VendorTimeouts {
  /** From the call for credentials to their arrival. */
  readonly credentialsMs: number;
  /** From opening the socket to `open`. */
  readonly connectMs: number;
  /** From socket open until the vendor accepts the session. */
  readonly acceptMs: number;
  /** From acceptance until the agent says that it listens. Passing it is reported, and the session goes on. */
  readonly agentReadyMs: number;
  /** How long an ended session waits for the server's close before it closes the socket itself. */
  readonly closeMs: number;
}

/**
 * How agent audio names the reply it belongs to.
 * - `id`: by the `generation` of its events, equal for all audio of one reply and never used again in a session.
 * - `none`: not at all; after a local interruption the dead reply is taken to last until nothing arrives for
 *   `arrivalGapMs`.
 */
export type GenerationKey = { readonly kind: 'id' } | { readonly kind: 'none'; readonly arrivalGapMs: number };

/** Who finds the ends of the user's turns: the server, by listening; or the client, which sends `endUserTurn`. */
export type TurnDetector = 'server' | 'client';

/** At most `messageCount` messages, of all kinds together, in any `windowMs`. */
export interface MessageRateLimit {
  readonly messageCount: number;
  readonly windowMs: number;
}

/**
 * Commands that not every vendor has. Without `interrupt`, an interruption is a local affair; without `finish`, a
 * conversation can only be left; without `sendRaw`, the protocol has no room for messages of the application's own.
 */
export type OptionalCommand =
  | 'endUserTurn'
  | 'sendUserMessage'
  | 'sendContextualUpdate'
  | 'interrupt'
  | 'setTurnDetector'
  | 'finish'
  | 'sendRaw';

/** What one vendor's protocol offers and demands, with the options it was made with. */
export interface Capabilities {
  /** What `sendAudio` takes. Compressed audio is cut anywhere; a stream begins with the first audio after `uplinkOpened`. */
  readonly uplinkAudio: UplinkFormat;
  /** What `agentAudio` gives; a packet may differ, and then its own `format` holds. */
  readonly downlinkAudio: AudioFormat;
  /** Audio per uplink message, in ms; a whole number of 20 ms frames. */
  readonly uplinkMessageMs: number;
  /** How uplink audio crosses the socket: its bytes, or base64 in JSON, which takes 4/3 of the room and a copy. */
  readonly uplinkFraming: 'binary' | 'base64-json';
  /** True where the vendor needs a steady stream: while muted, frames of zeros are sent. */
  readonly needsContinuousUplink: boolean;
  /** Who detects turns when the session opens. `setTurnDetector` changes it, where offered. */
  readonly turnDetector: TurnDetector;
  readonly generationKey: GenerationKey;
  /** The optional commands that the vendor has; it refuses the others, always. */
  readonly commands: readonly OptionalCommand[];
  /**
   * Whether a lost session can be taken up again: by a new session made with the old one's `resumePoint()`.
   * Otherwise each connection is a new conversation.
   */
  readonly canResume: boolean;
  /** Whether a new connection may open before the old one has closed. Where not, break before make. */
  readonly mayOverlapConnections: boolean;
  /** Send `keepAlive` when nothing at all was sent for `idleMs`, from socket open to close. `null`: no need. */
  readonly keepAlive: { readonly idleMs: number } | null;
  /** What the client stays below, with the headroom already taken off the vendor's figure. `null`: none is known. */
  readonly maxMessageRate: MessageRateLimit | null;
  /** Longest message that may be sent, in bytes of UTF-8 or binary. `null`: none is known. */
  readonly maxOutboundMessageBytes: number | null;
  /** Largest inbound message that is looked at, in bytes; larger ones are dropped with an issue. */
  readonly maxInboundMessageBytes: number;
  readonly timeouts: VendorTimeouts;
}
