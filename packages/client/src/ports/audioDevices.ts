// This file defines the port through which a program sees and chooses microphones and loudspeakers.

/** The system's own choice of a device, on every platform. */
export const DEFAULT_DEVICE_ID = 'default';

/** A microphone or a loudspeaker. */
export interface AudioDevice {
  readonly kind: 'input' | 'output';
  /** Stays the same for one page and one device, as long as the user keeps the page's storage. `default`: the system's choice. */
  readonly id: string;
  /** For people. Empty until they have allowed a microphone. */
  readonly label: string;
  /** Shared by the microphone and the loudspeaker of one headset. Empty where the platform does not say. */
  readonly groupId: string;
  /** It was chosen, or is what the system chose. */
  readonly isSelected: boolean;
}

/**
 * `list-changed`: devices came or went. `…-selected`: the program chose another one. `…-replaced`: the chosen one is gone,
 * and the system's choice has taken its place.
 */
export type DevicesChangeCause =
  | 'list-changed'
  | 'input-selected'
  | 'input-replaced'
  | 'output-selected'
  | 'output-replaced';

export interface DevicesChange {
  readonly cause: DevicesChangeCause;
  readonly devices: readonly AudioDevice[];
}

export interface AudioDevicesSink {
  onChanged(change: DevicesChange): void;
  /** The platform holds all sound back until `unlock` is called inside a gesture of the user. Microphones too. */
  onBlocked(): void;
}

/** Where there are devices to choose from. Choices hold until the next one, from session to session. */
export interface AudioDevices {
  list(): Promise<readonly AudioDevice[]>;
  /**
   * Listens to another microphone, from now on or from the next start. What was chosen before stays when it fails.
   * @throws {VoiceError} `microphone-not-found`, `microphone-denied`, `microphone-failed`, `device-not-selectable`.
   */
  selectInput(id: string): Promise<void>;
  /** Speaks through another loudspeaker. @throws {VoiceError} `speaker-not-found`, `speaker-failed`, `device-not-selectable`. */
  selectOutput(id: string): Promise<void>;
  /** Call it inside a gesture of the user. Resolves when there may be sound. @throws {VoiceError} `audio-blocked`. */
  unlock(): Promise<void>;
  /** Tells what happens to the devices, until the returned function is called. */
  watch(sink: AudioDevicesSink): () => void;
}
