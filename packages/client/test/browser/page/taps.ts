// This file records two places of the page's audio graph: what the capture worklet is given, and what is played.

/** Samples at the context's rate, silence included. */
export class Tap {
  readonly node: AudioWorkletNode;
  private readonly blocks: Float32Array[] = [];

  constructor(context: AudioContext) {
    this.node = new AudioWorkletNode(context, 'test-recorder', {
      channelCount: 1,
      channelCountMode: 'explicit',
      outputChannelCount: [1],
    });
    this.node.port.onmessage = ({ data }: MessageEvent<Float32Array>) => void this.blocks.push(data);
  }

  /** Everything up to now, as base64 of 32-bit floats: the fastest way to the test process. */
  async read(): Promise<string> {
    const last = await new Promise<Float32Array>((resolve) => {
      this.node.port.onmessage = ({ data }: MessageEvent<Float32Array | { last: Float32Array }>) => {
        if (data instanceof Float32Array) this.blocks.push(data);
        else resolve(data.last);
      };
      this.node.port.postMessage('read');
    });
    const bytes = new Uint8Array(await new Blob([...this.blocks, last] as BlobPart[]).arrayBuffer());
    let text = '';
    for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    return btoa(text);
  }
}

/** Taps of one context. */
export interface Taps {
  readonly microphone: Tap;
  readonly speaker: Tap;
}

/** One tap that plays on what it records. */
export async function createTap(context: AudioContext): Promise<Tap> {
  await context.audioWorklet.addModule(new URL('./recorder.worklet.js', import.meta.url));
  const tap = new Tap(context);
  tap.node.connect(context.destination);
  return tap;
}

/**
 * Makes the taps. Whatever source the session makes of the microphone's stream goes to the microphone tap too: the same
 * node, so that both are given the same quanta.
 */
export async function createTaps(context: AudioContext): Promise<Taps> {
  const taps = { speaker: await createTap(context), microphone: new Tap(context) };
  const createSource = context.createMediaStreamSource.bind(context);
  context.createMediaStreamSource = (stream) => {
    const source = createSource(stream);
    source.connect(taps.microphone.node);
    return source;
  };
  return taps;
}
