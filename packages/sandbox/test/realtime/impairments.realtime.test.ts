import { WebSocket } from 'ws';
import { afterEach, describe, expect, test } from 'vitest';
import type { RunningSandbox, StartSandboxOptions } from '../../src/node/index.ts';
import { startSandbox } from '../../src/node/index.ts';
import { WebSocketClient, fetchCredentials, sleep } from './webSocketClient.ts';

const running: RunningSandbox[] = [];

async function connect(options: StartSandboxOptions): Promise<{ sandbox: RunningSandbox; client: WebSocketClient }> {
  const sandbox = await startSandbox({ seed: 1, record: true, agent: 'speaker', ...options });
  running.push(sandbox);
  const client = new WebSocketClient(await fetchCredentials(sandbox.endpoints.voiceApi));
  return { sandbox, client };
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
});

describe('over real sockets', () => {
  test('messages in frames of 7 bytes, late and in bundles, are heard as they were sent', async () => {
    const { sandbox, client } = await connect({
      impairment: 'fragmentBytes=7,delayMs=30,jitterMs=20,bundleEveryMs=100',
    });
    await client.waitFor('agent_ready');
    await sleep(1500);
    const heard = client.heardPcm;
    expect(heard.length).toBeGreaterThan(320 * 10);
    expect(sandbox.ledger.connections[0]?.sentPcm().slice(0, heard.length)).toEqual(heard);
  });

  test.each([
    ['closeAtMs=300,closeCode=1012,closeReason=restart', { code: 1012, reason: 'restart' }],
    ['closeAtMs=300,closeCode=1005', { code: 1005, reason: '' }],
    [`closeAtMs=300,closeCode=4999,closeReason=${'r'.repeat(123)}`, { code: 4999, reason: 'r'.repeat(123) }],
    ['terminateAtMs=300', { code: 1006, reason: '' }],
    ['resetAtMs=300', { code: 1006, reason: '' }],
  ])('%s', async (impairment, close) => {
    const { sandbox, client } = await connect({ impairment });
    expect(await client.closed).toEqual(close);
    await sleep(50);
    expect(sandbox.ledger.connections[0]?.state).toBe('closed');
  });

  test('who answers pings breaks no rule; who does not, breaks S-02, once', async () => {
    const { sandbox, client } = await connect({ impairment: 'pingEveryMs=100' });
    await client.waitFor('agent_ready');
    const { ws_url } = await fetchCredentials(sandbox.endpoints.voiceApi);
    const deaf = new WebSocket(ws_url, { autoPong: false });
    await sleep(1000);
    const rulesOf = (index: number) => Object.keys(sandbox.ledger.connections[index]?.counters.violationsByRule ?? {});
    expect([rulesOf(0).includes('S-02'), rulesOf(1)]).toEqual([false, ['S-02']]);
    expect(sandbox.ledger.connections[1]?.counters.violationsByRule['S-02']).toBe(1);
    deaf.terminate();
  });

  test('half-open: silence, no close, and the sandbox still stops', async () => {
    const { client } = await connect({ impairment: 'halfOpenAtMs=300' });
    let isClosed = false;
    void client.closed.then(() => (isClosed = true));
    await sleep(1700);
    const heard = client.heardPcm.length;
    expect(heard).toBeGreaterThan(0);
    await sleep(500);
    expect([client.heardPcm.length, isClosed]).toEqual([heard, false]);
  });
});
