// This file is the server side of a scripted conversation: it plays scenes to whoever connects, and remembers what it heard.
import type { Capabilities, SessionCommand, SessionEvent, Vendor } from '@voicewire/protocol';
import type { Clock } from '../ports/clock.ts';
import type { SocketConnector } from '../ports/socket.ts';
import { MemoryServer, type MemoryConnection } from './memoryServer.ts';
import type { Cue, Scene, Script, ScriptStep } from './script.ts';
import { scriptedVendor, type GenerationMark } from './scriptedVendor.ts';
import { UserEar } from './userEar.ts';

export interface ScriptedAgentOptions {
  readonly clock: Clock;
  readonly script: Script;
  /** What this vendor has and has not. Default: everything. */
  readonly capabilities?: Partial<Capabilities>;
  /** One-way delay of the network, in ms. Default 0. */
  readonly delayMs?: number;
  /** Keeps what it heard. Default true; long runs do without. */
  readonly record?: boolean;
}

const PACKET_MS = 20;
const PACKET_SAMPLES = 320;

export class ScriptedAgent {
  /** For the `vendor` option of a session. */
  readonly vendor: Vendor;
  /** Everything the user's microphone brought, over all connections. 16 kHz. */
  readonly heard: Int16Array[] = [];
  /** Every command the client sent, over all connections. */
  readonly commands: SessionCommand[] = [];
  /** The newest connection, for what no script has a word for. */
  connection: MemoryConnection | null = null;
  private readonly server: MemoryServer;
  private readonly ear = new UserEar((cue, event) => {
    this.tell(event);
    this.cue(cue);
  });
  private readonly waiting: Scene[];
  private running: { steps: readonly ScriptStep[]; at: number } | null = null;
  private speaking: { generation: string; text: string; audio: Float32Array; at: number } | null = null;
  private replyCount = 0;
  private conversationCount = 0;
  private timer: unknown = null;

  constructor(private readonly options: ScriptedAgentOptions) {
    const { clock, script, capabilities, delayMs = 0 } = options;
    this.vendor = scriptedVendor(capabilities);
    this.waiting = [...script];
    this.server = new MemoryServer({ clock, delayMs, onConnection: (connection) => this.meet(connection) });
  }

  /** For `createSession`, or `sockets` of Node's `createVoiceSession`. */
  get sockets(): SocketConnector {
    return this.server.sockets;
  }

  /** False: connections fail, as when nothing listens. */
  setReachable(isReachable: boolean): void {
    this.server.isReachable = isReachable;
  }

  /** Scenes whose cue has not come. */
  get scenesLeft(): number {
    return this.waiting.length;
  }

  private meet(connection: MemoryConnection): void {
    this.connection = connection;
    connection.onClose = () => this.stop();
    connection.onMessage = (data) => {
      if (typeof data === 'string') return this.read(JSON.parse(data) as SessionCommand | OpenMessage);
      const pcm = new Int16Array(data.buffer, data.byteOffset, data.byteLength / 2);
      if (this.options.record !== false) this.heard.push(pcm);
      this.ear.listen(pcm);
    };
  }

  private read(message: SessionCommand | OpenMessage): void {
    if (message.type === 'open') return this.accept(message.conversationId);
    this.commands.push(message);
    if (message.type === 'sendUserMessage') this.cue('userMessage');
    if (message.type === 'endUserTurn') this.cue('turnEnded');
    if (message.type === 'interrupt') {
      this.hush();
      this.cue('interrupted');
    }
    if (message.type === 'finish') {
      this.tell({ type: 'sessionEnded', cause: 'client-ended', vendorReason: 'finish' });
      this.connection?.close(1000);
    }
  }

  private accept(resumed: string | undefined): void {
    const conversationId = resumed ?? `conversation-${++this.conversationCount}`;
    this.tell({ type: 'sessionAccepted', conversationId, isResumed: resumed !== undefined });
    this.tell({ type: 'uplinkOpened' });
    this.tell({ type: 'agentReady' });
    this.cue(resumed === undefined ? 'connected' : 'resumed');
  }

  private tell(event: SessionEvent | GenerationMark): void {
    this.connection?.send(JSON.stringify(event));
  }

  private cue(cue: Cue): void {
    const [next] = this.waiting;
    if (next?.when !== cue) return;
    this.waiting.shift();
    this.stop();
    this.running = { steps: next.play, at: 0 };
    this.step();
  }

  /** The rest of what runs is not played; what was being said is dead. */
  private stop(): void {
    this.hush();
    this.running = null;
    this.options.clock.clearTimer(this.timer);
    this.timer = null;
  }

  private hush(): void {
    if (this.speaking === null) return;
    this.tell({ type: 'interrupted', generation: this.speaking.generation });
    this.speaking = null;
  }

  private step(): void {
    const { running } = this;
    if (running === null) return;
    if (this.speaking !== null) return this.speak(this.speaking);
    const step = running.steps[running.at++];
    if (step === undefined) this.running = null;
    else this.play(step);
  }

  private play(step: ScriptStep): void {
    if ('waitMs' in step) return this.later(step.waitMs);
    if ('say' in step) {
      const generation = `reply-${++this.replyCount}`;
      this.speaking = { generation, text: step.say, audio: step.audio, at: 0 };
      this.tell({ type: 'generation', generation });
      this.tell({ type: 'agentText', text: step.say, generation });
    }
    if ('event' in step) this.tell(step.event);
    if ('close' in step) this.connection?.close(step.close.code, step.close.reason);
    if ('drop' in step) this.connection?.drop();
    this.step();
  }

  /** One packet, then the next one when it is due. */
  private speak(speaking: NonNullable<ScriptedAgent['speaking']>): void {
    const { audio, at, generation, text } = speaking;
    if (at >= audio.length) {
      this.speaking = null;
      this.tell({ type: 'agentAudioEnded', generation });
      this.tell({ type: 'turnCompleted', generation, fullText: text });
      return this.step();
    }
    const packet = Int16Array.from(audio.subarray(at, at + PACKET_SAMPLES), (value) =>
      Math.max(-32_768, Math.min(32_767, Math.round(value * 32_768))),
    );
    this.connection?.send(new Uint8Array(packet.buffer));
    speaking.at += PACKET_SAMPLES;
    this.later(PACKET_MS);
  }

  private later(delayMs: number): void {
    this.timer = this.options.clock.setTimer(delayMs, () => this.step());
  }
}

/** First message of every connection. */
interface OpenMessage {
  readonly type: 'open';
  readonly conversationId?: string;
}
