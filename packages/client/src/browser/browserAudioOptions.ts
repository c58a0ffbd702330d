// This file says what a page may bring along for its audio: a context, a microphone, a place to play, and addresses of files.

export interface BrowserAudioOptions {
  /** A context of your own; it is used and left open. Default: one at the device's rate, closed after the last session. */
  readonly context?: AudioContext;
  /** A microphone of your own, or anything else that makes a stream; never stopped. Default: the one that is chosen. */
  readonly stream?: MediaStream;
  /** Where agent audio goes, e.g. into an analyser of yours; asked by each session that starts. Default: `context.destination`. */
  readonly destination?: (context: AudioContext) => AudioNode;
  /** Address of the capture worklet's file. Default, of this and the following: beside the package's own modules. */
  readonly captureWorkletUrl?: string | URL;
  /** Address of the playout worklet's file. */
  readonly playoutWorkletUrl?: string | URL;
  /** The same two for browsers whose WebAssembly has no SIMD; only these load them, in the place of the others. */
  readonly captureScalarWorkletUrl?: string | URL;
  readonly playoutScalarWorkletUrl?: string | URL;
  /** Address of the MP3 worker's file; it is loaded when a vendor sends MP3. */
  readonly mp3WorkerUrl?: string | URL;
  /** Address of the MP3 encoder's WebAssembly; it is loaded when a vendor takes MP3 from the user. */
  readonly mp3EncoderUrl?: string | URL;
}
