// This file shares one AudioContext among its users: opened with the first at the device's rate, closed with the last.
import { hasWasmSimd } from '@voicewire/dsp-wasm/sync';
import { createVoiceError } from '../errors.ts';
import { DEFAULT_DEVICE_ID } from '../ports/audioDevices.ts';
import type * as audioGraph from './audioGraph.ts';
import type { BrowserAudioOptions } from './browserAudioOptions.ts';
import type { ContextClock } from './contextClock.ts';
import { ContextKeeper, type ContextKeeperPorts } from './contextKeeper.ts';
import { loadCode } from './loadCode.ts';

/**
 * Processors that have stopped are called once more. Chromium (156) never lets go of a node, nor of its context, when the
 * context closes before that; see leaks.realtime.test.ts.
 */
const LAST_QUANTUM_MS = 20;

/** An open context and what belongs to it. */
export interface OpenAudio {
  readonly context: AudioContext;
  readonly clock: ContextClock;
  /** What can be put into it. */
  readonly graph: typeof audioGraph;
}

/** Chromium 110 and later; not in every supported browser. */
type WithSink = AudioContext & { setSinkId?(id: string): Promise<void> };

export class SharedContext {
  /** The loudspeaker that was chosen. */
  sinkId = DEFAULT_DEVICE_ID;
  private userCount = 0;
  private opening: Promise<OpenAudio> | null = null;
  private context: AudioContext | null = null;
  private clock: ContextClock | null = null;
  private keeper: ContextKeeper | null = null;

  constructor(
    private readonly options: BrowserAudioOptions,
    private readonly ports: Omit<ContextKeeperPorts, 'onStateChange'> & {
      /** The last user is gone. */
      onUnused(): void;
    },
  ) {}

  /**
   * Opens the context, or joins the open one. Call it inside a click. Every call is followed by one of `release`.
   * @throws {VoiceError} `audio-unsupported`, `audio-blocked`, `worklet-load-failed`, `code-load-failed`, `speaker-not-found`.
   */
  acquire(): Promise<OpenAudio> {
    this.userCount += 1;
    this.opening ??= this.open();
    return this.opening;
  }

  /** The last user's release closes the context, unless the page made it. */
  async release(): Promise<void> {
    this.userCount -= 1;
    if (this.userCount > 0) return;
    const { context } = this;
    this.ports.onUnused();
    this.keeper?.stop();
    this.keeper = null;
    this.clock = null;
    this.opening = null;
    this.context = null;
    if (context === null || this.options.context !== undefined || context.state === 'closed') return;
    await new Promise((resolve) => setTimeout(resolve, LAST_QUANTUM_MS));
    await context.close();
  }

  /** Where the agent of one more session goes. */
  destination(context: AudioContext): AudioNode {
    return this.options.destination?.(context) ?? context.destination;
  }

  /** Lets sound out, inside a gesture. Before a session it makes the context that the next one uses. */
  unlock(): Promise<void> {
    return this.keep().unlock();
  }

  /** @throws {VoiceError} `speaker-not-found`, `speaker-failed`, `device-not-selectable`. */
  async selectSink(id: string): Promise<void> {
    if (this.context !== null) await setSink(this.context, id);
    this.sinkId = id;
  }

  private async open(): Promise<OpenAudio> {
    // In one task with the click that leads here, so that the browser takes it for the user's wish.
    const keeper = this.keep();
    const context = this.context as AudioContext;
    if (context.audioWorklet === undefined)
      throw createVoiceError('audio-unsupported', 'This page has no AudioWorklet.');
    const isChosen = this.sinkId !== DEFAULT_DEVICE_ID;
    const [graph] = await Promise.all([
      loadCode(import('./audioGraph.ts')),
      keeper.start(),
      this.loadWorklets(context),
      isChosen && setSink(context, this.sinkId),
    ]);
    const clock = new graph.ContextClock(context);
    // Whoever waited may have left meanwhile, and others have opened another one.
    if (this.context === context) this.clock = clock;
    return { context, clock, graph };
  }

  private keep(): ContextKeeper {
    this.context ??= this.options.context ?? createContext();
    this.keeper ??= new ContextKeeper(this.context, this.options.context === undefined, {
      ...this.ports,
      onStateChange: () => this.clock?.reset(),
    });
    return this.keeper;
  }

  private async loadWorklets(context: AudioContext): Promise<void> {
    const { captureWorkletUrl, playoutWorkletUrl, captureScalarWorkletUrl, playoutScalarWorkletUrl } = this.options;
    // Written out in full: bundlers find the files by exactly these expressions.
    const [capture, playout] = hasWasmSimd()
      ? [
          captureWorkletUrl ?? new URL('../worklets/capture.worklet.js', import.meta.url),
          playoutWorkletUrl ?? new URL('../worklets/playout.worklet.js', import.meta.url),
        ]
      : [
          captureScalarWorkletUrl ?? new URL('../worklets/captureScalar.worklet.js', import.meta.url),
          playoutScalarWorkletUrl ?? new URL('../worklets/playoutScalar.worklet.js', import.meta.url),
        ];
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

async function setSink(context: WithSink, id: string): Promise<void> {
  if (context.setSinkId === undefined) {
    throw createVoiceError('device-not-selectable', 'This browser plays through the loudspeaker of the system only.');
  }
  try {
    await context.setSinkId(id === DEFAULT_DEVICE_ID ? '' : id);
  } catch (cause) {
    const isMissing = cause instanceof Error && cause.name === 'NotFoundError';
    throw createVoiceError(
      isMissing ? 'speaker-not-found' : 'speaker-failed',
      `The loudspeaker could not be opened (${cause instanceof Error ? cause.name : 'unknown'}).`,
      { cause },
    );
  }
}
