import { afterEach, expect, test, vi } from 'vitest';
import type { Mp3Command, Mp3Message } from '../workers/mp3Messages.ts';
import { WorkerDecoders } from './workerDecoders.ts';

/** Stands in for the platform's Worker: keeps what it is told, and says what the test wants. */
class FakeWorker {
  static started: FakeWorker[] = [];
  readonly commands: Mp3Command[] = [];
  onmessage: ((event: { data: Mp3Message }) => void) | null = null;
  onerror: ((event: { preventDefault(): void }) => void) | null = null;

  constructor() {
    FakeWorker.started.push(this);
  }

  postMessage(command: Mp3Command): void {
    this.commands.push(command);
  }

  terminate(): void {}
}

afterEach(() => {
  vi.unstubAllGlobals();
  FakeWorker.started = [];
});

function createDecoders() {
  vi.stubGlobal('Worker', FakeWorker);
  const decoders = new WorkerDecoders('mp3.worker.js');
  const got: string[] = [];
  const open = () =>
    decoders.open(undefined, {
      onPcm: (pcm) => got.push(`${pcm.length} samples`),
      onFault: ({ code }) => got.push(code),
    });
  return { open, got };
}

const PCM = { type: 'pcm', pcm: new Int16Array(5), sampleRate: 16_000 } as const;

test('a worker that dies is reported once per stream, and its streams start no other; the next stream does', () => {
  const { open, got } = createDecoders();
  const stream = open();
  FakeWorker.started[0]?.onerror?.({ preventDefault: () => undefined });
  for (let packet = 0; packet < 20; packet++) stream.push(new Uint8Array(1));
  stream.end();
  stream.dispose();
  expect(FakeWorker.started.length).toBe(1);
  expect(got).toEqual(['audio-undecodable']);
  open();
  expect(FakeWorker.started.length).toBe(2);
});

test('an ended stream is heard to its end, and forgotten when the worker is done with it', () => {
  const { open, got } = createDecoders();
  open().end();
  const [worker] = FakeWorker.started;
  const say = (message: Mp3Message): void => worker?.onmessage?.({ data: message });
  say({ ...PCM, stream: 0 });
  say({ type: 'done', stream: 0 });
  say({ ...PCM, stream: 0 });
  expect(got).toEqual(['5 samples']);
});
