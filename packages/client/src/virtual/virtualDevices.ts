// This file is a computer's sockets for microphones and loudspeakers without a computer: a test plugs and unplugs them.
import { createVoiceError } from '../errors.ts';
import {
  DEFAULT_DEVICE_ID,
  type AudioDevice,
  type AudioDevices,
  type AudioDevicesSink,
  type DevicesChangeCause,
} from '../ports/audioDevices.ts';

export type VirtualDevice = Pick<AudioDevice, 'kind' | 'id' | 'label'>;

const SYSTEM_CHOICES: readonly VirtualDevice[] = [
  { kind: 'input', id: DEFAULT_DEVICE_ID, label: 'Virtual microphone' },
  { kind: 'output', id: DEFAULT_DEVICE_ID, label: 'Virtual loudspeaker' },
];

export class VirtualDevices implements AudioDevices {
  private devices: readonly VirtualDevice[];
  private readonly selected = { input: DEFAULT_DEVICE_ID, output: DEFAULT_DEVICE_ID };
  private readonly sinks = new Set<AudioDevicesSink>();
  private isBlocked = false;

  /** @param devices What is plugged in, besides what the system chooses. */
  constructor(devices: readonly VirtualDevice[] = []) {
    this.devices = [...SYSTEM_CHOICES, ...devices];
  }

  list(): Promise<readonly AudioDevice[]> {
    return Promise.resolve(this.devicesNow());
  }

  async selectInput(id: string): Promise<void> {
    this.require('input', id);
    this.selected.input = id;
    this.tell('input-selected');
  }

  async selectOutput(id: string): Promise<void> {
    this.require('output', id);
    this.selected.output = id;
    this.tell('output-selected');
  }

  unlock(): Promise<void> {
    this.isBlocked = false;
    return Promise.resolve();
  }

  watch(sink: AudioDevicesSink): () => void {
    this.sinks.add(sink);
    if (this.isBlocked) sink.onBlocked();
    return () => this.sinks.delete(sink);
  }

  /** Watchers that nobody has taken off. */
  get watcherCount(): number {
    return this.sinks.size;
  }

  plugIn(device: VirtualDevice): void {
    this.devices = [...this.devices, device];
    this.tell('list-changed');
  }

  /** The system's choice takes the place of a device that was selected. */
  unplug(id: string): void {
    const gone = this.devices.find((device) => device.id === id);
    if (gone === undefined || id === DEFAULT_DEVICE_ID) return;
    this.devices = this.devices.filter((device) => device !== gone);
    const wasSelected = this.selected[gone.kind] === id;
    if (wasSelected) this.selected[gone.kind] = DEFAULT_DEVICE_ID;
    this.tell(wasSelected ? `${gone.kind}-replaced` : 'list-changed');
  }

  /** Holds sound back, as a browser does before the user has clicked. Told to who watches, until `unlock`. */
  block(): void {
    this.isBlocked = true;
    for (const sink of [...this.sinks]) sink.onBlocked();
  }

  private devicesNow(): readonly AudioDevice[] {
    return this.devices.map((device) => ({
      ...device,
      groupId: '',
      isSelected: this.selected[device.kind] === device.id,
    }));
  }

  private require(kind: AudioDevice['kind'], id: string): void {
    if (this.devices.some((device) => device.kind === kind && device.id === id)) return;
    throw kind === 'input'
      ? createVoiceError('microphone-not-found', `No virtual microphone is called "${id}".`)
      : createVoiceError('speaker-not-found', `No virtual loudspeaker is called "${id}".`);
  }

  private tell(cause: DevicesChangeCause): void {
    const devices = this.devicesNow();
    for (const sink of [...this.sinks]) sink.onChanged({ cause, devices });
  }
}
