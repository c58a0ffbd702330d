import { startSandbox } from '@voicewire/sandbox';
import { afterEach, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { amigoRelay, socaRelay, voiceApiTokens } from '../src/node/index.ts';
import {
  CANARIES,
  closeAll,
  closeLater,
  connect,
  enterSoca,
  socaBehind,
  startRelay,
  startVendor,
  until,
} from './rig.ts';

afterEach(closeAll);

const echo = (socket: WebSocket): void =>
  void socket.on('message', (bytes: Buffer, isBinary) => socket.send(bytes, { binary: isBinary }));

describe('the sandbox behind the relay', () => {
  test('each vendor’s credentials open what they should, and the ledger has nothing to say', async () => {
    const sandbox = await startSandbox({
      soca: { privateKey: CANARIES.privateKey },
      amigoAccounts: { apiKey: CANARIES.amigoKey },
    });
    closeLater(() => sandbox.close());
    const { soca, amigo, voiceApi } = sandbox.endpoints;
    const { organization, apiUrl, apiKey, apiKeyId, userId, serviceId } = amigo;
    const rig = await startRelay({
      vendors: {
        soca: socaRelay({
          privateKey: soca.privateKey,
          agentIds: [soca.agentId],
          url: soca.wsUrl,
          apiUrl: soca.apiUrl,
        }),
        amigo: amigoRelay({ ...{ organization, apiKey, apiKeyId, userId }, baseUrl: apiUrl, serviceIds: [serviceId] }),
        voice: voiceApiTokens({ apiUrl: voiceApi.tokenUrl.replace(/\/api\/.*$/, ''), apiKey: voiceApi.apiKey }),
      },
      publicUrl: 'http://127.0.0.1:1',
    });

    const { token, ws_url } = await rig.askFor<{ token: string; ws_url: string }>('voice');
    const voice = connect(ws_url, { origin: null });
    voice.socket.once('open', () => voice.socket.send(JSON.stringify({ token })));
    await until('the Voice API is connected', () => voice.received.includes('{"type":"connected"}'));

    const granted = await rig.askFor<{ token: string; expiresAt: string }>('amigo');
    expect(Date.parse(granted.expiresAt) - Date.now()).toBeLessThanOrEqual(60_000);
    const subprotocol = `bearer.authorization.amigo.ai.${granted.token}`;
    const talk = connect(
      `ws://${rig.authority}/amigo/v1/${organization}/conversation/converse_realtime?response_format=text&current_agent_action_type=%5E%24`,
      { subprotocols: [subprotocol] },
    );
    talk.socket.once('open', () =>
      talk.socket.send(
        JSON.stringify({
          type: 'client.start-conversation',
          service_id: serviceId,
          service_version_set_name: 'release',
        }),
      ),
    );
    await until('Amigo has a conversation', () => String(talk.received[0]).includes('server.conversation-created'));
    expect(talk.socket.protocol).toBe(subprotocol);

    const start = await rig.askFor<{ token: string }>('soca');
    const spoken = connect(`ws://${rig.authority}/soca`);
    spoken.socket.once('open', () =>
      spoken.socket.send(JSON.stringify({ type: 'relay.start', token: start.token, agent_id: soca.agentId })),
    );
    await until('Soca listens', () => spoken.received.includes('{"type":"stt.ready"}'));

    for (const { socket } of [voice, spoken]) socket.close(1000);
    talk.socket.send('{"type":"client.finish-conversation"}');
    await until('it is complete', () => talk.received.some((text) => String(text).includes('conversation-completed')));
    talk.socket.send('{"type":"client.close-connection"}');
    talk.socket.close(1000);
    await until('all are gone', () => rig.relay.connectionCount === 0);
    expect(sandbox.ledger.violations.filter(({ severity }) => severity !== 'note')).toEqual([]);
    const seen = JSON.stringify([rig.events, talk.received, spoken.received, voice.received, granted, start]);
    expect(seen).not.toContain('canary');
  });
});

describe('a relay that ends', () => {
  test('lets nobody in, gives those who are in their time, then closes with 1012, and resolves when all are gone', async () => {
    const vendor = await startVendor(echo);
    const rig = await startRelay({ vendors: socaBehind(vendor.authority) });
    const log = await enterSoca(rig);
    await until('the vendor is there', () => vendor.starts.length === 1);
    const drained = rig.relay.drain({ graceMs: 200 });
    expect((await rig.ask('soca')).status).toBe(503);
    const late = connect(`ws://${rig.authority}/soca`);
    await until('the late one is refused', () => late.refusedStatus === 503);
    log.socket.send('still here');
    await until('it still works', () => log.received.includes('still here'));
    await drained;
    await until('it is closed', () => log.close !== undefined);
    expect(log.close).toEqual({ code: 1012, reason: 'The relay is restarting.' });
    expect(rig.relay.connectionCount).toBe(0);
  });

  test('with nobody in ends at once', async () => {
    const rig = await startRelay({ vendors: socaBehind('127.0.0.1:1') });
    await expect(rig.relay.drain({ graceMs: 3_600_000 })).resolves.toBeUndefined();
  });
});
