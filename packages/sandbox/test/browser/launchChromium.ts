// This file starts the Chromium that browser tests run in, with a fake microphone that plays a file.
import { COMMON_BROWSER_ARGUMENTS, browserPath } from '@voicewire/testkit';
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';

/**
 * @param microphonePath WAV file that the fake microphone plays, over and over; without it there is no microphone.
 * @throws {Error} When `VOICEWIRE_BROWSER` does not name the browser to use.
 */
export function launchChromium(microphonePath?: string): Promise<Browser> {
  const microphone =
    microphonePath === undefined
      ? []
      : [
          '--use-fake-ui-for-media-stream',
          '--use-fake-device-for-media-stream',
          `--use-file-for-fake-audio-capture=${microphonePath}`,
        ];
  const args = [...COMMON_BROWSER_ARGUMENTS, '--autoplay-policy=no-user-gesture-required', ...microphone];
  return chromium.launch({ executablePath: browserPath(), args });
}
