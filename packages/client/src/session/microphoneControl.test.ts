import { expect, test } from 'vitest';
import { createVoiceError } from '../errors.ts';
import type { AudioInput } from '../ports/audioInput.ts';
import { MicrophoneControl } from './microphoneControl.ts';

function createControl(shouldRelease: boolean) {
  const log: string[] = [];
  const device = { refuses: false };
  const input = {
    pause: async () => void log.push('pause'),
    resume: async () => {
      if (device.refuses) throw createVoiceError('microphone-failed', 'Busy.');
      log.push('resume');
    },
  } as Partial<AudioInput> as AudioInput;
  const control = new MicrophoneControl(input, shouldRelease, {
    onSilenced: (isSilent) => log.push(isSilent ? 'silent' : 'heard'),
    onError: ({ code }) => log.push(code),
  });
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  return { control, log, device, settle };
}

test('mute and hold silence the microphone, each by itself, and it is heard when neither is left', () => {
  const { control, log } = createControl(false);
  control.start();
  control.setMuted(true);
  control.setOnHold(true);
  control.setMuted(false);
  control.setOnHold(false);
  expect(log).toEqual(['heard', 'silent', 'silent', 'silent', 'heard']);
});

test('the device is let go and taken back, once each, and not for a wish that is taken back at once', async () => {
  const { control, log, settle } = createControl(true);
  control.setMuted(true);
  control.start();
  await settle();
  control.setMuted(false);
  control.setMuted(true);
  await settle();
  control.setMuted(false);
  await settle();
  expect(log.filter((entry) => entry === 'pause' || entry === 'resume')).toEqual(['pause', 'resume']);
});

test('a device that cannot be taken back leaves the microphone muted, with an error', async () => {
  const { control, log, device, settle } = createControl(true);
  control.start();
  control.setMuted(true);
  await settle();
  device.refuses = true;
  control.setMuted(false);
  await settle();
  expect(control.isMuted).toBe(true);
  expect(log.slice(-2)).toEqual(['silent', 'microphone-failed']);
});

test('after the stop nothing is done to the device', async () => {
  const { control, log, settle } = createControl(true);
  control.start();
  control.stop();
  control.setMuted(true);
  await settle();
  expect(log).toEqual(['heard', 'silent']);
});
