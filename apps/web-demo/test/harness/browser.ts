// This file starts the browser that tests drive: real Chromium, with a microphone that plays a file.
import { COMMON_BROWSER_ARGUMENTS, browserPath } from '@voicewire/testkit';
import { chromium, type Browser } from 'playwright-core';

export interface MicrophoneSetup {
  /** WAV that the microphone plays once, from its beginning, whenever it is opened. Default: the browser's own beeps. */
  readonly file?: string;
  /** `denied`: the person says no. `missing`: there is no device. */
  readonly fault?: 'denied' | 'missing';
}

/** @throws when `VOICEWIRE_BROWSER` does not name the browser to use. */
export function launchBrowser(microphone: MicrophoneSetup = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath(),
    args: [...COMMON_BROWSER_ARGUMENTS, ...microphoneArguments(microphone)],
  });
}

function microphoneArguments({ file, fault }: MicrophoneSetup): string[] {
  // Without a fake answer to the prompt a headless browser refuses; without a fake device it finds none.
  if (fault === 'denied') return ['--use-fake-device-for-media-stream'];
  if (fault === 'missing') return ['--use-fake-ui-for-media-stream'];
  const played = file === undefined ? [] : [`--use-file-for-fake-audio-capture=${file}%noloop`];
  return ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', ...played];
}
