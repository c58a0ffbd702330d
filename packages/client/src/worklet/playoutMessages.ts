// This file is what the page and the playout worklet say to each other.

/** What the main thread says to the playout worklet. */
export type PlayoutCommand =
  | { readonly type: 'write'; readonly pcm: Int16Array }
  | { readonly type: 'flush'; readonly upstreamSamples: number }
  | { readonly type: 'volume'; readonly gain: number }
  | { readonly type: 'stop' };

/** What the playout worklet says to the main thread. */
export type PlayoutMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
  | { readonly type: 'stopped' }
  | { type: 'speechStarted' | 'speechEnded' | 'flushed'; streamSample: number; outputFrame: number }
  | PlayoutReport;

export interface PlayoutReport {
  type: 'report';
  playedSamples: number;
  discardedSamples: number;
  underrunCount: number;
  rmsDb: number;
}
