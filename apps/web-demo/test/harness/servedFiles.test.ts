import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crawl, filesWith } from './servedFiles.ts';

const PLANTED = 'planted-secret';
const FILES: Readonly<Record<string, string>> = {
  '/': '<script type="module" src="/main.js"></script><link href="/page.css">',
  '/main.js': 'import { a } from "./deep/a.js"; import("./lazy.js"); new URL("./tone.worklet.js", import.meta.url);',
  '/deep/a.js': 'export const a = 1;\n//# sourceMappingURL=a.js.map',
  '/deep/a.js.map': `{ "sourcesContent": ["const key = '${PLANTED}'"] }`,
  '/lazy.js': 'const file = "/assets/rec.worklet-Ab1.js";',
  '/tone.worklet.js': `registerProcessor('${PLANTED}')`,
  '/assets/rec.worklet-Ab1.js': `/* ${PLANTED} */`,
  '/page.css': `body { background: url(/back.svg) }`,
  '/back.svg': `<svg id="${PLANTED}"/>`,
  '/unreachable.js': PLANTED,
};

describe('crawl', () => {
  let server: Server;
  let root: string;

  beforeAll(async () => {
    server = createServer(({ url = '' }, response) => {
      const text = FILES[url];
      response.writeHead(text === undefined ? 404 : 200).end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    root = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
  });

  afterAll(() => server.close());

  test('finds a secret planted in a source map, two worklets and a picture', async () => {
    const found = filesWith(PLANTED, await crawl(root)).map((url) => new URL(url).pathname);
    expect(found.toSorted()).toEqual(['/assets/rec.worklet-Ab1.js', '/back.svg', '/deep/a.js.map', '/tone.worklet.js']);
  });

  test('finds 9 files and nothing that is not there', async () => {
    expect(await crawl(root)).toHaveLength(9);
    expect(filesWith('another-secret', await crawl(root))).toEqual([]);
  });
});
