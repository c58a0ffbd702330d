// This file is the debug mode: it records what goes to the speakers, and hands session and audio to the console.
// It is loaded on demand: the page without `?debug` carries nothing of it.
import { BrowserAudio, type VoiceSession } from '@voicewire/client/browser';
import recorderUrl from './recorder.worklet.ts?worker&url';

/** Two minutes at 48 kHz, 23 MB; what comes later is not kept. */
const MAX_RECORDED_SAMPLES = 120 * 48_000;

/** What the console and tests get as `window.voicewire`. */
export interface DebugHandle {
  /** The newest session; null before the first call. */
  session: VoiceSession | null;
  readonly audio: BrowserAudio;
  /** The context that `contextRate` asked for; it stays open until you close it. */
  readonly context: AudioContext | null;
  /** What was handed to the speakers since the context opened, at its rate; silence while nothing plays included. */
  takeRecording(): { readonly sampleRate: number; readonly samples: Float32Array };
}

declare global {
  interface Window {
    voicewire?: DebugHandle;
  }
}

/**
 * Makes the page's audio one that records, and publishes the handle.
 * @param contextRate Opens the context at this rate, in Hz, instead of the device's; null leaves it to the device.
 */
export function installDebugAudio(contextRate: number | null): DebugHandle {
  const recorder = new Recorder();
  const context = contextRate === null ? null : new AudioContext({ sampleRate: contextRate });
  const audio = new BrowserAudio({
    ...(context === null ? {} : { context }),
    destination: (opened) => recorder.tap(opened),
  });
  window.voicewire = { session: null, audio, context, takeRecording: () => recorder.take() };
  return window.voicewire;
}

class Recorder {
  private blocks: Float32Array[] = [];
  private recordedSamples = 0;
  private sampleRate = 0;

  /** A node that plays what it gets, and records it as soon as the recorder's file is loaded: within some tens of ms. */
  tap(context: AudioContext): AudioNode {
    this.sampleRate = context.sampleRate;
    const entry = context.createGain();
    entry.connect(context.destination);
    void this.record(context, entry).catch(reportError);
    return entry;
  }

  take(): { sampleRate: number; samples: Float32Array } {
    const samples = new Float32Array(this.recordedSamples);
    let at = 0;
    for (const block of this.blocks) {
      samples.set(block, at);
      at += block.length;
    }
    this.blocks = [];
    this.recordedSamples = 0;
    return { sampleRate: this.sampleRate, samples };
  }

  private async record(context: AudioContext, entry: AudioNode): Promise<void> {
    await context.audioWorklet.addModule(recorderUrl);
    const node = new AudioWorkletNode(context, 'voicewire-recorder', { numberOfOutputs: 0, channelCount: 1 });
    node.port.onmessage = ({ data: block }: MessageEvent<Float32Array>) => {
      if (this.recordedSamples + block.length > MAX_RECORDED_SAMPLES) return;
      this.blocks.push(block);
      this.recordedSamples += block.length;
    };
    entry.connect(node);
  }
}
