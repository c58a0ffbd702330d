// This file reads and follows the options: microphone processing, volume, shortcuts.
import type { MicrophoneOptions } from '@voicewire/client/browser';
import type { PageElements } from './elements.ts';

const FULL_VOLUME_PERCENT = 100;

export class OptionsForm {
  /** @param isMicrophoneRaw Starts with all processing of the microphone off. */
  constructor(
    private readonly options: PageElements['options'],
    isMicrophoneRaw: boolean,
  ) {
    for (const box of [options.echoCancellation, options.noiseSuppression, options.autoGainControl]) {
      box.checked = !isMicrophoneRaw;
    }
    this.writeVolume();
  }

  get microphone(): MicrophoneOptions {
    const { echoCancellation, noiseSuppression, autoGainControl } = this.options;
    return {
      echoCancellation: echoCancellation.checked,
      noiseSuppression: noiseSuppression.checked,
      autoGainControl: autoGainControl.checked,
    };
  }

  /** 0 to 1. */
  get volume(): number {
    return this.options.volume.valueAsNumber / FULL_VOLUME_PERCENT;
  }

  get hasShortcuts(): boolean {
    return this.options.shortcuts.checked;
  }

  onVolumeChanged(listen: (volume: number) => void): void {
    this.options.volume.addEventListener('input', () => {
      this.writeVolume();
      listen(this.volume);
    });
  }

  private writeVolume(): void {
    const { volume, volumeValue } = this.options;
    const text = `${volume.valueAsNumber} %`;
    volumeValue.textContent = text;
    volume.setAttribute('aria-valuetext', text);
  }
}
