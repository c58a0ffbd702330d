// This file is what a session does with devices: lists and chooses them where there are any, and passes on what happens.
import { createVoiceError } from '../errors.ts';
import type { AudioDevice, AudioDevices } from '../ports/audioDevices.ts';
import type { SessionEmitter } from './events.ts';

export class DeviceControl {
  private unwatch: (() => void) | null = null;

  /** @param devices Undefined where a program brings its own input and output. */
  constructor(
    private readonly devices: AudioDevices | undefined,
    private readonly emitter: SessionEmitter,
  ) {}

  async list(): Promise<readonly AudioDevice[]> {
    return this.require().list();
  }

  async selectInput(id: string): Promise<void> {
    await this.require().selectInput(id);
  }

  async selectOutput(id: string): Promise<void> {
    await this.require().selectOutput(id);
  }

  /** Where nothing is held back there is nothing to do. */
  async unlock(): Promise<void> {
    await this.devices?.unlock();
  }

  /** From the start of audio on. */
  watch(): void {
    this.unwatch ??=
      this.devices?.watch({
        onChanged: (change) => this.emitter.emit('devicesChanged', change),
        onBlocked: () => this.emitter.emit('playbackBlocked', {}),
      }) ?? null;
  }

  /** To the end of the session. */
  stop(): void {
    this.unwatch?.();
    this.unwatch = null;
  }

  private require(): AudioDevices {
    if (this.devices !== undefined) return this.devices;
    throw createVoiceError('device-not-selectable', 'This session was given its input and output.');
  }
}
