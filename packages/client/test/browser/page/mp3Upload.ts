// This file is the page of the MP3 upload test: push-to-talk with MP3 up.
import { amigo, type AmigoOptions } from '@voicewire/protocol/amigo';
import { createVoiceSession, VoiceError } from '../../../dist/browser/index.js';

/** What the test reads. Plain data only, so that it crosses to the test process. */
export interface UploadRecord {
  state: string;
  readonly errors: string[];
}

declare global {
  interface Window {
    uploadRecord: UploadRecord;
    /** Whom to talk to, before the click. */
    setUpUpload(options: AmigoOptions): void;
    hangUp(): Promise<void>;
  }
}

const record: UploadRecord = { state: 'new', errors: [] };
window.uploadRecord = record;

function note(thrown: unknown): void {
  record.state = 'failed';
  record.errors.push(thrown instanceof VoiceError ? `${thrown.code}: ${String(thrown.cause)}` : String(thrown));
}

window.setUpUpload = (options) => {
  const session = createVoiceSession({
    vendor: amigo(options),
    microphone: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  });
  session.setMicMuted(true);
  session.on('error', note);
  document.querySelector('#connect')?.addEventListener('click', () => {
    session.connect().then(() => (record.state = 'connected'), note);
  });
  const button = document.querySelector('#talk');
  button?.addEventListener('pointerdown', () => session.setMicMuted(false));
  button?.addEventListener('pointerup', () => {
    session.setMicMuted(true);
    session.endUserTurn().then(() => (record.state = 'said'), note);
  });
  window.hangUp = () => session.disconnect();
};
