// This file starts what a browser test needs: a sandbox, a page that talks to it, and a Chromium with a fake microphone.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Relay } from '@voicewire/relay';
import { startSandbox, type RunningSandbox, type StartSandboxOptions } from '@voicewire/sandbox';
import { COMMON_BROWSER_ARGUMENTS, browserPath, encodeWav, type WavAudio } from '@voicewire/testkit';
import { chromium, type Browser, type Page } from 'playwright-core';
import { createServer, type ViteDevServer } from 'vite';
import { relayFor } from '../relayFor.ts';
import type { PageRecord } from './page/main.ts';

const PAGE_ROOT = fileURLToPath(new URL('./page', import.meta.url));
const PACKAGES = fileURLToPath(new URL('../../../..', import.meta.url));

export interface RigOptions {
  readonly sandbox?: StartSandboxOptions;
  /** What the fake microphone plays, once. Null: there is one, but the browser denies it. */
  readonly microphone: WavAudio | { readonly path: string } | null;
  /** Content security policy of every answer of the page's server. */
  readonly policy?: string;
  /** More words for the browser's command line. */
  readonly browserArgs?: readonly string[];
}

/** A page with a session in it. */
export interface Rig {
  readonly sandbox: RunningSandbox;
  readonly page: Page;
  /** Opens the page. `query` goes to its address, `tokenQuery` to the sandbox's token endpoint. */
  open(options?: { query?: Record<string, string>; tokenQuery?: string }): Promise<void>;
  /** Opens another page of the folder, and asks it nothing. */
  openPage(name: string): Promise<void>;
  /** Opens the page without a program, for tests that bring their own. */
  openLab(): Promise<void>;
  /** Names of the files the page has loaded; worklets are not seen by the browser's own log. */
  readonly loadedFiles: ReadonlySet<string>;
  record(): Promise<PageRecord>;
  /** Waits for the page to say something. */
  until(what: string, isTrue: (record: PageRecord) => boolean, limitMs?: number): Promise<PageRecord>;
  close(): Promise<void>;
}

export async function createRig(options: RigOptions): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), 'voicewire-browser-'));
  const sandbox = await startSandbox({ record: true, ...options.sandbox });
  let tokenQuery = '';
  let relay: Relay | null = null;
  const loadedFiles = new Set<string>();
  const server = await startPageServer(
    { loadedFiles, policy: options.policy },
    () => `${sandbox.endpoints.voiceApi.tokenUrl}${tokenQuery}`,
    sandbox.endpoints.voiceApi.apiKey,
    () => relay,
  );
  const origin = new URL(server.resolvedUrls?.local[0] ?? '').origin;
  relay = relayFor(sandbox, { origins: [origin] });
  const browser = await launch(options, folder);
  const page = await browser.newPage();
  const pageErrors: string[] = [];
  page.on('pageerror', (error) => pageErrors.push(String(error)));
  const record = (): Promise<PageRecord> => page.evaluate(() => window.record);
  return {
    sandbox,
    page,
    loadedFiles,
    record,
    async open({ query = {}, tokenQuery: nextTokenQuery = '' } = {}) {
      tokenQuery = nextTokenQuery;
      await page.goto(`${server.resolvedUrls?.local[0]}?${new URLSearchParams(query)}`);
      await page.waitForFunction(() => window.record !== undefined);
    },
    async openPage(name) {
      await page.goto(`${server.resolvedUrls?.local[0]}${name}`);
    },
    async openLab() {
      await page.goto(`${server.resolvedUrls?.local[0]}lab.html`);
      await page.waitForFunction(() => window.lab !== undefined);
    },
    async until(what, isTrue, limitMs = 30_000) {
      for (const endMs = Date.now() + limitMs; ;) {
        const current = await record();
        if (isTrue(current)) return current;
        if (Date.now() > endMs)
          throw new Error(`Waited ${limitMs} ms in vain until ${what}. Page: ${describe(current, pageErrors)}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async close() {
      await browser.close();
      await relay?.drain();
      await server.close();
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function describe({ events, connect, contextState, liveTracks }: PageRecord, pageErrors: string[]): string {
  const shown = events.filter(({ name }) => name !== 'raw').slice(-12);
  return JSON.stringify({ shown, connect, contextState, liveTracks, pageErrors });
}

/** Serves the page, and `/voice-token` the way a user's own server would: the key stays here. */
async function startPageServer(
  { loadedFiles, policy }: { readonly loadedFiles: Set<string>; readonly policy: string | undefined },
  tokenUrl: () => string,
  apiKey: string,
  relay: () => Relay | null,
): Promise<ViteDevServer> {
  const server = await createServer({
    root: PAGE_ROOT,
    configFile: false,
    logLevel: 'error',
    server: { port: 0, host: 'localhost', fs: { allow: [PACKAGES] }, hmr: false },
    plugins: [
      {
        name: 'voice-token',
        configureServer({ middlewares, httpServer }) {
          httpServer?.on('upgrade', (request, socket, head: Buffer) => relay()?.handleUpgrade(request, socket, head));
          middlewares.use((request, response, next) => {
            if (policy !== undefined) response.setHeader('content-security-policy', policy);
            loadedFiles.add(new URL(request.url ?? '', 'http://localhost').pathname.replace(/.*\//, ''));
            if (request.url?.endsWith('-token') !== true || request.url === '/voice-token') next();
            else relay()?.handleRequest(request, response, next);
          });
          middlewares.use('/voice-token', (request, response) => {
            const key = new URL(request.url ?? '', 'http://localhost').searchParams.get('key') ?? apiKey;
            fetch(tokenUrl(), { method: 'POST', headers: { authorization: `Bearer ${key}` } }).then(
              async (answer) => {
                response.statusCode = answer.status;
                response.end(await answer.text());
              },
              () => {
                response.statusCode = 502;
                response.end();
              },
            );
          });
        },
      },
    ],
  });
  return server.listen();
}

async function launch({ microphone, browserArgs = [] }: RigOptions, folder: string): Promise<Browser> {
  const args = [...COMMON_BROWSER_ARGUMENTS, ...browserArgs, '--use-fake-device-for-media-stream'];
  if (microphone !== null) {
    const path = 'path' in microphone ? microphone.path : join(folder, 'microphone.wav');
    if (!('path' in microphone)) await writeFile(path, encodeWav(microphone));
    args.push('--use-fake-ui-for-media-stream', `--use-file-for-fake-audio-capture=${path}%noloop`);
  }
  return chromium.launch({ executablePath: browserPath(), args });
}
