// This file is the Vite configuration as a function, so that tests serve the page exactly as the commands do.
import { fileURLToPath } from 'node:url';
import type { UserConfig } from 'vite';
import { securityHeaders } from './securityHeaders.ts';
import type { VoiceApiAccess } from './tokenSource.ts';
import { voiceTokenPlugin } from './voiceTokenPlugin.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** What the page is made of; all else in the repository stays unserved, this file with it. */
const SERVED_FOLDERS = [
  'src',
  'public',
  '../../packages/client/dist',
  '../../packages/protocol/dist',
  '../../packages/dsp-wasm/dist',
];

/** @param access The Voice API server to talk to; null for the built-in sandbox. */
export function webDemoConfig(access: VoiceApiAccess | null): UserConfig {
  return {
    root: ROOT,
    plugins: [voiceTokenPlugin({ access })],
    // Several pages or none: an address that does not exist is a 404, not this page again.
    appType: 'mpa',
    // The workspace's packages are ES modules already; a bundle made on discovery would reload the page in mid-call.
    optimizeDeps: { noDiscovery: true, include: [] },
    build: {
      target: 'es2022',
      sourcemap: true,
      // As a `data:` URL a worklet would need more than `script-src 'self'`.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
    server: {
      headers: securityHeaders('dev'),
      cors: false,
      fs: { allow: SERVED_FOLDERS.map((folder) => fileURLToPath(new URL(`../${folder}`, import.meta.url))) },
    },
    preview: { headers: securityHeaders('preview'), cors: false },
  };
}

/**
 * Reads which server to talk to.
 * @param environment `VOICEWIRE_API_URL` and `VOICEWIRE_API_KEY`: both, or neither for the sandbox.
 */
export function readAccess(environment: Readonly<Record<string, string | undefined>>): VoiceApiAccess | null {
  const { VOICEWIRE_API_URL: apiUrl = '', VOICEWIRE_API_KEY: apiKey = '' } = environment;
  if (apiUrl === '' && apiKey === '') return null;
  if (apiUrl !== '' && apiKey !== '') return { apiUrl, apiKey };
  const [set, missing] = apiUrl === '' ? ['KEY', 'URL'] : ['URL', 'KEY'];
  throw new Error(
    `VOICEWIRE_API_${set} is set but VOICEWIRE_API_${missing} is not: set both, or neither for the sandbox.`,
  );
}
