// This file checks what every close means, with and without a last word.
import { describe, expect, test } from 'vitest';
import { judgeClose, type CloseContext } from './closeVerdict.ts';
import { ERROR_MESSAGES } from './constants.ts';

const ACCEPTED: CloseContext = { wasAccepted: true };
const STARTING: CloseContext = { wasAccepted: false };
const failed = (error: string, wasAccepted: boolean): CloseContext => ({ error, wasAccepted });
const judge = (code: number, context: CloseContext) => judgeClose({ code, reason: '', wasOpen: true }, context);

describe('judgeClose', () => {
  test.each([
    [1000, 'ended', 'none'],
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
    [4000, 'closed-by-server', 'backoff'],
    [4999, 'closed-by-server', 'backoff'],
  ])('close %d of an accepted session means %s, retry: %s', (code, meaning, retry) => {
    expect(judge(code, ACCEPTED)).toEqual({ code: meaning, retry, vendorCode: String(code) });
  });

  test.each([
    [ERROR_MESSAGES.invalidToken, 'auth-failed'],
    [ERROR_MESSAGES.mustStart, 'auth-invalid'],
  ])('the error "%s" means %s, never to be tried again, whatever close code follows', (message, meaning) => {
    for (const code of [1000, 1005, 1006, 1008, 1011, 4001]) {
      for (const wasAccepted of [true, false]) {
        const verdict = { code: meaning, retry: 'never', vendorCode: message };
        expect(judge(code, failed(message, wasAccepted))).toEqual(verdict);
      }
    }
  });

  test('another error before acceptance means session-setup-failed with backoff', () => {
    const verdict = { code: 'session-setup-failed', retry: 'backoff', vendorCode: 'No agent' };
    for (const code of [1000, 1006, 1008]) expect(judge(code, failed('No agent', false))).toEqual(verdict);
  });

  test('another error in the conversation leaves the meaning to the close code, and a clean close is no happy end', () => {
    expect(judge(1006, failed('STT is busy', true))).toMatchObject({ code: 'connection-lost', retry: 'backoff' });
    expect(judge(1000, failed('STT is busy', true))).toMatchObject({ code: 'closed-by-server', retry: 'never' });
  });

  test('a clean close before acceptance is not the end of a session', () => {
    expect(judge(1000, STARTING)).toEqual({ code: 'closed-by-server', retry: 'backoff', vendorCode: '1000' });
  });

  test('after our own leaving every close is the end', () => {
    for (const code of [1000, 1006, 4000]) {
      expect(judge(code, { hasLeft: true, wasAccepted: true })).toMatchObject({
        code: 'ended',
        retry: 'none',
      });
    }
  });

  test('an error without words has the close code for a vendor code', () => {
    expect(judge(1011, failed('', true)).vendorCode).toBe('1011');
  });

  test('a socket that never opened is connect-failed with backoff, whatever its code', () => {
    for (const code of [1000, 1006, 1015]) {
      const verdict = judgeClose({ code, reason: '', wasOpen: false }, STARTING);
      expect(verdict).toEqual({ code: 'connect-failed', retry: 'backoff', vendorCode: String(code) });
    }
  });
});
