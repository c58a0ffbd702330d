// This file listens in between a session and its ports: clock, sockets, microphone, speaker, decoders.
import type {
  AudioDecoders,
  AudioInput,
  AudioOutput,
  Clock,
  SessionPorts,
  Socket,
  SocketConnector,
} from '../../../src/index.ts';
import type { Observation, Reply } from '../observation.ts';
import { tagFrame } from './frameTag.ts';
import { overlay } from './overlay.ts';
import type { PacketReplies } from './tapVendor.ts';

type See = (observation: Observation) => void;

/** What the user's program does meanwhile. */
export interface UserState {
  isMuted: boolean;
}

export function tapPorts(ports: SessionPorts, user: UserState, see: See, replies: PacketReplies): SessionPorts {
  const samples = new WeakMap<Int16Array, Reply>();
  return {
    ...ports,
    clock: tapClock(ports.clock, see),
    sockets: tapSockets(ports.sockets, see),
    input: tapInput(ports.input, user, see),
    output: tapOutput(ports.output, samples, see),
    ...(ports.decoders && { decoders: tapDecoders(ports.decoders, samples, replies) }),
  };
}

function tapClock(clock: Clock, see: See): Clock {
  const running = new Set<unknown>();
  const tell = (): void => see({ type: 'timers', count: running.size });
  return {
    nowMs: () => clock.nowMs(),
    setTimer(delayMs, fire) {
      const timer: unknown = clock.setTimer(delayMs, () => {
        running.delete(timer);
        tell();
        fire();
      });
      running.add(timer);
      tell();
      return timer;
    },
    clearTimer(timer) {
      clock.clearTimer(timer);
      if (running.delete(timer)) tell();
    },
  };
}

function tapSockets(sockets: SocketConnector, see: See): SocketConnector {
  let count = 0;
  return {
    connect(request, handlers) {
      const number = count++;
      const socket: Socket = sockets.connect(request, {
        ...handlers,
        onOpen() {
          see({ type: 'socketOpened', socket: number });
          handlers.onOpen();
        },
        onClose(close) {
          see({ type: 'socketClosed', socket: number, code: close.code });
          handlers.onClose(close);
        },
      });
      see({ type: 'socketCreated', socket: number });
      return overlay(socket, {
        send(message) {
          socket.send(message);
          const { bufferedAmountBytes: bufferedBytes } = socket;
          see({ type: 'socketSent', socket: number, sizeBytes: message.length, bufferedBytes });
        },
        close(code, reason) {
          see({ type: 'socketClosing', socket: number });
          socket.close(code, reason);
        },
      });
    },
  };
}

function tapInput(input: AudioInput, user: UserState, see: See): AudioInput {
  let frames = 0;
  return overlay(input, {
    start(sink, ...rest) {
      see({ type: 'inputStarted' });
      const tapped = overlay(sink, {
        onFrame(frame) {
          const number = frames++;
          see({ type: 'captured', frame: number, isMuted: user.isMuted });
          sink.onFrame({ ...frame, pcm: tagFrame(frame.pcm, number) });
        },
      });
      return input.start(tapped, ...rest);
    },
    // Few turns of the microtask queue: a virtual clock waits for some twenty between two timers.
    stop: () => input.stop().then(() => see({ type: 'inputStopped' })),
  });
}

function tapOutput(output: AudioOutput, samples: WeakMap<Int16Array, Reply>, see: See): AudioOutput {
  return overlay(output, {
    start(...args) {
      see({ type: 'outputStarted' });
      return output.start(...args);
    },
    write(pcm) {
      see({ type: 'written', pcm, reply: samples.get(pcm) });
      output.write(pcm);
    },
    flush() {
      see({ type: 'flushCalled' });
      return output.flush().then((last) => {
        see({ type: 'flushed', wasPlaying: last !== null });
        return last;
      });
    },
    stop: () => output.stop().then(() => see({ type: 'outputStopped' })),
  });
}

/** Follows compressed audio through its decoder, by identity. */
function tapDecoders(
  decoders: AudioDecoders,
  samples: WeakMap<Int16Array, Reply>,
  replies: PacketReplies,
): AudioDecoders {
  return overlay(decoders, {
    open(format, sink) {
      let reply: Reply | undefined;
      const decoder = decoders.open(format, {
        ...sink,
        onPcm(pcm, sampleRate) {
          if (reply !== undefined) samples.set(pcm, reply);
          sink.onPcm(pcm, sampleRate);
        },
        onFault: (error) => sink.onFault(error),
      });
      return overlay(decoder, {
        push(bytes) {
          reply = replies.get(bytes) ?? reply;
          decoder.push(bytes);
        },
      });
    },
  });
}
