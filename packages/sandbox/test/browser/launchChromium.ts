// This file starts the Chromium that browser tests run in, with a fake microphone that plays a file.
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';

const COMMON_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

/**
 * @param microphonePath WAV file that the fake microphone plays, over and over; without it there is no microphone.
 * @throws {Error} When `VOICEWIRE_BROWSER` does not name the browser to use.
 */
export function launchChromium(microphonePath?: string): Promise<Browser> {
  const executablePath = process.env['VOICEWIRE_BROWSER'] ?? '';
  if (executablePath === '') {
    throw new Error('VOICEWIRE_BROWSER names no browser. Run the tests with "pnpm test", or set it to a Chromium.');
  }
  const microphone =
    microphonePath === undefined
      ? []
      : [
          '--use-fake-ui-for-media-stream',
          '--use-fake-device-for-media-stream',
          `--use-file-for-fake-audio-capture=${microphonePath}`,
        ];
  return chromium.launch({ executablePath, args: [...COMMON_ARGUMENTS, ...microphone] });
}
