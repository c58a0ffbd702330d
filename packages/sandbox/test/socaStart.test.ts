import { describe, expect, test } from 'vitest';
import { SOCA_RULES } from '../src/core.ts';
import type { SocaClient } from './support/socaRig.ts';
import { AGENT_ID, createSocaRig } from './support/socaRig.ts';

const FRAME = new Uint8Array(640);
const SESSION_PATH = `/v1/session/${AGENT_ID}`;
const key = (value: string) => ({ private_key: value });

/** The last error and the close, e.g. `must start with type=start 1008`. */
function ending(client: SocaClient): string {
  return `${client.of('error').at(-1)?.message ?? ''} ${client.closes[0]?.code ?? 'open'}`.trim();
}

test('every rule of the specification has its number, D-01 to D-15, and ours follow', () => {
  const numbers = Array.from({ length: 17 }, (_, i) => `D-${String(i + 1).padStart(2, '0')}`);
  expect(Object.keys(SOCA_RULES)).toEqual(numbers);
});

describe('D-01, the first message', () => {
  test('nothing for 5 s: the error, and close 1008, at 5,000 ms and not before', () => {
    const rig = createSocaRig();
    const client = rig.open();
    rig.clock.advanceMs(1);
    const openedAtMs = client.openedAtMs ?? 0;
    rig.clock.advanceTo(openedAtMs + 4999);
    expect(client.received).toEqual([]);
    rig.clock.advanceTo(openedAtMs + 5001);
    expect(ending(client)).toBe('must start with type=start 1008');
    expect(rig.verdicts).toEqual(['D-01 fatal']);
  });

  test.each([
    ['audio', FRAME],
    ['stop', '{"type":"stop"}'],
    ['no JSON', 'hello'],
    ['an array', '[]'],
    ['another type', '{"type":"hello"}'],
    ["a relay's start", '{"type":"relay.start","token":"t","agent_id":"a"}'],
  ])('%s: the error, and close 1008', (_name, message) => {
    const rig = createSocaRig();
    const client = rig.open();
    rig.clock.advanceMs(1);
    client.send(message);
    rig.clock.advanceMs(10);
    expect(ending(client)).toBe('must start with type=start 1008');
    expect(rig.verdicts).toEqual(['D-01 fatal']);
  });

  test('with afterError "keep-open" the socket stays, and a good start is still taken', () => {
    const rig = createSocaRig({ soca: { afterError: 'keep-open' } });
    const client = rig.open();
    rig.clock.advanceMs(1);
    client.send('{"type":"stop"}');
    rig.clock.advanceMs(10_000);
    expect(ending(client)).toBe('must start with type=start open');
    client.start();
    rig.clock.advanceMs(200);
    expect(client.course).toEqual(['error', 'ready', 'stt.ready']);
  });

  test('under policy record it is recorded, nothing is said, and a later start is taken', () => {
    const rig = createSocaRig({ policy: 'record' });
    const client = rig.open();
    rig.clock.advanceMs(6000);
    client.send('hello');
    rig.clock.advanceMs(10);
    expect(client.received).toEqual([]);
    client.start();
    rig.clock.advanceMs(200);
    expect(client.course).toEqual(['ready', 'stt.ready']);
    expect(rig.verdicts).toEqual(['D-01 fatal', 'D-01 fatal']);
  });
});

describe('D-02, the fields of start', () => {
  const startWith = (fields: Readonly<Record<string, unknown>>, behaviour = {}) => {
    const rig = createSocaRig(behaviour);
    const client = rig.open();
    rig.clock.advanceMs(1);
    client.start(fields);
    rig.clock.advanceMs(200);
    return { rig, client };
  };

  test.each([
    ['no lang and no sr', { lang: undefined, sr: undefined }],
    ['lang id', { lang: 'id' }],
    ['a field more', { client_version: '3' }],
  ])('%s: taken', (_name, fields) => {
    const { rig, client } = startWith(fields);
    expect(client.course).toEqual(['ready', 'stt.ready']);
    expect(rig.verdicts).toEqual([]);
  });

  test.each([
    ['no key', { private_key: undefined }, 'private_key'],
    ['an empty key', { private_key: '' }, 'private_key'],
    ['a number for a key', { private_key: 7 }, 'private_key'],
    ['an empty session', { session_id: '' }, 'session_id'],
    ['a session of 129 characters', { session_id: 'x'.repeat(129) }, 'session_id'],
    ['an agent of 129 characters', { agent_id: 'x'.repeat(129) }, 'agent_id'],
    ['no agent', { agent_id: undefined }, 'agent_id'],
    ['another language', { lang: 'fr' }, 'lang'],
    ['sr as text', { sr: '16000' }, 'sr'],
    ['sr 48000', { sr: 48_000 }, 'sr'],
    ['a token in place of the key', { private_key: undefined, token: 'demo-key' }, 'private_key'],
  ])('%s: an error that names %s, and close 1008', (_name, fields, field) => {
    const { rig, client } = startWith(fields);
    expect(ending(client)).toBe(`invalid start: ${field} 1008`);
    expect(rig.verdicts).toEqual(['D-02 fatal']);
  });

  test('profile literal refuses unknown fields, profile legacy takes a token for the key', () => {
    expect(ending(startWith({ client_version: '3' }, { profile: 'literal' }).client)).toBe(
      'invalid start: unknown fields 1008',
    );
    const { rig, client } = startWith({ private_key: undefined, token: 'demo-key' }, { profile: 'legacy' });
    expect(client.course).toEqual(['ready', 'stt.ready']);
    expect(rig.verdicts).toEqual([]);
  });

  test('under policy record the session begins all the same', () => {
    const { rig, client } = startWith({ lang: 'fr', sr: '16000' }, { policy: 'record' });
    expect(client.course).toEqual(['ready', 'stt.ready']);
    expect(rig.verdicts).toEqual(['D-02 fatal']);
  });
});

describe('D-03, the key and the session', () => {
  test.each([
    ['a wrong key', { private_key: 'wrong' }, 'Invalid or expired token 1008'],
    ['an unknown agent', { agent_id: '000000000000000000000000' }, 'Agent not found 1008'],
  ])('%s', (_name, fields, wanted) => {
    const rig = createSocaRig();
    const client = rig.open();
    rig.clock.advanceMs(1);
    client.start(fields);
    rig.clock.advanceMs(200);
    expect(ending(client)).toBe(wanted);
    expect(rig.verdicts).toEqual(['D-03 fatal']);
  });

  test('with afterError "keep-open" a refused client that streams is told apart from one that waits', () => {
    const rig = createSocaRig({ soca: { afterError: 'keep-open' } });
    const client = rig.open();
    rig.clock.advanceMs(1);
    client.start({ private_key: 'wrong' });
    rig.clock.advanceMs(3000);
    expect(ending(client)).toBe('Invalid or expired token open');
    expect(rig.verdicts).toEqual(['D-03 fatal']);
    client.send(FRAME);
    rig.clock.advanceMs(1);
    expect(rig.verdicts).toEqual(['D-03 fatal', 'D-01 fatal']);
  });

  test('a session of its own making is taken, unless unknownSessions is "refuse"; a created one always', () => {
    const rig = createSocaRig({ soca: { unknownSessions: 'refuse' } });
    const refused = rig.connect('', '0f0e6c1e-1111-4222-8333-444455556666');
    expect(ending(refused)).toBe('Session not found 1008');
    const created = rig.network.request({ url: SESSION_PATH, headers: key('demo-key') });
    const { data } = JSON.parse(created.body) as { data: { session_id: string } };
    expect(rig.connect('', data.session_id).course).toEqual(['ready', 'stt.ready']);
    expect(createSocaRig().connect('', 'made-up').course).toEqual(['ready', 'stt.ready']);
  });

  test.each([
    ['no key', {}, 401],
    ['a wrong key', key('wrong'), 401],
    ['the demo key', key('demo-key'), 200],
  ])('the request for a session with %s', (_name, headers, status) => {
    const { network, sandbox } = createSocaRig();
    expect(network.request({ url: SESSION_PATH, headers }).status).toBe(status);
    expect(sandbox.ledger.violations.map(({ ruleId }) => ruleId)).toEqual(status === 200 ? [] : ['D-03']);
  });

  test('its answer has the documented shape, GET lists what was created, others are 404 and 405', () => {
    const { network } = createSocaRig();
    const request = (method: string, url = SESSION_PATH) => network.request({ method, url, headers: key('demo-key') });
    const { status, message, data } = JSON.parse(request('POST').body) as {
      status: boolean;
      message: string;
      data: { session_id: string };
    };
    expect([status, typeof message]).toEqual([true, 'string']);
    expect(data.session_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(JSON.parse(request('GET').body)).toMatchObject({ status: true, data: [data] });
    expect(request('POST', '/v1/session/unknown').status).toBe(404);
    expect([request('DELETE').status, request('DELETE').headers['allow']]).toEqual([405, 'GET, POST, OPTIONS']);
  });

  test('a page on localhost may ask for a session across origins', () => {
    const { network } = createSocaRig();
    const from = (method: string) =>
      network.request({ method, url: SESSION_PATH, headers: { ...key('demo-key'), origin: 'http://localhost:5173' } });
    expect(from('OPTIONS').headers['access-control-allow-headers']).toContain('private_key');
    expect(from('POST').headers['access-control-allow-origin']).toBe('http://localhost:5173');
  });

  test('under policy record a wrong key is recorded and the session begins; so for HTTP', () => {
    const rig = createSocaRig({ policy: 'record' });
    const client = rig.open();
    rig.clock.advanceMs(1);
    client.start({ private_key: 'wrong' });
    rig.clock.advanceMs(200);
    expect(client.course).toEqual(['ready', 'stt.ready']);
    expect(rig.verdicts).toEqual(['D-03 fatal']);
    expect(rig.network.request({ url: SESSION_PATH }).status).toBe(200);
  });
});
