import type { PageRecord } from './page/main.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../src/index.ts';
import { createRig, type Rig } from './harness.ts';

/** Two seconds of a quiet tone: these tests need a microphone, not speech. */
const MICROPHONE = {
  sampleRate: 48_000,
  channelCount: 1,
  samples: Int16Array.from({ length: 96_000 }, (_, i) => 1_000 * Math.sin(i / 20)),
};

/** One browser and one sandbox for all that need no others; each test opens the page anew. */
let shared: Rig;
beforeAll(async () => {
  shared = await createRig({ microphone: MICROPHONE });
});
afterAll(() => shared.close());

let own: Rig | null = null;
afterEach(async () => {
  await own?.close();
  own = null;
});

/** Clicks Connect and waits until it failed with `code` and everything is released. */
async function expectFailure(page: Parameters<Rig['open']>[0], code: ErrorCode, rig = shared): Promise<void> {
  await rig.open(page);
  await rig.page.click('#connect');
  const failed = await rig.until('connect() failed', ({ connect }) => connect.length > 0);
  expect(failed.connect[0]?.outcome, failed.connect[0]?.message).toBe(code);
  expect(JSON.stringify(failed)).not.toContain('demo-key');
  const released = await rig.until(
    'everything is released',
    (record) => record.liveTracks === 0 && ['none', 'closed'].includes(record.contextState),
  );
  expect(released.events.filter(({ name }) => name === 'statusChanged').at(-1)?.event).toMatchObject({
    status: 'failed',
  });
}

describe('bad input in the page: each ends in a typed error, and microphone and context are released', () => {
  test('a wrong key', () =>
    expectFailure({ query: { credentials: '/voice-token?key=wrong' } }, 'credentials-rejected'));

  test('a long-lived key in the page, before anything is sent', async () => {
    const query = {
      vendor: 'soca',
      options: '{"agentId":"68aa00bb11cc22dd33ee44ff"}',
      credentials: '{"privateKey":"demo-key","sessionId":"s-1"}',
    };
    const { connectionCount } = shared.sandbox.ledger;
    await expectFailure({ query }, 'secret-in-browser');
    expect(shared.sandbox.ledger.connectionCount).toBe(connectionCount);
  });

  test('a disabled key', () =>
    expectFailure({ query: { credentials: '/voice-token?key=disabled-key' } }, 'credentials-forbidden'));

  test('a dead token server', async () => {
    own = await createRig({ microphone: MICROPHONE });
    await own.sandbox.close();
    await expectFailure({}, 'credentials-unavailable', own);
  });

  test('a token that is refused', () => expectFailure({ tokenQuery: '?fault=auth-failed' }, 'auth-failed'));

  test('a server that refuses the upgrade', () =>
    expectFailure({ tokenQuery: '?fault=upgrade-refused' }, 'connect-failed'));

  test('a server that never says connected', () =>
    expectFailure(
      { query: { timeouts: '{"acceptMs":2000}' }, tokenQuery: '?fault=never-connected' },
      'accept-timeout',
    ));

  test('a microphone that is denied', async () => {
    own = await createRig({ microphone: null });
    await expectFailure({}, 'microphone-denied', own);
  });

  test('a context at a rate the DSP does not know', async () => {
    await shared.open({ query: { contextRate: '12345' } });
    await shared.page.click('#connect');
    const { connect } = await shared.until('connect() failed', (record) => record.connect.length > 0);
    expect(connect[0]?.outcome, connect[0]?.message).toBe('unsupported-sample-rate');
    // The context was the page's own and stays open; the microphone does not.
    await shared.until('the microphone is released', ({ liveTracks }) => liveTracks === 0);
  });

  test('a worklet file that is not there', () =>
    expectFailure({ query: { worklet: '/no-such.worklet.js' } }, 'worklet-load-failed'));
});

describe('a session in the page that meets what it does not expect', () => {
  async function connect(tokenQuery: string): Promise<Rig> {
    await shared.open({ tokenQuery });
    await shared.page.click('#connect');
    await shared.until('connected', (record) => record.connect[0]?.outcome === 'connected');
    return shared;
  }
  const errorsOf = (events: readonly { name: string; event: unknown }[]) =>
    events.filter(({ name }) => name === 'error').map(({ event }) => event);

  test('text that is no JSON is an error event, and the agent is heard', async () => {
    const current = await connect('?fault=non-json-text');
    const { events } = await current.until('the agent is heard', (record) =>
      record.events.some(({ name }) => name === 'agentSpeechStarted'),
    );
    expect(errorsOf(events)).toEqual(expect.arrayContaining([expect.objectContaining({ code: 'malformed-message' })]));
  });

  test('audio cut inside a sample is reported, and the agent is heard', async () => {
    const current = await connect('?fault=odd-frames&agent=scripted');
    const { events } = await current.until('the agent has finished', (record) =>
      record.events.some(({ name }) => name === 'agentSpeechEnded'),
    );
    expect(errorsOf(events)).toEqual([expect.objectContaining({ code: 'odd-audio-length' })]);
  });

  test('an unknown reason for the end is a typed reason, and everything is released', async () => {
    const current = await connect('?fault=unknown-end-reason');
    const { events } = await current.until('disconnected', (record) =>
      record.events.some(({ name }) => name === 'disconnected'),
    );
    expect(events.find(({ name }) => name === 'disconnected')?.event).toMatchObject({ code: 'unknown' });
    await current.until(
      'everything is released',
      (record) => record.liveTracks === 0 && record.contextState === 'closed',
    );
  });

  test('a socket that drops is replaced by another, the agent is heard again, and hanging up releases everything', async () => {
    const current = await connect('?fault=dropped');
    const statuses = (events: PageRecord['events']): string[] =>
      events.filter(({ name }) => name === 'statusChanged').map(({ event }) => (event as { status: string }).status);
    const { events } = await current.until(
      'connected again, and heard',
      (record) =>
        statuses(record.events).includes('reconnecting') &&
        record.events.filter(({ name }) => name === 'agentSpeechStarted').length >= 2,
    );
    expect(statuses(events).slice(0, 4)).toEqual(['connecting', 'connected', 'reconnecting', 'connected']);
    expect(errorsOf(events)).toEqual([]);
    await current.page.click('#disconnect');
    await current.until(
      'everything is released',
      (record) => record.liveTracks === 0 && record.contextState === 'closed',
    );
  });

  test('muting in the page reaches the sandbox as silence, and the page releases everything on hang-up', async () => {
    const current = await connect('');
    await current.page.evaluate(() => window.setMuted(true));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const connection = current.sandbox.ledger.connections.at(-1);
    const before = connection?.receivedPcm().length ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const received = connection?.receivedPcm().subarray(before) ?? new Int16Array(0);
    expect(received.length).toBeGreaterThan(8_000);
    expect(received.every((value) => value === 0)).toBe(true);
    await current.page.click('#disconnect');
    await current.until(
      'everything is released',
      (record) => record.liveTracks === 0 && record.contextState === 'closed',
    );
    expect(connection?.close).toMatchObject({ code: 1000 });
  });
});
