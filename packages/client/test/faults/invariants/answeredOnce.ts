// This file watches what the user asks: every wish is granted or refused, once, in typed words.
import type { SessionEvents, SessionStatus } from '../../../src/index.ts';
import type { Method } from '../observation.ts';
import type { Invariant } from './invariant.ts';

export const answeredOnce: Invariant = {
  id: 'vi',
  holds: 'every call of the user is answered exactly once: granted, or refused with a typed error',
  watch(report) {
    const open = new Map<number, Method>();
    const answered = new Set<number>();
    let status: SessionStatus = 'disconnected';
    let interruptions = 0;
    /** Since `connect()`: it may be over again before the promise tells. */
    let wasConnected = false;
    return {
      see(observation) {
        switch (observation.type) {
          case 'called':
            if (observation.method === 'setMicMuted') return;
            if (observation.method !== 'interrupt') open.set(observation.call, observation.method);
            else if (status === 'connected' || status === 'reconnecting') interruptions += 1;
            return;
          case 'settled': {
            const { call, method, code } = observation;
            if (answered.has(call)) report(`${method} was answered twice`);
            answered.add(call);
            open.delete(call);
            if (code === 'not-typed') report(`${method} was refused with something that is no VoiceError`);
            if (method === 'connect' && code === null && !wasConnected)
              report(`connect was granted, but the session is ${status}`);
            if (method === 'disconnect' && code !== null) report(`disconnect was refused with ${code}`);
            return;
          }
          case 'event':
            if (observation.name === 'statusChanged') {
              ({ status } = observation.event as SessionEvents['statusChanged']);
              if (status === 'connecting') wasConnected = false;
              wasConnected ||= status === 'connected';
              // A session that ends while the sound fades has nobody left to tell.
              if (status === 'disconnecting') interruptions = 0;
            }
            if (observation.name === 'interrupted') interruptions = Math.max(0, interruptions - 1);
            return;
          case 'concluded':
            for (const method of open.values()) report(`${method} was never answered`);
            if (interruptions > 0) report(`${interruptions} interruptions were never confirmed`);
            return;
          default:
        }
      },
    };
  },
};
