// This file is a call as a React component in strict mode, which a test takes off the page and brings back.
import { lab } from './lab.ts';
import { voiceApi } from '@voicewire/protocol/voice-api';
import { createElement, StrictMode, useRef, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { fetchCredentials } from '../../../dist/browser/index.js';
import { useAudioLevel, useVoiceEvent, useVoiceSession } from '../../../dist/react/index.js';

/** What the test reads. */
const seen = { renders: 0, draws: 0, loudest: 0, speechStarts: 0 };

function Call(): ReactNode {
  const meter = useRef<HTMLElement>(null);
  const { session, status, agentState, error, connect, disconnect } = useVoiceSession({
    vendor: voiceApi({ credentials: () => fetchCredentials('/voice-token') }),
  });
  seen.renders += 1;
  useVoiceEvent(session, 'agentSpeechStarted', () => (seen.speechStarts += 1));
  useAudioLevel(session, 'output', (level) => {
    seen.draws += 1;
    seen.loudest = Math.max(seen.loudest, level);
    if (meter.current !== null) meter.current.style.width = `${level * 100}%`;
  });
  return createElement(
    'div',
    null,
    createElement('button', { id: 'connect', onClick: connect }, 'Connect'),
    createElement('button', { id: 'disconnect', onClick: disconnect }, 'Disconnect'),
    createElement('p', { id: 'status' }, `${status} ${agentState} ${error?.code ?? ''}`),
    createElement('i', { ref: meter }),
  );
}

const root = createRoot(document.querySelector('#root') as HTMLElement);
const show = (): void => root.render(createElement(StrictMode, null, createElement(Call)));
const hide = (): void => root.render(null);
show();

const app = { seen, show, hide, lab };

declare global {
  interface Window {
    app: typeof app;
  }
}
window.app = app;
