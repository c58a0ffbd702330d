import { describe, expect, test } from 'vitest';
import { preflight, refusal, withCors } from './access.ts';
import { jsonResponse } from './http.ts';

const policy = { allowedHosts: ['sandbox.test'], allowedOrigins: ['https://demo.example'] };
const statusOf = (host: string | undefined, origin?: string): number => {
  const headers = { ...(host === undefined ? {} : { host }), ...(origin === undefined ? {} : { origin }) };
  return refusal(headers, policy)?.status ?? 200;
};

describe('Host check (DNS rebinding)', () => {
  test.each([
    'localhost',
    'localhost:8787',
    'LOCALHOST:1',
    '127.0.0.1:8787',
    '127.8.8.8',
    '[::1]:8787',
    '192.168.1.5:80',
    'sandbox.test:99',
    'a.localhost',
  ])('%s passes', (host) => {
    expect(statusOf(host)).toBe(200);
  });

  test.each([
    undefined,
    '',
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example:8787',
    'sandbox.test.evil.example',
    'evil.example:127.0.0.1',
    `[${'x'.repeat(300)}`,
  ])('%s is refused with 421', (host) => {
    expect(statusOf(host)).toBe(421);
  });
});

describe('Origin check (cross-site sockets)', () => {
  test.each([
    undefined,
    'http://localhost:5173',
    'https://localhost',
    'http://127.0.0.1:3000',
    'http://[::1]:3000',
    'https://demo.example',
  ])('%s passes', (origin) => {
    expect(statusOf('localhost', origin)).toBe(200);
  });

  test.each([
    'null',
    'https://evil.example',
    'http://localhost.evil.example',
    'http://localhost@evil.example',
    'http://demo.example',
    'file://',
    '',
  ])('%s is refused with 403', (origin) => {
    expect(statusOf('localhost', origin)).toBe(403);
  });
});

describe('CORS', () => {
  test('the origin is allowed by name, never by *, and caches are told', () => {
    const { headers } = withCors(jsonResponse(200, {}), { origin: 'http://localhost:5173' });
    expect(headers).toMatchObject({ 'access-control-allow-origin': 'http://localhost:5173', vary: 'origin' });
    expect(withCors(jsonResponse(200, {}), {}).headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('a preflight allows POST with a bearer key', () => {
    const response = preflight({ origin: 'http://localhost:5173' });
    expect(response.status).toBe(204);
    expect(response.headers).toMatchObject({
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-allow-origin': 'http://localhost:5173',
    });
  });
});
