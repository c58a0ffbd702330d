// This file checks what every close of Amigo's means, and what may be done about it.
import { describe, expect, test } from 'vitest';
import { judgeClose, type CloseContext } from './closeVerdict.ts';
import { CLOSE_CODES } from './constants.ts';

const ACCEPTED: CloseContext = { wasAccepted: true, wasResuming: false };
const CONNECTING: CloseContext = { wasAccepted: false, wasResuming: false };
const RESUMING: CloseContext = { wasAccepted: false, wasResuming: true };

const judge = (code: number, context: CloseContext) => judgeClose({ code, reason: '', wasOpen: true }, context);

describe('judgeClose', () => {
  test.each([
    [1000, { code: 'ended', retry: 'none' }],
    [CLOSE_CODES.unauthorized, { code: 'auth-failed', retry: 'new-credentials' }],
    [CLOSE_CODES.forbidden, { code: 'forbidden', retry: 'never' }],
    [CLOSE_CODES.timeout, { code: 'idle-timeout', retry: 'backoff', maxRetryCount: 1 }],
    [CLOSE_CODES.badRequest, { code: 'message-rejected', retry: 'never' }],
    [CLOSE_CODES.notFound, { code: 'conversation-not-found', retry: 'never' }],
    [CLOSE_CODES.conflict, { code: 'conversation-busy', retry: 'never' }],
    [CLOSE_CODES.unsupportedMedia, { code: 'audio-rejected', retry: 'never' }],
    [CLOSE_CODES.rateLimited, { code: 'rate-limited', retry: 'after-delay', minDelayMs: 5000 }],
    [1001, { code: 'server-shutdown', retry: 'backoff' }],
    [1002, { code: 'closed-by-server', retry: 'never' }],
    [1006, { code: 'connection-lost', retry: 'backoff' }],
    [1009, { code: 'message-rejected', retry: 'never' }],
    [1011, { code: 'connection-lost', retry: 'backoff' }],
    [1012, { code: 'server-shutdown', retry: 'backoff' }],
    [1013, { code: 'closed-by-server', retry: 'after-delay', minDelayMs: 5000 }],
    [1014, { code: 'closed-by-server', retry: 'backoff' }],
    [3001, { code: 'closed-by-server', retry: 'never' }],
    [4403, { code: 'closed-by-server', retry: 'never' }],
    [4999, { code: 'closed-by-server', retry: 'never' }],
  ])('%i means %o', (code, meaning) => {
    expect(judge(code, ACCEPTED)).toEqual({ ...meaning, vendorCode: String(code) });
  });

  test('4009 while continuing is our own lost connection holding on: backoff for at most 35 s', () => {
    const verdict = { code: 'conversation-busy', retry: 'backoff', maxRetryMs: 35_000, vendorCode: '4009' };
    expect(judge(4009, RESUMING)).toEqual(verdict);
    expect(judge(4009, { ...RESUMING, wasAccepted: true })).toMatchObject({ retry: 'never' });
    expect(judge(4009, CONNECTING)).toMatchObject({ retry: 'never' });
  });

  test('what ended the session before decides, whatever code follows', () => {
    for (const code of [1000, 1001, 1006, 3000, 4009]) {
      const verdict = { code: 'ended', retry: 'none', vendorCode: 'left' };
      expect(judge(code, { ...ACCEPTED, endReason: 'left' })).toEqual(verdict);
    }
  });

  test('a stalled connection is a lost one, whatever code follows, our own 1000 too', () => {
    for (const code of [1000, 1006]) {
      expect(judge(code, { ...ACCEPTED, isStalled: true })).toMatchObject({
        code: 'connection-lost',
        retry: 'backoff',
      });
    }
  });

  test('a clean close is no happy end before acceptance or after an error', () => {
    expect(judge(1000, CONNECTING)).toMatchObject({ code: 'closed-by-server', retry: 'backoff' });
    const failed = { code: 'closed-by-server', retry: 'never', vendorCode: '409' };
    expect(judge(1000, { ...ACCEPTED, errorCode: '409' })).toEqual(failed);
  });

  test('a socket that never opened is connect-failed with backoff: a refused token looks no different', () => {
    for (const code of [1006, 1015, 3000]) {
      const verdict = judgeClose({ code, reason: '', wasOpen: false }, CONNECTING);
      expect(verdict).toEqual({ code: 'connect-failed', retry: 'backoff', vendorCode: String(code) });
    }
  });
});
