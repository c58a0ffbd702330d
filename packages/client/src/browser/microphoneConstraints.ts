// This file says which microphone is asked for, and what a refusal means.
import { createVoiceError, type ErrorCode, type VoiceError } from '../errors.ts';
import { DEFAULT_DEVICE_ID } from '../ports/audioDevices.ts';

export interface MicrophoneOptions {
  /** Removes the agent's own voice from what the microphone hears. Default true. */
  readonly echoCancellation?: boolean;
  /** Default true. */
  readonly noiseSuppression?: boolean;
  /** Default true. */
  readonly autoGainControl?: boolean;
  /** An `id` of `listDevices()`. Default: the system's choice. `setInputDevice` overrides it. */
  readonly deviceId?: string;
  /**
   * What tells speech from other sound: the detector that every session has (default), or Silero's network in the audio
   * thread, 450 kB that are loaded when it is asked for.
   */
  readonly vad?: 'built-in' | 'neural';
}

export function constraintsOf(options: MicrophoneOptions, deviceId: string): MediaStreamConstraints {
  const { echoCancellation = true, noiseSuppression = true, autoGainControl = true } = options;
  const device = deviceId === DEFAULT_DEVICE_ID ? {} : { deviceId: { exact: deviceId } };
  return { audio: { channelCount: 1, echoCancellation, noiseSuppression, autoGainControl, ...device } };
}

const CODE_OF_REFUSAL: Readonly<Record<string, ErrorCode>> = {
  NotAllowedError: 'microphone-denied',
  SecurityError: 'microphone-denied',
  NotFoundError: 'microphone-not-found',
  OverconstrainedError: 'microphone-not-found',
};

/** Words what `getUserMedia` threw. */
export function errorOfRefusal(cause: unknown): VoiceError {
  const name = cause instanceof Error ? cause.name : 'unknown';
  return createVoiceError(
    CODE_OF_REFUSAL[name] ?? 'microphone-failed',
    `The microphone could not be opened (${name}).`,
    { cause },
  );
}
