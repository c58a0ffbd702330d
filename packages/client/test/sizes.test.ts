import { assertAtMost } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { BASE, FIRST_CALL, weigh, weighFile } from '../scripts/weigh.mjs';

// docs/sizes.md says what is aimed at. These bounds keep what is reached.
describe('what a page downloads', () => {
  test('a session with the Voice API is 20 kB at most, compressed; nothing of Node, React, MP3, tests or of a running call is in it', async () => {
    const { gzipBytes, text, later } = await weigh(BASE, FIRST_CALL);
    assertAtMost('browser and Voice API', gzipBytes, 20_000, 'bytes of gzip');
    for (const word of [
      'perMessageDeflate',
      'useSyncExternalStore',
      'mpg123',
      'readFile',
      'pendingTimers',
      'multipart',
    ])
      expect(text).not.toContain(word);
    // Of the worklet's node, of the uplink, and of the reducer.
    for (const word of ['voicewire-playout', 'congestedFrames', 'Nothing gets through']) {
      expect(text).not.toContain(word);
      expect(later.text).toContain(word);
    }
  });

  test('worklets are 22 kB each at most, and those without SIMD are files of their own', () => {
    for (const name of ['capture', 'playout']) {
      const usual = weighFile(`worklets/${name}.worklet.js`);
      const scalar = weighFile(`worklets/${name}Scalar.worklet.js`);
      assertAtMost(`${name} worklet`, usual.gzipBytes, 22_000, 'bytes of gzip');
      expect(scalar.bytes).toBeGreaterThan(usual.bytes);
    }
  });

  test('no script makes a script: neither blob: nor data: URLs, neither eval nor Function, neither HTML nor foreign addresses', async () => {
    const { text } = await weigh([...BASE, "export * from './src/react/index.ts'"]);
    const worklets = ['capture', 'playout', 'captureScalar', 'playoutScalar'].map(
      (name) => weighFile(`worklets/${name}.worklet.js`).text,
    );
    // The MP3 worker holds its library's way of starting workers, which is not used; a page's policy tests it in Chromium.
    for (const code of [text, ...worklets]) {
      expect(code).not.toMatch(
        /createObjectURL|["'`]blob:|["'`]data:(text|application)|\beval\(|new Function\b|innerHTML/,
      );
      expect(code.match(/https?:\/\/[a-z0-9.-]+/gi)?.filter((address) => !address.includes('localhost')) ?? []).toEqual(
        [],
      );
    }
  });
});
