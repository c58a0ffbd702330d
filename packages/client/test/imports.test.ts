import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/** Imports a module in a plain Node process that notes whatever it touches of a browser or of the process. */
const PROBE = `
  const touched = [];
  const note = (name) => void touched.push(name);
  for (const name of ['window', 'document', 'navigator', 'location', 'self', 'AudioContext', 'AudioWorkletNode', 'Worker',
    'WebSocket', 'MediaStream', 'localStorage', 'indexedDB', 'requestAnimationFrame']) {
    Object.defineProperty(globalThis, name, { configurable: true, get: () => note(name) });
  }
  for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'fetch', 'addEventListener', 'queueMicrotask']) {
    const real = globalThis[name];
    globalThis[name] = (...call) => (note(name), real?.(...call));
  }
  const listeners = () => process.eventNames().map((name) => [name, process.listenerCount(name)]).join();
  const before = { names: Object.getOwnPropertyNames(globalThis).join(), listeners: listeners() };
  await import(process.argv[1]);
  if (Object.getOwnPropertyNames(globalThis).join() !== before.names) note('globalThis');
  if (listeners() !== before.listeners) note('process');
  // The import itself is over; whatever else is open was opened by the module.
  for (const kind of process.getActiveResourcesInfo()) if (/Timeout|Immediate|TCP|Worker|MessagePort/.test(kind)) note(kind);
  process.stdout.write(JSON.stringify(touched));
`;

function touchedBy(module: string): string[] {
  const words = ['--input-type=module', '--eval', PROBE, module];
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' })) as string[];
}

const built = (path: string): string => new URL(`../dist/${path}`, import.meta.url).href;

describe('an import, as on a server that renders pages', () => {
  test.each([
    'index.js',
    'browser/index.js',
    'react/index.js',
    'vadWeb/index.js',
    'credentials/index.js',
    'testing/index.js',
  ])('of %s touches nothing: no timer, listener, global, network, and no name of a browser', (path) => {
    expect(touchedBy(built(path))).toEqual([]);
  });

  test('that does touch something is found out', () => {
    const guilty = `data:text/javascript,${encodeURIComponent(
      "globalThis.leak = 1; setInterval(() => {}, 1000).unref(); typeof window; process.on('exit', () => {});",
    )}`;
    expect(touchedBy(guilty)).toEqual(['setInterval', 'window', 'globalThis', 'process']);
    expect(fileURLToPath(built('index.js'))).toContain('dist');
  });
});
