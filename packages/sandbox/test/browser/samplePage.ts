// This file runs the programs of the vendors' pages in Chromium, from another origin than the sandbox's. Their text is read
// when the tests run and never kept here; only hosts and credentials are replaced.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSeededRandom, encodeWav, findSharedFile, makeSpeechLike } from '@voicewire/testkit';
import type { Browser, Page } from 'playwright-core';
import type { AmigoEndpoints, ConnectionRecord, RunningSandbox, StartSandboxOptions } from '../../src/node/index.ts';
import { startSandbox } from '../../src/node/index.ts';
import { launchChromium } from './launchChromium.ts';

const SAMPLE_RATE = 48_000;

/** The vendors' pages, as they were stored; each is null, with the reason printed, where they are not. */
export function findVendorPages() {
  const find = (name: string): string | null => findSharedFile(`reference/vendor-docs/${name}.txt`);
  return {
    amigo: find('000_001202f6a76adfda'),
    amigoPlain: find('001_fb70b794c93a7d80'),
    voiceApi: find('002_300445899f8ad283'),
    soca: find('004_ca83c0bc640d543f'),
  };
}

/** The text of a page. */
export function readVendorPage(path: string | null): string {
  return readFileSync(path ?? '', 'utf8');
}

/**
 * The part of `text` from the first `from` on, up to the next `to`.
 *
 * @throws {Error} When either is not there: the page has changed.
 */
export function cutOut(text: string, from: string, to: string): string {
  const start = text.indexOf(from);
  const end = text.indexOf(to, start + from.length);
  if (start < 0 || end < 0) throw new Error(`The page does not hold ${JSON.stringify(start < 0 ? from : to)}.`);
  return text.slice(start, end);
}

/** The first block of code in `text` behind `heading`. */
export function blockAfter(text: string, heading: string): string {
  const section = text.slice(text.indexOf(heading));
  const [, code] = /```\w+[^\n]*\n([^]*?)\n```/.exec(section) ?? [];
  if (code === undefined || !text.includes(heading)) throw new Error(`No code behind ${JSON.stringify(heading)}.`);
  return code;
}

/** A page that runs, and what it told. */
export interface OpenSample {
  readonly sandbox: RunningSandbox;
  readonly page: Page;
  /** Errors that nobody caught, and promises that nobody awaited: name and message. */
  readonly errors: string[];
  /** What the program wrote to the console. */
  readonly logs: string[];
  /** The record of its only connection. */
  readonly record: () => ConnectionRecord | undefined;
  /** `in start`, `out ready`, … so far. */
  readonly types: () => Set<string>;
}

/** Chromium with a microphone that plays 2 s of silence, 1.5 s of speech and 3.5 s of silence, over and over. */
export class SampleBrowser {
  readonly #folder = mkdtempSync(join(tmpdir(), 'voicewire-sample-'));
  readonly #cleanUps: (() => Promise<unknown>)[] = [];
  #browser: Browser | undefined;

  async launch(): Promise<void> {
    this.#browser = await launchChromium(this.#makeMicrophoneFile());
  }

  /** Starts a sandbox, and opens the page that `makeHtml` makes for it. */
  async open(
    options: StartSandboxOptions,
    makeHtml: (sandbox: RunningSandbox) => string | Promise<string>,
  ): Promise<OpenSample> {
    const sandbox = await startSandbox({ seed: 1, agent: 'conversation', ...options });
    const html = await makeHtml(sandbox);
    const pages = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(html));
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    const page = await this.#launched.newPage();
    this.#cleanUps.push(async () => {
      await page.close();
      pages.close();
      pages.closeAllConnections();
      await sandbox.close();
    });
    const [errors, logs]: [string[], string[]] = [[], []];
    page.on('pageerror', ({ name, message }) => errors.push(`${name}: ${message}`));
    page.on('console', (message) => logs.push(message.text()));
    await page.goto(`http://localhost:${(pages.address() as AddressInfo).port}/`);
    const record = (): ConnectionRecord | undefined => sandbox.ledger.connections[0];
    const types = (): Set<string> => new Set(record()?.frames.map(({ direction, type }) => `${direction} ${type}`));
    return { sandbox, page, errors, logs, record, types };
  }

  /** Closes the pages and sandboxes of one test. */
  async closePages(): Promise<void> {
    for (const cleanUp of this.#cleanUps.splice(0).reverse()) await cleanUp();
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    rmSync(this.#folder, { recursive: true });
  }

  get #launched(): Browser {
    if (this.#browser === undefined) throw new Error('launch() comes first.');
    return this.#browser;
  }

  #makeMicrophoneFile(): string {
    const random = createSeededRandom(5);
    const speech = makeSpeechLike({ random, sampleRate: SAMPLE_RATE, durationMs: 1500, amplitudeRatio: 0.5 });
    const samples = new Int16Array(SAMPLE_RATE * 7);
    samples.set(
      Int16Array.from(speech, (x) => Math.round(x * 32_767)),
      SAMPLE_RATE * 2,
    );
    const path = join(this.#folder, 'microphone.wav');
    writeFileSync(path, encodeWav({ sampleRate: SAMPLE_RATE, channelCount: 1, samples }));
    return path;
  }
}

/**
 * Waits until `isSo`, for up to 40 s.
 *
 * @throws {Error} `No <what> within 40 s.`
 */
export async function waitUntil(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + 40_000;
  while (!(await isSo())) {
    if (performance.now() > deadlineMs) throw new Error(`No ${what} within 40 s.`);
    await sleep(50);
  }
}

/** Rules that were broken, each with its severity, sorted; without those of `except`. */
export function rulesBroken(record: ConnectionRecord | undefined, except: readonly string[] = []): string[] {
  const broken = new Set(record?.violations.map(({ ruleId, severity }) => `${ruleId} ${severity}`));
  return [...broken].filter((rule) => !except.includes(rule)).sort();
}

/** A user's token. */
export async function signInToAmigo({ signInUrl, apiKey, apiKeyId, userId }: AmigoEndpoints): Promise<string> {
  const headers = { 'x-api-key': apiKey, 'x-api-key-id': apiKeyId, 'x-user-id': userId };
  const response = await fetch(signInUrl, { method: 'POST', headers });
  return ((await response.json()) as { id_token: string }).id_token;
}
