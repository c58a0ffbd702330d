// This file lists what the session engine may ask about a vendor. The engine branches on these values, never on a name.

/** Mono PCM, signed 16-bit little-endian. */
export interface PcmFormat {
  readonly encoding: 'pcm-s16le';
  /** Hz. */
  readonly sampleRate: number;
}

/** Audio format on the wire. Further encodings join this union. */
export type AudioFormat = PcmFormat;

/** How the client limits and times itself against one vendor. All durations in ms. */
export interface VendorTimeouts {
  /** From the call for credentials to their arrival. */
  readonly credentialsMs: number;
  /** From opening the socket to `open`. */
  readonly connectMs: number;
  /** From socket open until the vendor accepts the session (audio may flow). */
  readonly acceptMs: number;
  /** From acceptance until the agent says that it listens. Passing it is reported, and the session goes on. */
  readonly agentReadyMs: number;
  /** How long an ended session waits for the server's close before it closes the socket itself. */
  readonly closeMs: number;
}

/** What one vendor's protocol offers and demands. */
export interface Capabilities {
  readonly uplinkAudio: AudioFormat;
  readonly downlinkAudio: AudioFormat;
  /** Audio per uplink message, in ms; a whole number of 20 ms frames. */
  readonly uplinkMessageMs: number;
  /** True where the vendor needs a steady stream: while muted, frames of zeros are sent. */
  readonly needsContinuousUplink: boolean;
  /**
   * How agent audio names the reply it belongs to. `none`: it does not; after a local interruption the dead reply is
   * taken to last until nothing arrives for `arrivalGapMs`.
   */
  readonly generationKey: { readonly kind: 'none'; readonly arrivalGapMs: number };
  /** Whether an interruption can be told to the server. */
  readonly canSendInterrupt: boolean;
  /** Whether a lost session can be taken up again. */
  readonly canResume: boolean;
  /** Largest inbound message that is looked at, in bytes; larger ones are dropped with an issue. */
  readonly maxInboundMessageBytes: number;
  readonly timeouts: VendorTimeouts;
}
