// This file is the worker that decodes MP3, so that neither page nor audio thread waits for it.
import type { AudioDecoder } from '../downlink/audioDecoder.ts';
import { Mp3Decoders } from '../mp3/mp3Decoders.ts';
import type { Mp3Command, Mp3Message } from './mp3Messages.ts';

/** The part of a worker's global scope that is used here; its library types would shut out those of pages. */
interface WorkerScope {
  onmessage: ((event: { readonly data: Mp3Command }) => void) | null;
  postMessage(message: Mp3Message, transfer: readonly ArrayBuffer[]): void;
}

const scope = globalThis as unknown as WorkerScope;
const decoders = new Mp3Decoders();
const streams = new Map<number, AudioDecoder>();

function open(stream: number): void {
  const decoder = decoders.open(undefined, {
    onPcm: (samples, sampleRate) => {
      const pcm = samples as Int16Array<ArrayBuffer>;
      scope.postMessage({ type: 'pcm', stream, pcm, sampleRate }, [pcm.buffer]);
    },
    onFault: ({ message }) => scope.postMessage({ type: 'fault', stream, happened: message }, []),
  });
  streams.set(stream, decoder);
}

scope.onmessage = ({ data: command }) => {
  if (command.type === 'prepare') return decoders.prepare();
  if (command.type === 'open') return open(command.stream);
  const decoder = streams.get(command.stream);
  if (command.type === 'push') return decoder?.push(command.bytes);
  streams.delete(command.stream);
  if (command.type === 'dispose') return decoder?.dispose();
  decoder?.end();
  decoders.run(() => scope.postMessage({ type: 'done', stream: command.stream }, []));
};
