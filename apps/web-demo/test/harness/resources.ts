// This file watches what a page opens and holds: microphone tracks, audio contexts, sockets, timers, animation frames.
import type { BrowserContext, Page } from 'playwright-core';

/** What the page holds at one instant. */
export interface HeldResources {
  /** Microphone tracks that have not ended. */
  readonly liveTracks: number;
  /** Audio contexts that are not closed. */
  readonly openContexts: number;
  /** WebSockets that are not closed. */
  readonly openSockets: number;
  readonly pendingTimers: number;
  readonly pendingFrames: number;
}

/** What the page has ever opened: a count of zero would make "nothing is held" mean nothing. */
export interface OpenedResources {
  readonly tracks: number;
  readonly contexts: number;
  readonly sockets: number;
}

export const NOTHING_HELD: HeldResources = {
  liveTracks: 0,
  openContexts: 0,
  openSockets: 0,
  pendingTimers: 0,
  pendingFrames: 0,
};

interface Watch {
  held(): HeldResources;
  opened(): OpenedResources;
}

declare global {
  interface Window {
    resourceWatch: Watch;
  }
}

/** Watches every page of the context from its first script on. */
export async function watchResources(context: BrowserContext): Promise<void> {
  await context.addInitScript(installWatch);
}

export function heldResources(page: Page): Promise<HeldResources> {
  return page.evaluate(() => window.resourceWatch.held());
}

export function openedResources(page: Page): Promise<OpenedResources> {
  return page.evaluate(() => window.resourceWatch.opened());
}

/** Runs in the page, so it may name nothing outside itself. */
function installWatch(): void {
  const tracks: MediaStreamTrack[] = [];
  const contexts: AudioContext[] = [];
  const sockets: WebSocket[] = [];
  const timers = new Set<number>();
  const frames = new Set<number>();

  const { mediaDevices } = navigator;
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (constraints) => {
    const stream = await getUserMedia(constraints);
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
  const setTimer = window.setTimeout.bind(window) as (fire: () => void, delayMs?: number) => number;
  const clearTimer = window.clearTimeout.bind(window) as (timer: number | undefined) => void;
  window.setTimeout = ((fire: () => void, delayMs?: number) => {
    const timer = setTimer(() => {
      timers.delete(timer);
      fire();
    }, delayMs);
    timers.add(timer);
    return timer;
  }) as typeof window.setTimeout;
  window.clearTimeout = ((timer?: number) => {
    timers.delete(timer ?? 0);
    clearTimer(timer);
  }) as typeof window.clearTimeout;
  const requestFrame = window.requestAnimationFrame.bind(window);
  const cancelFrame = window.cancelAnimationFrame.bind(window);
  window.requestAnimationFrame = (draw) => {
    const frame = requestFrame((nowMs) => {
      frames.delete(frame);
      draw(nowMs);
    });
    frames.add(frame);
    return frame;
  };
  window.cancelAnimationFrame = (frame) => {
    frames.delete(frame);
    cancelFrame(frame);
  };
  window.resourceWatch = {
    held: () => ({
      liveTracks: tracks.filter(({ readyState }) => readyState !== 'ended').length,
      openContexts: contexts.filter(({ state }) => state !== 'closed').length,
      openSockets: sockets.filter(({ readyState }) => readyState !== WebSocket.CLOSED).length,
      pendingTimers: timers.size,
      pendingFrames: frames.size,
    }),
    opened: () => ({ tracks: tracks.length, contexts: contexts.length, sockets: sockets.length }),
  };
}
