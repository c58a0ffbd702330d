// This file watches endings: each has one typed reason, told once, and after it there is silence.
import { ERROR_CATALOGUE, VoiceError, type DisconnectReason, type SessionEvents } from '../../../src/index.ts';
import type { Invariant } from './invariant.ts';

const REASONS_WITHOUT_ERROR = ['user', 'agent-ended', 'server-ended', 'server-shutdown', 'client-ended', 'unknown'];

export const oneReason: Invariant = {
  id: 'one reason',
  holds: 'a session that was connected ends with one typed reason, one that was not with one error, and then is silent',
  watch(report) {
    let wasConnected = false;
    let reasons = 0;
    let isOver = true;
    const checkReason = (reason: DisconnectReason): void => {
      reasons += 1;
      if (!wasConnected) report('disconnected was told of a session that was never connected');
      if (reasons > 1) report(`disconnected was told ${reasons} times`);
      if (!(reason.code in ERROR_CATALOGUE) && !REASONS_WITHOUT_ERROR.includes(reason.code))
        report(`the reason ${reason.code} is in no table`);
      if (reason.error !== undefined && reason.error.code !== reason.code)
        report(`the reason is ${reason.code}, but its error ${reason.error.code}`);
    };
    return {
      see(observation) {
        if (observation.type === 'event') {
          const { name, event } = observation;
          if (name === 'statusChanged') {
            const { status } = event as SessionEvents['statusChanged'];
            if (status === 'connecting') {
              wasConnected = false;
              reasons = 0;
            }
            wasConnected ||= status === 'connected';
            isOver = status === 'disconnected' || status === 'failed';
            return;
          }
          if (name === 'error' && !(event instanceof VoiceError)) report('an error event is no VoiceError');
          if (name === 'disconnected') return checkReason(event as DisconnectReason);
          // The last two words of a session: the error that ended it, and the reason.
          if (isOver && !(name === 'error' && reasons === 0)) report(`${name} was told after the end`);
        }
        if (observation.type === 'settled' && observation.method === 'connect') {
          const { code } = observation;
          if (code !== null && isOver && wasConnected && reasons === 0) report('connect was refused before the reason');
        }
        if (observation.type === 'concluded' && isOver && wasConnected && reasons === 0)
          report('a session that was connected ended without a reason');
      },
    };
  },
};
