// This file tells Vite what to serve and build; what is behind it is in `server/webDemoConfig.ts`.
import { defineConfig, loadEnv } from 'vite';
import { readAccess, webDemoConfig } from './server/webDemoConfig.ts';

export default defineConfig(({ mode, command, isPreview }) => {
  // From the environment, or from an `.env.local` beside this file; none of it reaches the page.
  const isServing = command === 'serve' || isPreview === true;
  return webDemoConfig(isServing ? readAccess(loadEnv(mode, import.meta.dirname, 'VOICEWIRE_')) : null);
});
