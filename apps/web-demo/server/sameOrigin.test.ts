import { describe, expect, test } from 'vitest';
import { isOwnOrigin } from './sameOrigin.ts';

const HOST = 'localhost:5173';

describe('isOwnOrigin', () => {
  test.each([
    ['its own page', { host: HOST, origin: `http://${HOST}`, 'sec-fetch-site': 'same-origin' }],
    ['its own page in a browser without Sec-Fetch-Site', { host: HOST, origin: `http://${HOST}` }],
    ['a program', { host: HOST }],
  ])('lets %s in', (_who, headers) => {
    expect(isOwnOrigin(headers)).toBe(true);
  });

  test.each([
    ['another site', { host: HOST, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['another site that hides its origin', { host: HOST, 'sec-fetch-site': 'cross-site' }],
    [
      'another port of the same machine',
      { host: HOST, origin: 'http://localhost:8080', 'sec-fetch-site': 'same-site' },
    ],
    ['another port, without Sec-Fetch-Site', { host: HOST, origin: 'http://localhost:8080' }],
    ['a sandboxed frame or a file', { host: HOST, origin: 'null' }],
    ['an origin that only begins like ours', { host: HOST, origin: `http://${HOST}.evil.example` }],
    ['an address bar', { host: HOST, 'sec-fetch-site': 'none' }],
    ['two origins', { host: HOST, origin: [`http://${HOST}`, 'https://evil.example'] }],
    ['no host', { origin: `http://${HOST}` }],
  ])('keeps %s out', (_who, headers) => {
    expect(isOwnOrigin(headers)).toBe(false);
  });
});
