// This file decides what of the microphone may be heard: mute, hold, and whether its device is let go meanwhile.
import { asVoiceError, type VoiceError } from '../errors.ts';
import type { AudioInput } from '../ports/audioInput.ts';

export interface MicrophoneSink {
  /** Whether the agent hears silence from now on. */
  onSilenced(isSilent: boolean): void;
  /** The device could not be opened again; the microphone is muted. */
  onError(error: VoiceError): void;
}

/** The microphone of one session. */
export class MicrophoneControl {
  private muted = false;
  private onHold = false;
  private isStarted = false;
  private isPaused = false;
  /** What is being done to the device; one thing after the other. */
  private work: Promise<void> = Promise.resolve();

  /** @param shouldRelease Whether the device is let go while nothing of it may be heard. */
  constructor(
    private readonly input: AudioInput,
    private readonly shouldRelease: boolean,
    private readonly sink: MicrophoneSink,
  ) {}

  get isMuted(): boolean {
    return this.muted;
  }

  /** Muted or on hold. */
  get isSilent(): boolean {
    return this.muted || this.onHold;
  }

  setMuted(isMuted: boolean): void {
    this.muted = isMuted;
    this.apply();
  }

  setOnHold(isOnHold: boolean): void {
    this.onHold = isOnHold;
    this.apply();
  }

  /** The input has started, with its device open. */
  start(): void {
    this.isStarted = true;
    this.isPaused = false;
    this.apply();
  }

  /** The input is about to stop. */
  stop(): void {
    this.isStarted = false;
  }

  private apply(): void {
    this.sink.onSilenced(this.isSilent);
    if (!this.shouldRelease || !this.isStarted) return;
    this.work = this.work.then(() => this.matchDevice());
  }

  /** Brings the device to what is wished by now; wishes that were taken back in between cost nothing. */
  private async matchDevice(): Promise<void> {
    const shouldPause = this.isSilent;
    if (!this.isStarted || this.isPaused === shouldPause) return;
    try {
      await (shouldPause ? this.input.pause?.() : this.input.resume?.());
      this.isPaused = shouldPause;
    } catch (thrown) {
      const error = asVoiceError(thrown, 'microphone-failed', 'The microphone could not be let go or taken back.');
      if (!this.isStarted) return;
      this.muted = true;
      this.sink.onSilenced(true);
      this.sink.onError(error);
    }
  }
}
