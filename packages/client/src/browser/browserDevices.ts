// This file lists the devices that a browser shows a page, and chooses among them.
import { createVoiceError } from '../errors.ts';
import {
  DEFAULT_DEVICE_ID,
  type AudioDevice,
  type AudioDevices,
  type AudioDevicesSink,
  type DevicesChangeCause,
} from '../ports/audioDevices.ts';
import type { SharedContext } from './sharedContext.ts';
import type { SharedMicrophone } from './sharedMicrophone.ts';

export class BrowserDevices implements AudioDevices {
  private readonly sinks = new Set<AudioDevicesSink>();
  private readonly onDeviceChange = (): void => void this.meetChange();

  constructor(
    private readonly context: SharedContext,
    private readonly microphone: SharedMicrophone,
  ) {}

  async list(): Promise<readonly AudioDevice[]> {
    const found = await mediaDevices().enumerateDevices();
    return found.flatMap(({ kind, deviceId, label, groupId }) => {
      if (kind === 'videoinput') return [];
      const isInput = kind === 'audioinput';
      const selected = isInput ? this.microphone.currentId : this.context.sinkId;
      return {
        kind: isInput ? ('input' as const) : ('output' as const),
        // Before the user has allowed a microphone, browsers say only that there is one.
        id: deviceId === '' ? DEFAULT_DEVICE_ID : deviceId,
        label,
        groupId,
        isSelected: deviceId === selected,
      };
    });
  }

  async selectInput(id: string): Promise<void> {
    await this.microphone.select(id);
    this.tell('input-selected');
  }

  async selectOutput(id: string): Promise<void> {
    await this.context.selectSink(id);
    this.tell('output-selected');
  }

  unlock(): Promise<void> {
    return this.context.unlock();
  }

  watch(sink: AudioDevicesSink): () => void {
    if (this.sinks.size === 0) navigator.mediaDevices?.addEventListener('devicechange', this.onDeviceChange);
    this.sinks.add(sink);
    return () => {
      this.sinks.delete(sink);
      if (this.sinks.size === 0) navigator.mediaDevices?.removeEventListener('devicechange', this.onDeviceChange);
    };
  }

  /** Says what happened, with the devices as they are now. */
  tell(cause: DevicesChangeCause): void {
    this.list().then(
      (devices) => {
        for (const sink of [...this.sinks]) sink.onChanged({ cause, devices });
      },
      // The page is going away.
      () => undefined,
    );
  }

  /** The browser wants a gesture. */
  tellBlocked(): void {
    for (const sink of [...this.sinks]) sink.onBlocked();
  }

  /** A microphone that is gone ends its track, which is met there; nothing tells of a loudspeaker but the list. */
  private async meetChange(): Promise<void> {
    const { sinkId } = this.context;
    const devices = await this.list();
    const isGone = sinkId !== DEFAULT_DEVICE_ID && !devices.some(({ kind, id }) => kind === 'output' && id === sinkId);
    if (!isGone) return this.tell('list-changed');
    await this.context.selectSink(DEFAULT_DEVICE_ID).catch(() => undefined);
    this.tell('output-replaced');
  }
}

function mediaDevices(): MediaDevices {
  if (navigator.mediaDevices !== undefined) return navigator.mediaDevices;
  throw createVoiceError('audio-unsupported', 'This page sees no devices; it needs https or localhost.');
}
