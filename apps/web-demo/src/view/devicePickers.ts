// This file lets people choose a microphone and a loudspeaker during a call; before one, browsers do not name them.
import type { AudioDevice, VoiceSession } from '@voicewire/client/browser';
import type { PageElements } from './elements.ts';

type Kind = AudioDevice['kind'];

export class DevicePickers {
  private session: VoiceSession | null = null;

  /** @param onFailure A device that could not be opened; the one before it goes on. */
  constructor(
    private readonly selects: PageElements['devices'],
    private readonly onFailure: (thrown: unknown) => void,
  ) {
    for (const kind of ['input', 'output'] as const)
      selects[kind].addEventListener('change', () => this.choose(kind, selects[kind].value));
  }

  /** A call has begun: its devices are shown, now and whenever they change. */
  follow(session: VoiceSession): void {
    this.session = session;
    session.on('devicesChanged', ({ devices }) => this.show(devices));
    session.listDevices().then(
      (devices) => this.show(devices),
      (thrown: unknown) => this.onFailure(thrown),
    );
  }

  /** The call is over. */
  rest(): void {
    this.session = null;
    for (const select of Object.values(this.selects)) select.disabled = true;
  }

  private choose(kind: Kind, id: string): void {
    const chosen = kind === 'input' ? this.session?.setInputDevice(id) : this.session?.setOutputDevice(id);
    chosen?.catch((thrown: unknown) => this.onFailure(thrown));
  }

  private show(devices: readonly AudioDevice[]): void {
    if (this.session === null) return;
    for (const kind of ['input', 'output'] as const) {
      const select = this.selects[kind];
      const offered = devices.filter((device) => device.kind === kind);
      select.replaceChildren(
        ...offered.map(
          ({ id, label, isSelected }) => new Option(label || 'Unnamed device', id, isSelected, isSelected),
        ),
      );
      select.disabled = offered.length === 0;
    }
  }
}
