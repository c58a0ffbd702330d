// This file owns one AudioContext: opens it at the device's rate inside the click, loads the worklets, closes it.
import type { AudioDecoders } from '../downlink/audioDecoder.ts';
import { createVoiceError, type VoiceError } from '../errors.ts';
import { ContextClock } from './contextClock.ts';
import { WorkerDecoders } from './workerDecoders.ts';

/** A browser that may make sound starts a context within some tens of ms; blocked ones never do. */
const RESUME_LIMIT_MS = 3_000;

export interface BrowserAudioOptions {
  /** A context of your own; it is used and left open. Default: one at the device's rate, closed after the last session. */
  readonly context?: AudioContext;
  /** Where agent audio goes, e.g. into an analyser of yours. Default: `context.destination`. */
  readonly destination?: (context: AudioContext) => AudioNode;
  /** Address of the capture worklet's file. Default: beside the package's own modules. */
  readonly captureWorkletUrl?: string | URL;
  /** Address of the playout worklet's file. Default: beside the package's own modules. */
  readonly playoutWorkletUrl?: string | URL;
  /** Address of the MP3 worker's file; it is loaded when a vendor sends MP3. Default: beside the package's own modules. */
  readonly mp3WorkerUrl?: string | URL;
}

/** An open context and what belongs to it. */
export interface OpenAudio {
  readonly context: AudioContext;
  readonly clock: ContextClock;
  readonly destination: AudioNode;
}

/** One AudioContext for any number of sessions. */
export class BrowserAudio {
  private users = 0;
  private opening: Promise<OpenAudio> | null = null;
  private context: AudioContext | null = null;
  /** For vendors that send MP3; nothing is loaded before the first stream. */
  readonly decoders: AudioDecoders;

  constructor(private readonly options: BrowserAudioOptions = {}) {
    this.decoders = new WorkerDecoders(options.mp3WorkerUrl);
  }

  /**
   * Opens the context, or joins the open one. Call it inside a click.
   * @throws {VoiceError} `audio-unsupported`, `audio-blocked`, `worklet-load-failed`.
   */
  acquire(): Promise<OpenAudio> {
    this.users += 1;
    this.opening ??= this.open();
    return this.opening;
  }

  /** The last user's release closes the context. */
  async release(): Promise<void> {
    this.users -= 1;
    if (this.users > 0) return;
    const { context } = this;
    this.decoders.close();
    this.opening = null;
    this.context = null;
    if (context !== null && this.options.context === undefined && context.state !== 'closed') await context.close();
  }

  private async open(): Promise<OpenAudio> {
    const context = this.options.context ?? createContext();
    this.context = context;
    if (context.audioWorklet === undefined)
      throw createVoiceError('audio-unsupported', 'This page has no AudioWorklet.');
    await Promise.all([resume(context), this.loadWorklets(context)]);
    const clock = new ContextClock(context);
    context.addEventListener('statechange', () => clock.reset());
    return { context, clock, destination: this.options.destination?.(context) ?? context.destination };
  }

  private async loadWorklets(context: AudioContext): Promise<void> {
    // Written out in full: bundlers find the files by exactly this expression.
    const capture = this.options.captureWorkletUrl ?? new URL('../worklets/capture.worklet.js', import.meta.url);
    const playout = this.options.playoutWorkletUrl ?? new URL('../worklets/playout.worklet.js', import.meta.url);
    await Promise.all([addModule(context, capture), addModule(context, playout)]);
  }
}

function createContext(): AudioContext {
  if (typeof AudioContext === 'undefined')
    throw createVoiceError('audio-unsupported', 'This page has no AudioContext.');
  return new AudioContext({ latencyHint: 'interactive' });
}

async function addModule(context: AudioContext, url: string | URL): Promise<void> {
  try {
    await context.audioWorklet.addModule(url);
  } catch (cause) {
    throw createVoiceError('worklet-load-failed', 'A worklet file could not be loaded.', {
      details: { url: String(url) },
      cause,
    });
  }
}

/** Resolves when the context runs; a context that never starts is blocked by the browser's autoplay policy. */
function resume(context: AudioContext): Promise<void> {
  if (context.state === 'running') return Promise.resolve();
  return new Promise((resolve, reject) => {
    const blocked = (): VoiceError =>
      createVoiceError('audio-blocked', 'The browser does not let this page make sound yet.');
    const timer = setTimeout(() => reject(blocked()), RESUME_LIMIT_MS);
    context.resume().then(
      () => {
        clearTimeout(timer);
        resolve();
      },
      () => {
        clearTimeout(timer);
        reject(blocked());
      },
    );
  });
}
