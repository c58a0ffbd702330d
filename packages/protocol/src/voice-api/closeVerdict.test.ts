// This file checks what every close means, with and without a last word of the server's.
import { describe, expect, test } from 'vitest';
import { judgeClose, type CloseContext } from './closeVerdict.ts';
import { CLOSE_CODES, ERROR_CODES } from './constants.ts';

const ACCEPTED: CloseContext = { lastWord: undefined, wasAccepted: true };
const CONNECTING: CloseContext = { lastWord: undefined, wasAccepted: false };
const failed = (code: string, wasAccepted = false): CloseContext => ({
  lastWord: { type: 'error', code },
  wasAccepted,
});
const ended = (reason: string): CloseContext => ({ lastWord: { type: 'session_ended', reason }, wasAccepted: true });

const judge = (code: number, context: CloseContext) => judgeClose({ code, reason: '', wasOpen: true }, context);

describe('judgeClose', () => {
  test.each([
    [CLOSE_CODES.ended, 'ended', 'none'],
    [CLOSE_CODES.authTimeout, 'auth-timeout', 'new-credentials'],
    [CLOSE_CODES.invalidAuth, 'auth-invalid', 'never'],
    [CLOSE_CODES.authFailed, 'auth-failed', 'new-credentials'],
    [CLOSE_CODES.sessionSetupFailed, 'session-setup-failed', 'backoff'],
    [1001, 'server-shutdown', 'backoff'],
    [1002, 'closed-by-server', 'never'],
    [1003, 'closed-by-server', 'never'],
    [1005, 'closed-by-server', 'backoff'],
    [1006, 'connection-lost', 'backoff'],
    [1007, 'closed-by-server', 'never'],
    [1008, 'closed-by-server', 'never'],
    [1009, 'closed-by-server', 'never'],
    [1011, 'closed-by-server', 'backoff'],
    [1012, 'server-shutdown', 'backoff'],
    [1013, 'closed-by-server', 'backoff'],
    [3000, 'closed-by-server', 'backoff'],
    [4000, 'closed-by-server', 'never'],
    [4004, 'closed-by-server', 'never'],
    [4499, 'closed-by-server', 'never'],
    [4501, 'closed-by-server', 'backoff'],
    [4999, 'closed-by-server', 'backoff'],
  ])('close %d without a last word means %s, retry: %s', (code, meaning, retry) => {
    expect(judge(code, ACCEPTED)).toEqual({ code: meaning, retry, vendorCode: String(code) });
  });

  test.each([
    [ERROR_CODES.authTimeout, 'auth-timeout', 'new-credentials'],
    [ERROR_CODES.invalidAuth, 'auth-invalid', 'never'],
    [ERROR_CODES.authFailed, 'auth-failed', 'new-credentials'],
    [ERROR_CODES.sessionSetupFailed, 'session-setup-failed', 'backoff'],
  ])('error %s means %s, retry: %s, whatever close code follows', (vendorCode, meaning, retry) => {
    for (const code of [1000, 1005, 1006, 1011, 4001, 4002, 4003, 4500]) {
      expect(judge(code, failed(vendorCode))).toEqual({ code: meaning, retry, vendorCode });
    }
  });

  test('every error code has the meaning of its close code', () => {
    for (const name of Object.keys(ERROR_CODES) as (keyof typeof ERROR_CODES)[]) {
      const byClose = judge(CLOSE_CODES[name], CONNECTING);
      const byError = judge(1000, failed(ERROR_CODES[name]));
      expect({ ...byError, vendorCode: '' }).toEqual({ ...byClose, vendorCode: '' });
    }
  });

  test('session_ended means ended and no retry, whatever close code follows', () => {
    for (const reason of ['agent_disconnected', 'session_closed', 'room_closed', 'kiosk_unplugged']) {
      for (const code of [1000, 1006, 4003, 4500]) {
        expect(judge(code, ended(reason))).toEqual({ code: 'ended', retry: 'none', vendorCode: reason });
      }
    }
  });

  test('a farewell of server_shutdown means server-shutdown with backoff, whatever close code follows', () => {
    for (const code of [1000, 1001, 1006, 1012]) {
      const verdict = { code: 'server-shutdown', retry: 'backoff', vendorCode: 'server_shutdown' };
      expect(judge(code, ended('server_shutdown'))).toEqual(verdict);
    }
  });

  test('an unknown error leaves the meaning to the close code, and a clean close after it is no happy end', () => {
    expect(judge(4500, failed('NEW'))).toEqual({ code: 'session-setup-failed', retry: 'backoff', vendorCode: 'NEW' });
    expect(judge(1006, failed('NEW', true))).toMatchObject({ code: 'connection-lost', retry: 'backoff' });
    expect(judge(1000, failed('NEW', true))).toEqual({ code: 'closed-by-server', retry: 'never', vendorCode: 'NEW' });
  });

  test('a clean close before acceptance is not the end of a session', () => {
    expect(judge(1000, CONNECTING)).toEqual({ code: 'closed-by-server', retry: 'backoff', vendorCode: '1000' });
  });

  test('a socket that never opened is connect-failed with backoff, whatever its code', () => {
    for (const code of [1000, 1006, 1015, 4003]) {
      const verdict = judgeClose({ code, reason: '', wasOpen: false }, CONNECTING);
      expect(verdict).toEqual({ code: 'connect-failed', retry: 'backoff', vendorCode: String(code) });
    }
  });
});
