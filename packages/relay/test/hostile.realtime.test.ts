import { afterEach, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { voiceApiTokens } from '../src/node/index.ts';
import { AGENT, closeAll, connect, enterSoca, socaBehind, startRelay, startVendor, until } from './rig.ts';

afterEach(closeAll);

const echo = (socket: WebSocket): void =>
  void socket.on('message', (bytes: Buffer, isBinary) => socket.send(bytes, { binary: isBinary }));

describe('a client that means no good', () => {
  test('another origin is refused before anything is opened, and so are paths that are not there', async () => {
    const rig = await startRelay({ vendors: socaBehind('127.0.0.1:1') });
    const wrong = [
      connect(`ws://${rig.authority}/soca`, { origin: 'https://evil.example' }),
      connect(`ws://${rig.authority}/soca/x`),
    ];
    await until('both are refused', () => wrong.every(({ refusedStatus }) => refusedStatus !== undefined));
    expect(wrong.map(({ refusedStatus }) => refusedStatus)).toEqual([403, 404]);
    expect(rig.relay.connectionCount).toBe(0);
  });

  test('a token opens one connection: not a second, not that of another vendor, not after it was changed', async () => {
    const vendor = await startVendor(echo);
    const vendors = socaBehind(vendor.authority);
    const rig = await startRelay({
      vendors: {
        ...vendors,
        other: socaBehind(vendor.authority)['soca'] ?? voiceApiTokens({ apiUrl: 'http://x', apiKey: 'x' }),
      },
    });
    const { token } = await rig.askFor<{ token: string }>('soca');
    const enter = (path: string, shown: string) => {
      const log = connect(`ws://${rig.authority}/${path}`);
      log.socket.once('open', () =>
        log.socket.send(JSON.stringify({ type: 'relay.start', token: shown, agent_id: AGENT })),
      );
      return log;
    };
    const elsewhere = enter('other', token);
    const changed = enter('soca', `${token.slice(0, -2)}AA`);
    await until('both are closed', () => elsewhere.close !== undefined && changed.close !== undefined);
    for (const log of [elsewhere, changed])
      expect([log.received, log.close?.code]).toEqual([
        ['{"type":"error","message":"Invalid or expired token"}'],
        1008,
      ]);
    enter('soca', token);
    await until('the vendor is there', () => vendor.starts.length === 1);
    const again = enter('soca', token);
    await until('it is closed', () => again.close !== undefined);
    expect(again.received).toEqual(['{"type":"error","message":"The token was used before; get another."}']);
    expect(vendor.starts).toHaveLength(1);
  });

  test('a message of 16,385 bytes ends the connection with 1009, on both sides of the relay', async () => {
    let closeCode: number | undefined;
    const vendor = await startVendor((socket) => {
      echo(socket);
      socket.on('close', (code) => (closeCode = code));
    });
    const rig = await startRelay({ vendors: socaBehind(vendor.authority) });
    const log = await enterSoca(rig);
    await until('the vendor is there', () => vendor.starts.length === 1);
    log.socket.send(new Uint8Array(16_384));
    await until('16,384 bytes came back', () => log.received.length === 1);
    log.socket.send(new Uint8Array(16_385));
    await until('both are closed', () => log.close !== undefined && closeCode !== undefined);
    expect([log.close?.code, closeCode]).toEqual([1009, 1009]);
  });

  test('a flood of 100,000 empty messages ends the connection, and the vendor saw 400 of them at most', async () => {
    let seenCount = 0;
    const vendor = await startVendor((socket) => socket.on('message', () => void seenCount++));
    const rig = await startRelay({ vendors: socaBehind(vendor.authority) });
    const log = await enterSoca(rig);
    await until('the vendor is there', () => vendor.starts.length === 1);
    for (let i = 0; i < 100_000; i++) log.socket.send('');
    await until('it is closed', () => log.close !== undefined);
    expect(log.close).toEqual({ code: 1008, reason: 'Too many messages came at once.' });
    expect(seenCount).toBeLessThanOrEqual(400);
    expect(rig.events.at(-1)).toMatchObject({ type: 'connectionEnded', endedBy: 'relay', refusal: 'flooded' });
  });

  test('what comes before the vendor is there is kept in order: 300 messages in the same moment as the first', async () => {
    const seen: string[] = [];
    const vendor = await startVendor((socket) =>
      socket.on('message', (bytes: Buffer) => void seen.push(bytes.toString())),
    );
    const rig = await startRelay({ vendors: socaBehind(vendor.authority) });
    const log = await enterSoca(rig);
    log.socket.once('open', () => {
      for (let i = 0; i < 300; i++) log.socket.send(`message ${i}`);
    });
    await until('all have arrived', () => seen.length === 300);
    expect(seen).toEqual(Array.from({ length: 300 }, (_, i) => `message ${i}`));
  });

  test('a client that does not read holds up the vendor, not the relay’s memory', async () => {
    let vendorSocket: WebSocket | undefined;
    const vendor = await startVendor((socket) => (vendorSocket = socket));
    const rig = await startRelay({ vendors: socaBehind(vendor.authority) });
    const log = await enterSoca(rig);
    await until('the vendor is there', () => vendorSocket !== undefined);
    log.socket.pause();
    const message = new Uint8Array(65_536);
    for (let i = 0; i < 800; i++) vendorSocket?.send(message);
    const before = process.memoryUsage().arrayBuffers;
    let buffered = -1;
    // 50 MB in all: what the two systems' buffers do not take stays with the vendor, and then nothing moves.
    await until('nothing moves any more', () => {
      const now = vendorSocket?.bufferedAmount ?? 0;
      const isStill = now === buffered && now < 800 * 65_536;
      buffered = now;
      return isStill;
    });
    expect(buffered).toBeGreaterThan(20_000_000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
    log.socket.resume();
    await until('all of it came through', () => log.received.length === 800, 30_000);
  });

  test('a client that breaks the protocol, or off, leaves nothing behind', async () => {
    const vendor = await startVendor(echo);
    const rig = await startRelay({ vendors: socaBehind(vendor.authority) });
    const [broken, gone] = [await enterSoca(rig), await enterSoca(rig)];
    await until('the vendor is there, twice', () => vendor.starts.length === 2);
    // A frame of a reserved kind, unmasked.
    (broken.socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(Buffer.from([0x83, 0x00]));
    gone.socket.terminate();
    await until('both are gone', () => rig.relay.connectionCount === 0);
    expect(rig.events.filter(({ type }) => type === 'connectionEnded')).toHaveLength(2);
  });

  test('more clients than the relay takes are refused, and taken when others have left', async () => {
    const vendor = await startVendor(echo);
    const rig = await startRelay({ vendors: socaBehind(vendor.authority), maxConnections: 2 });
    const logs = [await enterSoca(rig), await enterSoca(rig)];
    await until('both are in', () => vendor.starts.length === 2);
    const third = connect(`ws://${rig.authority}/soca`);
    await until('the third is refused', () => third.refusedStatus === 503);
    logs[0]?.socket.close(1000);
    await until('one has left', () => rig.relay.connectionCount === 1);
    await enterSoca(rig);
    await until('another is in', () => vendor.starts.length === 3);
    expect(rig.relay.connectionCount).toBe(2);
  });
});
