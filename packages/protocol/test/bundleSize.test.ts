// This file weighs what a page downloads for one vendor, schema library included, as a bundler would ship it.
import { describe, expect, test } from 'vitest';
import { weigh } from '../scripts/weigh.mjs';

/** Entry, what is imported from it, and the most it may weigh, in bytes after minifying and gzip. */
const BUDGETS = [
  // 12,000 until MP3 from the user came, which takes 125.
  { entry: 'amigo', imports: 'export *', maxBytes: 12_100 },
  { entry: 'amigo', imports: 'export { amigo }', maxBytes: 8500 },
  // No figure was asked for. Uploads take 3000: WAV, MP3, forms, UTF-8; base64 streams and lines of JSON 2000; and what
  // only servers import 4000. 15,700 and 9600 until notes could be written, which takes 30 to 60.
  { entry: 'amigo-notes', imports: 'export *', maxBytes: 15_800 },
  { entry: 'amigo-notes', imports: 'export { amigoNotes }', maxBytes: 9700 },
  { entry: 'amigo-notes', imports: 'export { LIMITS, STATUS_CODES }', maxBytes: 500 },
  { entry: 'voice-api', imports: 'export *', maxBytes: 6900 },
  { entry: 'voice-api', imports: 'export { voiceApi }', maxBytes: 4000 },
  { entry: 'voice-api', imports: 'export { LIMITS, CLOSE_CODES }', maxBytes: 400 },
  { entry: 'soca', imports: 'export *', maxBytes: 9700 },
  { entry: 'soca', imports: 'export { soca }', maxBytes: 6000 },
  { entry: 'soca', imports: 'export { LIMITS, CLOSE_CODES }', maxBytes: 400 },
] as const;

describe('bundle size', () => {
  for (const { entry, imports, maxBytes } of BUDGETS) {
    test(`${imports} from ${entry}: at most ${maxBytes} bytes of gzip`, async () => {
      const { gzipBytes, minifiedBytes } = await weigh(imports, `${entry}/index`);
      process.stdout.write(`${imports} from ${entry}: ${gzipBytes} bytes gzip, ${minifiedBytes} bytes minified\n`);
      expect(gzipBytes).toBeGreaterThan(100);
      expect(gzipBytes).toBeLessThanOrEqual(maxBytes);
    });
  }
});
