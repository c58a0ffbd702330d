// This file is what a scripted agent does, as data.
import type { SessionEvent } from '@voicewire/protocol';

/**
 * What a scene waits for. `userSpeaks`: speech has begun. `userSpoke`: it is over. `resumed`: a later connection of the same
 * conversation. `userMessage`: text. `interrupted`: the client said so.
 */
export type Cue = 'connected' | 'resumed' | 'userSpeaks' | 'userSpoke' | 'userMessage' | 'turnEnded' | 'interrupted';

export type ScriptStep =
  | { readonly waitMs: number }
  /** Speaks in real time, in packets of 20 ms. `audio`: mono, 16 kHz. */
  | { readonly say: string; readonly audio: Float32Array }
  /** Anything else an agent says, such as what it understood: `{ type: 'transcript', text, isFinal: true }`. */
  | { readonly event: Exclude<SessionEvent, { type: 'agentAudio' }> }
  | { readonly close: { readonly code: number; readonly reason?: string } }
  /** The connection breaks without a word. */
  | { readonly drop: true };

/** Starts with its cue, and takes the place of a scene that still runs: what that one was saying is interrupted. */
export interface Scene {
  readonly when: Cue;
  readonly play: readonly ScriptStep[];
}

/** Scenes wait for their cues one after the other; a cue that the next scene does not wait for changes nothing. */
export type Script = readonly Scene[];

/** A voice for tests: a hum at −12 dBFS that fades in and out. Mono, 16 kHz unless told. */
export function hum(durationMs: number, { frequencyHz = 220, sampleRate = 16_000 } = {}): Float32Array {
  const length = Math.round((durationMs * sampleRate) / 1000);
  const fadeSamples = sampleRate / 100;
  return Float32Array.from({ length }, (_, i) => {
    const fade = Math.min(1, i / fadeSamples, (length - 1 - i) / fadeSamples);
    return 0.25 * fade * Math.sin((2 * Math.PI * frequencyHz * i) / sampleRate);
  });
}
