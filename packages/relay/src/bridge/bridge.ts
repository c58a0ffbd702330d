// This file joins a client's socket to a vendor's: lets the client in, opens the vendor's side, carries messages both ways,
// and ends both when one ends.
//
// | phase    | entered by                        | the client's messages        | left by                                  |
// | -------- | --------------------------------- | ---------------------------- | ---------------------------------------- |
// | entering | the client's socket is open       | the first one is its entry   | an entry; else refusal                   |
// | opening  | an entry                          | wait, in order               | token good, vendor open, greeting sent   |
// | open     | the greeting went up              | go up                        | either side closes; a limit; a drain     |
// | closing  | the relay or a side said goodbye  | are dropped                  | the client's socket is closed, or 2 s    |
// | closed   |                                   |                              |                                          |
import { MessageRateLimiter } from '@voicewire/protocol';
import { encodeUtf8 } from '@voicewire/protocol/wire';
import type { RelayClock } from '../clock.ts';
import { REFUSALS, refusalCodeOf, type RefusalCode } from '../refusals.ts';
import type { Redeemed } from '../tokens/tokenBook.ts';
import type { Entry, RelayedVendor, UpstreamPlan } from '../vendors/relayVendor.ts';
import { CLOSE_CODES, fitReason, isAbrupt, isSendable } from './closeCodes.ts';
import { CLIENT_LIVENESS, Liveness, UPSTREAM_LIVENESS } from './liveness.ts';
import { SecretMask } from './maskSecrets.ts';
import { DEFAULT_PIPE_LIMITS, Pipe, type PipeTarget } from './pipe.ts';
import type { RelaySocket, SocketClose, SocketEvents, UpstreamConnector } from './relaySocket.ts';

/** Limits of one connection. */
export interface BridgeLimits {
  /** From the upgrade to the first message, in ms. */
  readonly firstMessageMs: number;
  /** From the entry to the greeting, in ms. */
  readonly openMs: number;
  /** From the upgrade to the end, in ms. */
  readonly sessionMs: number;
}

/** Ours. Clients wait 10 s for a vendor, so that the relay's word comes before they give up. */
export const DEFAULT_BRIDGE_LIMITS: BridgeLimits = { firstMessageMs: 5000, openMs: 9000, sessionMs: 14_400_000 };

/** Messages of one client: twice what speech in messages of 20 ms needs at the speed of a catch-up. Ours. */
const CLIENT_MESSAGE_RATE = { messageCount: 400, windowMs: 2000 };
/** How long a goodbye may take, in ms. Ours. */
const GOODBYE_MS = 2000;

export interface BridgePorts {
  readonly clock: RelayClock;
  readonly vendor: RelayedVendor;
  readonly connect: UpstreamConnector;
  /** Redeems the token where this client showed it. */
  redeem(token: string): Promise<Redeemed>;
  readonly limits: BridgeLimits;
  /** Once: both sockets are closed or given up. */
  onEnded(ending: BridgeEnding): void;
}

/** How a connection ended. Holds no secret. */
export interface BridgeEnding {
  readonly endedBy: 'client' | 'vendor' | 'relay';
  /** Where the relay ended it. */
  readonly refusal: RefusalCode | undefined;
  /** The code that the client was given, or gave; 1006 where nobody said goodbye. */
  readonly closeCode: number;
  readonly durationMs: number;
  readonly clientMessageCount: number;
  readonly clientBytes: number;
  readonly vendorMessageCount: number;
  readonly vendorBytes: number;
  /** Secrets of the server that the vendor sent and the client did not get. */
  readonly maskedCount: number;
}

type Phase = 'entering' | 'opening' | 'open' | 'closing' | 'closed';
type Ending = Pick<BridgeEnding, 'endedBy' | 'refusal' | 'closeCode'>;

/** One client's connection through the relay. */
export class Bridge {
  /** For the owner of the client's socket. */
  readonly clientEvents: SocketEvents;
  private phase: Phase = 'entering';
  private readonly startedMs: number;
  private readonly up: Pipe;
  private readonly down: Pipe;
  private readonly rate = new MessageRateLimiter(CLIENT_MESSAGE_RATE);
  private readonly clientLiveness: Liveness;
  private upstreamLiveness: Liveness | undefined;
  private upstream: RelaySocket | undefined;
  private isUpstreamOpen = false;
  private mask = new SecretMask([]);
  private maskedCount = 0;
  private readonly timers = new Map<string, unknown>();
  private ending: Ending | undefined;

  /** @param client Open. @param entry Where the upgrade held one; else the first message is to. */
  constructor(
    private readonly client: RelaySocket,
    entry: Entry | undefined,
    private readonly ports: BridgePorts,
  ) {
    const { clock, limits } = ports;
    this.startedMs = clock.nowMs();
    this.up = new Pipe(client, DEFAULT_PIPE_LIMITS, () => this.upstreamLiveness?.moved());
    // What the vendor sends comes through its socket, which is there by then.
    const vendorSide = { pause: () => this.upstream?.pause(), resume: () => this.upstream?.resume() };
    this.down = new Pipe(vendorSide, DEFAULT_PIPE_LIMITS, () => this.clientLiveness.moved());
    this.down.connect(client);
    this.clientLiveness = this.watch(client, this.up, CLIENT_LIVENESS, () => this.loseClient());
    this.clientEvents = {
      onOpen: () => undefined,
      onMessage: (bytes, isBinary) => this.onClientMessage(bytes, isBinary),
      onAlive: () => this.clientLiveness.heard(),
      onClose: (close) => this.onClientClosed(close),
    };
    this.arm('session', limits.sessionMs, () => this.refuse('session-too-long'));
    if (entry !== undefined) this.admit(entry);
    else this.arm('opening', limits.firstMessageMs, () => this.refuse('first-message-late'));
  }

  /** Ends the connection because of the relay, in words that the vendor's client knows. */
  refuse(code: RefusalCode): void {
    if (this.phase === 'closing' || this.phase === 'closed') return;
    const { message, closeCode } = this.ports.vendor.farewellOf(code);
    if (message !== undefined) this.client.send(encodeUtf8(message), false, () => undefined);
    this.hangUpOnVendor(CLOSE_CODES.normal);
    this.closeClient({ endedBy: 'relay', refusal: code, closeCode }, REFUSALS[code].message);
  }

  /** Drops both sockets at once. */
  terminate(): void {
    this.upstream?.terminate();
    this.client.terminate();
  }

  private onClientMessage(bytes: Uint8Array, isBinary: boolean): void {
    if (this.phase === 'closing' || this.phase === 'closed') return;
    this.clientLiveness.heard();
    const nowMs = this.ports.clock.nowMs();
    if (this.rate.delayMs(nowMs) > 0) return this.refuse('flooded');
    this.rate.record(nowMs);
    if (this.phase === 'entering') {
      const entry = this.ports.vendor.readFirstMessage?.(bytes, isBinary);
      return entry === undefined ? this.refuse('first-message-invalid') : this.admit(entry);
    }
    this.up.push(bytes, isBinary);
  }

  private admit(entry: Entry): void {
    this.phase = 'opening';
    this.arm('opening', this.ports.limits.openMs, () => this.refuse('vendor-unavailable'));
    // A fault of ours must not end the process, nor be shown: what was thrown may hold anything.
    this.openVendor(entry).catch((thrown: unknown) => this.refuse(refusalCodeOf(thrown, 'vendor-unavailable')));
  }

  private async openVendor(entry: Entry): Promise<void> {
    const redeemed = await this.ports.redeem(entry.token);
    if (!redeemed.ok) return this.refuse(redeemed.code);
    if (!this.isOpening) return;
    const plan = await entry.open(redeemed.grant);
    // Rejections of what nobody waits for any more are nobody's.
    plan.greeting.catch(() => undefined);
    if (!this.isOpening) return;
    const greeting = await this.connectVendor(plan);
    if (greeting !== undefined) this.join(plan, greeting);
  }

  /** Resolves with the greeting when the socket is open too; `undefined` when the connection ended meanwhile. */
  private async connectVendor(plan: UpstreamPlan): Promise<readonly string[] | undefined> {
    const { url, subprotocols, greeting } = plan;
    this.mask = new SecretMask(plan.secrets);
    const opened = new Promise<void>((resolve) => {
      const request = { url, subprotocols, maxMessageBytes: this.ports.vendor.maxVendorMessageBytes };
      this.upstream = this.ports.connect(request, {
        onOpen: () => {
          this.isUpstreamOpen = true;
          resolve();
        },
        onMessage: (bytes, isBinary) => this.onVendorMessage(bytes, isBinary),
        onAlive: () => this.upstreamLiveness?.heard(),
        onClose: (close) => this.onVendorClosed(plan, close),
      });
    });
    const [words] = await Promise.all([greeting, opened]);
    return this.isOpening ? words : undefined;
  }

  private join(plan: UpstreamPlan, greeting: readonly string[]): void {
    const { upstream } = this;
    if (upstream === undefined) return;
    this.clear('opening');
    this.phase = 'open';
    this.upstreamLiveness = this.watch(upstream, this.down, UPSTREAM_LIVENESS, () => this.loseVendor());
    for (const text of greeting) upstream.send(encodeUtf8(text), false, () => undefined);
    this.up.connect(plan.filter === undefined ? upstream : this.filtering(upstream, plan.filter));
  }

  private filtering(upstream: RelaySocket, filter: NonNullable<UpstreamPlan['filter']>): PipeTarget {
    return {
      send: (bytes, isBinary, onSent) => {
        const passed = this.phase === 'open' ? filter(bytes, isBinary) : undefined;
        if (passed !== undefined) upstream.send(passed, isBinary, onSent);
        else this.refuse('not-allowed');
      },
      get bufferedAmountBytes() {
        return upstream.bufferedAmountBytes;
      },
    };
  }

  private onVendorMessage(bytes: Uint8Array, isBinary: boolean): void {
    if (this.phase !== 'open' && this.phase !== 'opening') return;
    this.upstreamLiveness?.heard();
    this.maskedCount += this.mask.maskBytes(bytes);
    this.down.push(bytes, isBinary);
  }

  private onVendorClosed(plan: UpstreamPlan, close: SocketClose): void {
    const wasOpen = this.isUpstreamOpen;
    this.upstream = undefined;
    this.upstreamLiveness?.stop();
    plan.onClosed?.(close.code);
    if (!wasOpen) return this.refuse('vendor-unavailable');
    if (this.phase !== 'open' && this.phase !== 'opening') return;
    const ending = { endedBy: 'vendor', refusal: undefined, closeCode: close.code } as const;
    if (isAbrupt(close)) this.loseVendorFor(ending);
    else this.closeClient(ending, this.mask.maskText(close.reason));
  }

  private loseVendor(): void {
    this.upstream?.terminate();
    this.loseVendorFor({ endedBy: 'relay', refusal: 'connection-dead', closeCode: CLOSE_CODES.abnormal });
  }

  /** No code stands for a lost connection, so the client's is lost too: it knows what to do about that. */
  private loseVendorFor(ending: Ending): void {
    this.end(ending);
    // What arrived before the loss still goes out.
    this.down.whenDrained(() => this.client.terminate());
  }

  private loseClient(): void {
    this.end({ endedBy: 'relay', refusal: 'connection-dead', closeCode: CLOSE_CODES.abnormal });
    this.client.terminate();
  }

  private onClientClosed(close: SocketClose): void {
    const { code, reason } = close;
    if (this.phase !== 'closing') this.end({ endedBy: 'client', refusal: undefined, closeCode: code });
    this.phase = 'closed';
    this.hangUpOnVendor(isAbrupt(close) ? CLOSE_CODES.goingAway : code, reason);
    for (const timer of this.timers.keys()) this.clear(timer);
    this.clientLiveness.stop();
    this.upstreamLiveness?.stop();
    if (this.ending === undefined) return;
    const { messageCount: clientMessageCount, bytes: clientBytes } = this.up.counters;
    const { messageCount: vendorMessageCount, bytes: vendorBytes } = this.down.counters;
    this.ports.onEnded({
      ...this.ending,
      durationMs: this.ports.clock.nowMs() - this.startedMs,
      ...{ clientMessageCount, clientBytes, vendorMessageCount, vendorBytes },
      maskedCount: this.maskedCount,
    });
  }

  private closeClient(ending: Ending, reason: string): void {
    this.end(ending);
    const { closeCode } = ending;
    const isPassable = closeCode === CLOSE_CODES.noCode || isSendable(closeCode);
    this.client.close(isPassable ? closeCode : CLOSE_CODES.internalError, fitReason(reason));
  }

  /** From here on nothing is carried. The client's close, or a timer, is all that is left to come. */
  private end(ending: Ending): void {
    this.phase = 'closing';
    this.ending = ending;
    this.up.drop();
    this.down.drop();
    this.clear('opening');
    this.clear('session');
    this.arm('goodbye', GOODBYE_MS, () => this.client.terminate());
  }

  private hangUpOnVendor(code: number, reason = ''): void {
    const { upstream } = this;
    if (upstream === undefined) return;
    this.upstream = undefined;
    const isPassable = code === CLOSE_CODES.noCode || isSendable(code);
    if (this.isUpstreamOpen) upstream.close(isPassable ? code : CLOSE_CODES.normal, fitReason(reason));
    else upstream.terminate();
  }

  private get isOpening(): boolean {
    return this.phase === 'opening';
  }

  private watch(socket: RelaySocket, inbound: Pipe, limits: typeof CLIENT_LIVENESS, onDead: () => void): Liveness {
    const ports = {
      clock: this.ports.clock,
      ping: () => socket.ping(),
      isDeaf: () => inbound.isHoldingBack,
      bufferedBytes: () => socket.bufferedAmountBytes,
      onDead,
    };
    return new Liveness(ports, limits);
  }

  private arm(name: string, delayMs: number, fn: () => void): void {
    this.clear(name);
    this.timers.set(name, this.ports.clock.setTimer(delayMs, fn));
  }

  private clear(name: string): void {
    this.ports.clock.clearTimer(this.timers.get(name));
    this.timers.delete(name);
  }
}
