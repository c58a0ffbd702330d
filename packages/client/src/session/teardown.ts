// This file takes a session down, in an order that loses neither speech nor devices.
import type { AudioInput } from '../ports/audioInput.ts';
import type { AudioOutput } from '../ports/audioOutput.ts';
import type { Clock } from '../ports/clock.ts';
import type { Uplink } from '../uplink/uplink.ts';
import type { CallAudio } from './callAudio.ts';
import type { Connection } from './connection.ts';

/** What is released. */
interface TeardownPorts {
  readonly clock: Clock;
  readonly input: AudioInput;
  readonly output: AudioOutput;
}

interface ReleaseWishes {
  readonly letAgentFinish: boolean;
  readonly awaitServerClose: boolean;
}

/** A fade takes 5 ms and a running audio thread answers within some tens more. */
const FADE_LIMIT_MS = 100;
/** The length of a frame. */
const DRAIN_TICK_MS = 20;

/** Releases audio and socket. Asked to release twice, it hurries the first release up. */
export class Teardown {
  private running: { readonly connection: Connection | null; isHurried: boolean } | null = null;

  /** Connections that are on their way out; they are waited for as well. */
  private readonly leaving = new Set<Promise<void>>();

  constructor(
    private readonly ports: TeardownPorts,
    private readonly closeMs: number,
  ) {}

  /** @param done Called once, when nothing is left open. */
  run(connection: Connection | null, audio: CallAudio | null, wishes: ReleaseWishes, done: () => void): void {
    if (this.running !== null) return this.hurry();
    this.running = { connection, isHurried: false };
    void this.release(connection, audio, wishes).then(() => {
      this.running = null;
      done();
    });
  }

  private hurry(): void {
    if (this.running !== null) this.running.isHurried = true;
    const connection = this.running?.connection;
    // The first release takes leave when the uplink is out; now nothing is waited for, but a word costs no time.
    connection?.leave();
    connection?.hangUp();
    void this.ports.output.flush();
  }

  private async release(connection: Connection | null, audio: CallAudio | null, wishes: ReleaseWishes): Promise<void> {
    const uplink = audio?.uplink ?? null;
    uplink?.expectTail();
    await settled(this.ports.input.stop());
    await this.drain(uplink);
    uplink?.finish();
    const closed = this.closeSocket(connection, wishes.awaitServerClose);
    if (wishes.letAgentFinish) await settled(this.ports.output.drain());
    // Hanging up in the middle of a word must not click, neither may one begin that was still being decoded. An output that
    // stands still is not waited for.
    audio?.silence();
    await this.within(FADE_LIMIT_MS, settled(this.ports.output.flush()));
    await settled(this.ports.output.stop());
    await closed;
    await Promise.all(this.leaving);
  }

  /** Leaves a connection behind, while the session goes on. Resolves when its socket is closed. */
  leave(connection: Connection): Promise<void> {
    const left = this.closeSocket(connection, false);
    this.leaving.add(left);
    return left.finally(() => this.leaving.delete(left));
  }

  /** Speech that is still being caught up leaves at its rate, as long as the session may take to end. */
  private async drain(uplink: Uplink | null): Promise<void> {
    if (uplink === null) return;
    const endMs = this.ports.clock.nowMs() + this.closeMs;
    while (uplink.isBehind && this.running?.isHurried !== true && this.ports.clock.nowMs() < endMs) {
      await this.pause(DRAIN_TICK_MS);
      uplink.tick();
    }
  }

  private pause(durationMs: number): Promise<void> {
    return new Promise((resolve) => void this.ports.clock.setTimer(durationMs, resolve));
  }

  /** Takes leave, waits for the server's close where it is due, then closes; never longer than twice `closeMs`. */
  private async closeSocket(connection: Connection | null, awaitServerClose: boolean): Promise<void> {
    if (connection === null) return;
    const closed = new Promise<void>((resolve) => connection.whenSocketCloses(resolve));
    const hasTakenLeave = connection.leave();
    if (awaitServerClose || hasTakenLeave) await this.within(this.closeMs, closed);
    connection.hangUp();
    await this.within(this.closeMs, closed);
  }

  private within(limitMs: number, promise: Promise<void>): Promise<void> {
    const { clock } = this.ports;
    return new Promise((resolve) => {
      const timer = clock.setTimer(limitMs, resolve);
      void promise.then(() => {
        clock.clearTimer(timer);
        resolve();
      });
    });
  }
}

/** A device that cannot even be stopped must not keep the rest from being released; it has reported its failure before. */
async function settled(promise: Promise<unknown>): Promise<void> {
  await promise.catch(() => undefined);
}
