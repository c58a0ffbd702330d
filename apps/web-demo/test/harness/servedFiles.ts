// This file gathers what a server hands out: all that a browser asked for, and all that can be reached by following it.
import type { ServerResponse } from 'node:http';
import type { Connect, Plugin } from 'vite';

/** Body of one address, as text; binary files keep their ASCII. */
export interface ServedFile {
  readonly url: string;
  readonly text: string;
}

/** Follows what refers to other files: `src` and `href`, imports, `new URL(…)`, `url(…)`, source maps. */
const REFERENCES = [
  /(?:src|href)="([^"]+)"/g,
  /(?:from|import)\s*\(?\s*["']([^"']+)["']/g,
  /new URL\(\s*["'`]([^"'`]+)["'`]/g,
  /url\(["']?([^"')]+)["']?\)/g,
  /sourceMappingURL=(\S+)/g,
  /["'`]([\w./-]+\.worklet[\w.-]*)["'`]/g,
];
/** More than the page has by far: a crawl that runs away should say so. */
const MAX_FILES = 1000;

/**
 * A Vite plugin that records every response, headers included. At the server, because a browser does not tell its
 * driver of the files that an audio thread loads.
 */
export class ResponseRecorder {
  readonly files: ServedFile[] = [];
  readonly plugin: Plugin = {
    name: 'record-responses',
    enforce: 'pre',
    configureServer: ({ middlewares }) => void middlewares.use(this.record),
    configurePreviewServer: ({ middlewares }) => void middlewares.use(this.record),
  };

  private readonly record: Connect.NextHandleFunction = (request, response, next) => {
    // Compressed, nothing could be found in it.
    delete request.headers['accept-encoding'];
    const parts: Buffer[] = [];
    // As asked for: a middleware with a path of its own sees less of it.
    const { url = '' } = request;
    const keep = (part: unknown): void => {
      if (typeof part === 'string' || part instanceof Uint8Array) parts.push(Buffer.from(part as Uint8Array));
    };
    const write = response.write.bind(response) as (...parameters: unknown[]) => boolean;
    const end = response.end.bind(response) as (...parameters: unknown[]) => ServerResponse;
    response.write = (...parameters: unknown[]) => {
      keep(parameters[0]);
      return write(...parameters);
    };
    response.end = (...parameters: unknown[]) => {
      keep(parameters[0]);
      const text = `${JSON.stringify(response.getHeaders())}\n${Buffer.concat(parts).toString('latin1')}`;
      this.files.push({ url, text });
      return end(...parameters);
    };
    next();
  };
}

/** Everything of the same origin that can be reached from `start` by following references. */
export async function crawl(start: string): Promise<ServedFile[]> {
  const found = new Map<string, ServedFile>();
  const waiting = [start];
  for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
    if (found.has(url)) continue;
    if (found.size >= MAX_FILES) throw new Error(`Over ${MAX_FILES} files; the last was ${url}.`);
    const response = await fetch(url);
    const text = response.ok ? await response.text() : '';
    found.set(url, { url, text });
    waiting.push(...referencesOf(text, url));
  }
  return [...found.values()].filter(({ text }) => text !== '');
}

/** Names of the files that hold `secret`. */
export function filesWith(secret: string, files: readonly ServedFile[]): string[] {
  return files.filter(({ text }) => text.includes(secret)).map(({ url }) => url);
}

function referencesOf(text: string, base: string): string[] {
  const references = REFERENCES.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''));
  return references.flatMap((reference) => {
    if (!URL.canParse(reference, base)) return [];
    const url = new URL(reference, base);
    url.hash = '';
    return url.origin === new URL(base).origin ? [url.href] : [];
  });
}
