// This file counts what a page holds on to: loaded before everything else, so that nothing is opened behind its back.

/** What is open, armed or listening now. */
export interface Census {
  readonly liveTracks: number;
  readonly openContexts: number;
  readonly openSockets: number;
  readonly workers: number;
  readonly timers: number;
  /** For what happens to the page and its devices. */
  readonly listeners: number;
  /** Times that a microphone was asked for, since the page was opened. */
  readonly microphoneRequests: number;
}

const tracks: MediaStreamTrack[] = [];
const contexts: AudioContext[] = [];
const sockets: WebSocket[] = [];
let workers = 0;
let listeners = 0;
let microphoneRequests = 0;
const timers = new Set<unknown>();

const { getUserMedia } = MediaDevices.prototype;
MediaDevices.prototype.getUserMedia = async function (constraints) {
  microphoneRequests += 1;
  const stream = await getUserMedia.call(this, constraints);
  tracks.push(...stream.getTracks());
  return stream;
};

window.AudioContext = class extends AudioContext {
  constructor(options?: AudioContextOptions) {
    super(options);
    contexts.push(this);
  }
};
window.WebSocket = class extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    sockets.push(this);
  }
};
window.Worker = class extends Worker {
  constructor(url: string | URL, options?: WorkerOptions) {
    super(url, options);
    workers += 1;
  }

  override terminate(): void {
    workers -= 1;
    super.terminate();
  }
};

const { setTimeout: arm, clearTimeout: disarm } = window;
window.setTimeout = ((fire: () => void, delayMs?: number) => {
  const timer = arm(() => {
    timers.delete(timer);
    fire();
  }, delayMs);
  timers.add(timer);
  return timer;
}) as typeof setTimeout;
window.clearTimeout = (timer) => {
  timers.delete(timer);
  disarm(timer);
};

type Listen = (this: EventTarget, ...call: Parameters<EventTarget['addEventListener']>) => void;
const { addEventListener, removeEventListener } = EventTarget.prototype as unknown as Record<string, Listen>;
/** What happens to a page and its devices. On targets that come and go a listener goes with its target. */
const LASTING = ['devicechange', 'online', 'offline', 'pagehide', 'pageshow', 'freeze', 'resume', 'visibilitychange'];
EventTarget.prototype.addEventListener = function (...call: Parameters<Listen>) {
  if (LASTING.includes(call[0])) {
    listeners += 1;
    const { signal } = typeof call[2] === 'object' ? call[2] : {};
    if (signal) addEventListener?.call(signal, 'abort', () => (listeners -= 1));
  }
  addEventListener?.apply(this, call);
};
EventTarget.prototype.removeEventListener = function (...call: Parameters<Listen>) {
  if (LASTING.includes(call[0])) listeners -= 1;
  removeEventListener?.apply(this, call);
};

export function readCensus(): Census {
  return {
    liveTracks: tracks.filter(({ readyState }) => readyState === 'live').length,
    openContexts: contexts.filter(({ state }) => state !== 'closed').length,
    openSockets: sockets.filter(({ readyState }) => readyState !== WebSocket.CLOSED).length,
    workers,
    timers: timers.size,
    listeners,
    microphoneRequests,
  };
}

/** Does what unplugging the microphones in use does. */
export function endTracks(): void {
  for (const track of tracks.filter(({ readyState }) => readyState === 'live')) {
    track.stop();
    track.dispatchEvent(new Event('ended'));
  }
}

/** Does what a phone call does to the contexts of a page. */
export async function interruptContexts(): Promise<void> {
  await Promise.all(contexts.filter(({ state }) => state === 'running').map((context) => context.suspend()));
}

/** Lets go of what is closed, so that the census itself is no leak. */
export function forgetClosed(): void {
  performance.clearResourceTimings();
  tracks.splice(0, tracks.length, ...tracks.filter(({ readyState }) => readyState === 'live'));
  contexts.splice(0, contexts.length, ...contexts.filter(({ state }) => state !== 'closed'));
  sockets.splice(0, sockets.length, ...sockets.filter(({ readyState }) => readyState !== WebSocket.CLOSED));
}
