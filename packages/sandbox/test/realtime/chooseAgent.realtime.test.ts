import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { chooseAgent } from '../../src/node/chooseAgent.ts';
import { loadScript } from '../../src/node/loadScript.ts';

const folder = mkdtempSync(join(tmpdir(), 'voicewire-script-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const invalid = (message: string | RegExp) =>
  expect.objectContaining({ code: 'invalid-option', message: expect.stringMatching(message) as string }) as unknown;
const choose = (flags: Parameters<typeof chooseAgent>[0]) => chooseAgent(flags, undefined, () => undefined);

describe('loadScript', () => {
  test('reads YAML and JSON alike', async () => {
    const yaml = 'greeting: Hello.\nturns:\n  - user: hi\n    agent: [One., Two.]\n    hangUp: true\n';
    const json = '{"greeting":"Hello.","turns":[{"user":"hi","agent":["One.","Two."],"hangUp":true}]}';
    const script = { greeting: 'Hello.', turns: [{ user: 'hi', agent: ['One.', 'Two.'], hangUp: true }] };
    expect(await loadScript(write('a.yaml', yaml))).toEqual(script);
    expect(await loadScript(write('a.json', json))).toEqual(script);
  });

  test('says what is wrong: no file, no YAML, no script, aliases that would multiply', async () => {
    await expect(loadScript(join(folder, 'none.yaml'))).rejects.toEqual(invalid(/cannot be read/));
    await expect(loadScript(write('b.yaml', 'a: [1'))).rejects.toEqual(invalid(/is not YAML or JSON: ./));
    await expect(loadScript(write('c.yaml', 'turns: 7'))).rejects.toEqual(invalid(/wrong at turns/));
    await expect(loadScript(write('d.yaml', 'a: &a [1]\nb: *a\n'))).rejects.toEqual(invalid(/is not YAML or JSON/));
  });
});

describe('chooseAgent', () => {
  test('a script alone means the scripted agent; every shipped name is known', async () => {
    const script = write('e.yaml', 'turns: [{ agent: Yes. }]');
    for (const flags of [{}, { script }, { agent: 'scripted', script }, { agent: 'tones' }]) {
      expect(await choose(flags)).toBeInstanceOf(Function);
    }
    const model = { agent: 'openai-compatible', 'model-url': 'http://127.0.0.1:1/v1', 'chat-model': 'x' };
    expect(await choose({ ...model, 'speech-model': 'none' })).toBeInstanceOf(Function);
  });

  test('flags that are missing or belong to another agent are refused', async () => {
    await expect(choose({ agent: 'robot' })).rejects.toEqual(invalid(/no agent 'robot'; .*, openai-compatible\.$/));
    await expect(choose({ agent: 'echo', script: 'x' })).rejects.toEqual(invalid(/does not go with --agent echo/));
    await expect(choose({ 'chat-model': 'x' })).rejects.toEqual(invalid(/goes only with --agent openai-compatible/));
    await expect(choose({ agent: 'openai-compatible' })).rejects.toEqual(invalid(/needs --model-url and --chat-model/));
  });
});
