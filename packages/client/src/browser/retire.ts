// This file takes a worklet node out of service, so that nothing holds on to it or to what it was told to call.

/** The audio thread answers a stop within a quantum; a dead one never does. */
const STOP_LIMIT_MS = 500;

/** Resolves when the audio thread has sent all that it had, and will call the processor once more at most. */
export async function retire(node: AudioWorkletNode): Promise<void> {
  const { port } = node;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, STOP_LIMIT_MS);
    port.addEventListener('message', ({ data: message }: MessageEvent<{ readonly type: string }>) => {
      if (message.type !== 'stopped') return;
      clearTimeout(timer);
      resolve();
    });
    port.postMessage({ type: 'stop' });
  });
  node.onprocessorerror = null;
  port.onmessage = null;
  port.close();
}
