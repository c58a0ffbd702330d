// This file is one connection attempt: a socket, the vendor's protocol state, an uplink and a downlink, wired together.
import type { OutboundMessage, SessionEvent, SessionStep, Vendor, VendorSession } from '@voicewire/protocol';
import { Downlink } from '../downlink/downlink.ts';
import { createVoiceError } from '../errors.ts';
import type { AudioInput, CapturedFrame } from '../ports/audioInput.ts';
import type { AudioOutput } from '../ports/audioOutput.ts';
import type { Clock } from '../ports/clock.ts';
import type { Socket, SocketClose, SocketConnector } from '../ports/socket.ts';
import { Uplink } from '../uplink/uplink.ts';
import type { SessionEmitter } from './events.ts';
import type { SessionInput } from './state.ts';

/** What a session plugs its attempts into. */
export interface SessionPorts {
  readonly clock: Clock;
  readonly sockets: SocketConnector;
  readonly input: AudioInput;
  readonly output: AudioOutput;
}

/** RFC 6455: normal closure. */
const NORMAL_CLOSURE = 1000;
/** What meters show before the first frame. */
const SILENCE_DB = -100;

/** One attempt. After `hangUp` it says nothing more, whatever still arrives. */
export class Attempt {
  readonly uplink: Uplink;
  readonly downlink: Downlink;
  private protocol: VendorSession | null = null;
  private socket: Socket | null = null;
  private rmsDb = SILENCE_DB;
  private isOpen = false;
  private isListening = true;
  private hasHeardAgent = false;
  private hasReportedOddAudio = false;
  private notifyClosed: (() => void) | null = null;

  constructor(
    readonly number: number,
    private readonly vendor: Vendor,
    private readonly ports: SessionPorts,
    private readonly emitter: SessionEmitter,
    private readonly dispatch: (input: SessionInput) => void,
  ) {
    const nowMs = () => ports.clock.nowMs();
    this.uplink = new Uplink(vendor.capabilities, ports.input, (bytes) => this.sendAudio(bytes), nowMs);
    this.downlink = new Downlink(vendor.capabilities, ports.output, nowMs);
  }

  /** Level of the newest captured frame, RMS in dB relative to full scale; mute leaves it alone. */
  get inputRmsDb(): number {
    return this.rmsDb;
  }

  /** Takes a captured frame in. */
  onFrame(frame: CapturedFrame): void {
    this.rmsDb = frame.rmsDb;
    this.uplink.push(frame);
  }

  openSocket(credentials: unknown): void {
    this.protocol = this.vendor.createSession(credentials);
    const { url, subprotocols } = this.vendor.connectionRequest(credentials);
    try {
      this.socket = this.ports.sockets.connect(
        { url, subprotocols, maxMessageBytes: this.vendor.capabilities.maxInboundMessageBytes },
        {
          onOpen: () => this.onOpen(),
          onMessage: (data) => this.onMessage(data),
          onClose: (close) => this.onClose(close),
        },
      );
    } catch (cause) {
      const error = createVoiceError('connect-failed', 'The socket could not be created.', { cause });
      this.dispatch({ type: 'failed', attempt: this.number, error });
    }
  }

  /** Sends what the vendor wants to hear first. */
  greetVendor(): void {
    if (this.protocol !== null) this.perform(this.protocol.open());
  }

  /** @param onClosed Called once: when the socket is closed, or now if there is none. */
  whenSocketCloses(onClosed: () => void): void {
    if (this.socket === null) onClosed();
    else this.notifyClosed = onClosed;
  }

  /** Our side of the close; nothing that arrives later is looked at. */
  hangUp(): void {
    this.isListening = false;
    this.socket?.close(NORMAL_CLOSURE);
  }

  private onOpen(): void {
    if (!this.isListening) return;
    this.isOpen = true;
    this.dispatch({ type: 'socketOpened', attempt: this.number });
  }

  private onMessage(data: string | Uint8Array): void {
    if (!this.isListening || this.protocol === null) return;
    const receivedMs = this.ports.clock.nowMs();
    if (this.emitter.has('raw'))
      this.emitter.emit('raw', { direction: 'received', text: this.vendor.redactInbound(data) });
    this.perform(this.protocol.receive(data), receivedMs);
  }

  private onClose(close: SocketClose): void {
    const wasListening = this.isListening;
    const wasOpen = this.isOpen;
    this.isListening = false;
    this.isOpen = false;
    this.socket = null;
    if (wasListening && this.protocol !== null) {
      const verdict = this.protocol.closed({ code: close.code, reason: close.reason, wasOpen });
      this.dispatch({ type: 'socketClosed', attempt: this.number, verdict, closeCode: close.code });
    }
    this.notifyClosed?.();
    this.notifyClosed = null;
  }

  private sendAudio(bytes: Uint8Array): boolean {
    if (!this.isOpen || !this.isListening || this.protocol === null) return false;
    const result = this.protocol.command({ type: 'sendAudio', bytes });
    if (!result.ok) return false;
    this.perform(result.step);
    return true;
  }

  private perform(step: SessionStep, receivedMs = this.ports.clock.nowMs()): void {
    for (const message of step.send) this.send(message);
    for (const event of step.events) this.deliver(event, receivedMs);
  }

  private send(message: OutboundMessage): void {
    this.socket?.send(message.payload);
    if (this.emitter.has('raw')) this.emitter.emit('raw', { direction: 'sent', text: message.redacted });
  }

  private deliver(event: SessionEvent, receivedMs: number): void {
    if (event.type !== 'agentAudio') {
      this.dispatch({ type: 'vendorSaid', attempt: this.number, event });
      return;
    }
    this.downlink.push(event.bytes, receivedMs);
    this.reportOddAudio();
    if (this.hasHeardAgent) return;
    this.hasHeardAgent = true;
    this.dispatch({ type: 'agentHeard', attempt: this.number });
  }

  private reportOddAudio(): void {
    const { oddPackets } = this.downlink.counters;
    if (oddPackets === 0 || this.hasReportedOddAudio) return;
    this.hasReportedOddAudio = true;
    this.emitter.emit(
      'error',
      createVoiceError('odd-audio-length', 'Agent audio arrived with half a sample at its end.'),
    );
  }
}
