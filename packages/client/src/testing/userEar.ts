// This file hears when a user speaks and stops, by loudness alone: enough for what a test says into a microphone.
import type { SessionEvent } from '@voicewire/protocol';

/** −40 dBFS as mean square of int16. */
const LOUD_MEAN_SQUARE = 327 ** 2;
/** A click is no speech. */
const ONSET_SAMPLES = 960;
/** A pause this long ends an utterance: 400 ms. */
const PAUSE_SAMPLES = 6_400;
const SAMPLES_PER_MS = 16;

export class UserEar {
  private heardSamples = 0;
  private loudSamples = 0;
  private quietSamples = 0;
  private startMs: number | null = null;

  constructor(private readonly tell: (cue: 'userSpeaks' | 'userSpoke', event: SessionEvent) => void) {}

  /** @param pcm One message, 16 kHz. */
  listen(pcm: Int16Array): void {
    this.heardSamples += pcm.length;
    let sum = 0;
    for (const value of pcm) sum += value * value;
    if (sum / pcm.length >= LOUD_MEAN_SQUARE) {
      this.loudSamples += pcm.length;
      this.quietSamples = 0;
    } else {
      this.quietSamples += pcm.length;
      if (this.quietSamples >= PAUSE_SAMPLES) this.loudSamples = 0;
    }
    const nowMs = this.heardSamples / SAMPLES_PER_MS;
    if (this.startMs === null && this.loudSamples >= ONSET_SAMPLES) {
      this.startMs = nowMs - this.loudSamples / SAMPLES_PER_MS;
      this.tell('userSpeaks', { type: 'userSpeechStarted', startMs: this.startMs });
    } else if (this.startMs !== null && this.quietSamples >= PAUSE_SAMPLES) {
      const endMs = nowMs - this.quietSamples / SAMPLES_PER_MS;
      const startMs = this.startMs;
      this.startMs = null;
      this.tell('userSpoke', { type: 'userSpeechEnded', startMs, endMs });
    }
  }
}
