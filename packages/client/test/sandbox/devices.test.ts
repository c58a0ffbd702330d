import { describe, expect, test } from 'vitest';
import { createConversation, settle } from './conversation.ts';
import { VirtualDevices } from '../../src/testing/index.ts';

describe('devices of a session', () => {
  test('are listed, chosen and watched from connect() to its end, and blocked sound is an event', async () => {
    const devices = new VirtualDevices([{ kind: 'input', id: 'headset', label: 'Headset' }]);
    const { clock, session } = await createConversation({ devices });
    const heard: unknown[] = [];
    session.on('devicesChanged', ({ cause }) => void heard.push(cause));
    session.on('playbackBlocked', () => void heard.push('blocked'));
    expect((await session.listDevices()).map(({ id }) => id)).toEqual(['default', 'default', 'headset']);
    await session.setInputDevice('headset');
    expect(heard).toEqual([]);

    devices.block();
    const connecting = session.connect();
    expect(heard).toEqual(['blocked']);
    await session.unlockAudio();
    await settle(clock, connecting);
    devices.unplug('headset');
    await expect(session.setOutputDevice('headset')).rejects.toMatchObject({ code: 'speaker-not-found' });
    expect(heard).toEqual(['blocked', 'input-replaced']);
    await settle(clock, session.disconnect());
    expect(devices.watcherCount).toBe(0);
  });

  test('are watched by nobody after a connect() that failed', async () => {
    const devices = new VirtualDevices();
    const { clock, session } = await createConversation({ devices, faults: ['auth-failed'] });
    expect(await settle(clock, session.connect())).toMatchObject({ code: 'auth-failed' });
    expect(devices.watcherCount).toBe(0);
  });

  test('do not exist where a program brings its own input and output: a typed StateError, and nothing to unlock', async () => {
    const { session } = await createConversation();
    for (const promise of [session.listDevices(), session.setInputDevice('x'), session.setOutputDevice('x')]) {
      await expect(promise).rejects.toMatchObject({ code: 'device-not-selectable', name: 'StateError' });
    }
    await session.unlockAudio();
  });
});
