// This file watches what a session holds: when it is over it holds nothing.
import type { SessionEvents } from '../../../src/index.ts';
import type { Invariant } from './invariant.ts';

export const nothingLeft: Invariant = {
  id: 'ii',
  holds: 'when it is over, no timer, socket, microphone, speaker or listener is left',
  watch(report) {
    const openSockets = new Set<number>();
    let timers = 0;
    let signalListeners = 0;
    let isCapturing = false;
    let isPlaying = false;
    let isOver = true;
    const check = (when: string): void => {
      if (timers > 0) report(`${timers} timers left ${when}`);
      if (openSockets.size > 0) report(`${openSockets.size} sockets left open ${when}`);
      if (isCapturing) report(`the microphone still runs ${when}`);
      if (isPlaying) report(`the speaker still runs ${when}`);
    };
    return {
      see(observation) {
        switch (observation.type) {
          case 'timers':
            timers = observation.count;
            if (isOver && timers > 0) report('a timer was set after the end');
            return;
          case 'signalListeners':
            signalListeners = observation.count;
            return;
          case 'socketCreated':
            openSockets.add(observation.socket);
            if (isOver) report('a socket was opened after the end');
            return;
          case 'socketClosing':
          case 'socketClosed':
            openSockets.delete(observation.socket);
            return;
          case 'inputStarted':
            isCapturing = true;
            return;
          case 'inputStopped':
            isCapturing = false;
            return;
          case 'outputStarted':
            isPlaying = true;
            return;
          case 'outputStopped':
            isPlaying = false;
            return;
          case 'event': {
            if (observation.name !== 'statusChanged') return;
            const { status } = observation.event as SessionEvents['statusChanged'];
            isOver = status === 'disconnected' || status === 'failed';
            if (isOver) check(`when it became ${status}`);
            return;
          }
          case 'concluded':
            if (!isOver) return;
            check('at the end');
            if (signalListeners > 0) report(`${signalListeners} listeners left on abort signals`);
            return;
          default:
        }
      },
    };
  },
};
