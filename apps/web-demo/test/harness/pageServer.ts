// This file serves the page to tests, by the very configuration that the commands use, on a free port.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, createServer, mergeConfig, preview, type InlineConfig, type Plugin, type UserConfig } from 'vite';
import type { VoiceApiAccess } from '../../server/tokenSource.ts';
import { webDemoConfig } from '../../server/webDemoConfig.ts';

export interface PageServer {
  /** Ends in a slash. */
  readonly url: string;
  close(): Promise<void>;
}

/** A build of its own, so that no test sees a stale one. */
export interface PageBuild {
  readonly folder: string;
  remove(): Promise<void>;
}

/** Refused requests are what some tests are about; Vite would print each. */
const QUIET: InlineConfig = { configFile: false, logLevel: 'silent' };

export async function buildPage(): Promise<PageBuild> {
  const folder = await mkdtemp(join(tmpdir(), 'voicewire-web-demo-'));
  await build(withOverrides(null, { build: { outDir: folder, emptyOutDir: true } }));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/**
 * @param access The Voice API server behind it; null for the embedded sandbox.
 * @param plugins Of the test.
 */
export async function startPreview(
  { folder }: PageBuild,
  access: VoiceApiAccess | null,
  plugins: Plugin[] = [],
): Promise<PageServer> {
  const server = await preview(withOverrides(access, { build: { outDir: folder }, preview: { port: 0 }, plugins }));
  return { url: urlOf(server.resolvedUrls), close: () => server.close() };
}

/** As `startPreview`, from the sources. */
export async function startDev(access: VoiceApiAccess | null, plugins: Plugin[] = []): Promise<PageServer> {
  const server = await createServer(withOverrides(access, { server: { port: 0 }, plugins }));
  await server.listen();
  return { url: urlOf(server.resolvedUrls), close: () => server.close() };
}

function withOverrides(access: VoiceApiAccess | null, overrides: UserConfig): InlineConfig {
  return { ...mergeConfig(webDemoConfig(access), overrides), ...QUIET };
}

function urlOf(urls: { local: string[] } | null): string {
  const url = urls?.local[0];
  if (url === undefined) throw new Error('Vite listens on no local address.');
  return url;
}
