import { assertSameSamples } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { speaker } from '../src/core.ts';
import { createRig } from './support/rig.ts';

const LINE = Int16Array.from({ length: 320 * 50 }, (_, i) => Math.round(8000 * Math.sin(i / 7)));

describe('profile literal', () => {
  test('a field besides the token is INVALID_AUTH', () => {
    const rig = createRig({ profile: 'literal' });
    const { token, ws_url } = rig.network.issueVoiceApiCredentials();
    const client = rig.openClient(ws_url);
    client.send(JSON.stringify({ token, app: 'mine' }));
    rig.clock.advanceMs(100);
    expect([client.closes[0]?.code, rig.verdicts]).toEqual([4002, ['C-05 fatal']]);
  });

  test('text after the token is INVALID_AUTH, before connected and after it', () => {
    for (const waitMs of [0, 500]) {
      const rig = createRig({ profile: 'literal' });
      const { token, ws_url } = rig.network.issueVoiceApiCredentials();
      const client = rig.openClient(ws_url);
      client.sendToken(token);
      rig.clock.advanceMs(waitMs);
      client.send('hello?');
      rig.clock.advanceMs(100);
      expect(client.closes[0]?.code, `after ${waitMs} ms`).toBe(4002);
    }
  });

  test('under policy record it closes nothing', () => {
    const rig = createRig({ profile: 'literal', policy: 'record' });
    const { token, ws_url } = rig.network.issueVoiceApiCredentials();
    const client = rig.openClient(ws_url);
    client.send(JSON.stringify({ token, app: 'mine' }));
    rig.clock.advanceMs(500);
    client.send('hello?');
    rig.clock.advanceMs(100);
    expect([client.closes, client.types]).toEqual([[], ['connected', 'agent_ready']]);
  });
});

describe('profile legacy', () => {
  test('a session that ends says room_closed; another reason stays', () => {
    for (const [faults, reason] of [
      [[{ name: 'session-ended' }], 'room_closed'],
      [['unknown-end-reason'], 'unplugged'],
    ] as const) {
      const rig = createRig({ profile: 'legacy', voiceApi: { faults } });
      const client = rig.connectClient();
      rig.clock.advanceMs(3000);
      expect(client.texts.at(-1)).toBe(`{"type":"session_ended","reason":"${reason}"}`);
    }
  });
});

describe('profile hostile', () => {
  test('60 connections: each other wordings and lengths, all of them met; no audio is lost and no session ends', () => {
    const rig = createRig({ profile: 'hostile', agent: speaker({ lines: [{ text: 'a tone of 1 s', pcm: LINE }] }) });
    const seen = new Set<string>();
    for (let i = 0; i < 60; i++) {
      const client = rig.connectClient();
      rig.clock.advanceMs(6000);
      for (const type of client.types) seen.add(type);
      for (const { bytes } of client.audio) seen.add(`${bytes.length} bytes`);
      assertSameSamples(`connection ${i}`, client.heardPcm, LINE);
      expect(client.closes).toEqual([]);
      client.close();
      rig.clock.advanceMs(10);
    }
    const wanted = ['agent_ready', 'connected', 'error', 'this is not JSON', 'weather_report'];
    expect([...seen].toSorted()).toEqual(['0 bytes', '639 bytes', '640 bytes', '641 bytes', ...wanted]);
  });
});
