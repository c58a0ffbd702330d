// This file defines what a page and its MP3 worker say to each other.

/** To the worker. Streams are named by numbers of the page's choice, each used once. */
export type Mp3Command =
  | { readonly type: 'prepare' }
  | { readonly type: 'open'; readonly stream: number }
  | { readonly type: 'push'; readonly stream: number; readonly bytes: Uint8Array }
  | { readonly type: 'end' | 'dispose'; readonly stream: number };

/** From the worker. */
export type Mp3Message =
  | {
      readonly type: 'pcm';
      readonly stream: number;
      readonly pcm: Int16Array<ArrayBuffer>;
      readonly sampleRate: number;
    }
  | { readonly type: 'fault'; readonly stream: number; readonly happened: string }
  /** Nothing follows for a stream that was ended. */
  | { readonly type: 'done'; readonly stream: number };
