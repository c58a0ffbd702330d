import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import type { RunningSandbox } from '../../src/node/index.ts';
import { WebSocketClient, fetchCredentials } from './webSocketClient.ts';

// The command as it is installed: what the build made.
const COMMAND = new URL('../../dist/node/cli.js', import.meta.url).pathname;
const children: ChildProcessWithoutNullStreams[] = [];

interface Run {
  readonly child: ChildProcessWithoutNullStreams;
  readonly exit: Promise<number | null>;
  /** Everything printed so far. */
  output(): string;
  /** Resolves once a whole line was printed. */
  readonly firstLine: Promise<string>;
}

function run(...args: string[]): Run {
  const child = spawn(process.execPath, [COMMAND, ...args]);
  children.push(child);
  let text = '';
  const firstLine = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
        const end = text.indexOf('\n');
        if (end >= 0) resolve(text.slice(0, end));
      });
    }
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, exit, firstLine, output: () => text };
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

describe('voicewire-sandbox', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s: clients hear server_shutdown and 1012, the exit code is 0',
    async (signal) => {
      const command = run('--port', '0', '--json', '--agent', 'speaker');
      const { endpoints } = JSON.parse(await command.firstLine) as Pick<RunningSandbox, 'endpoints'>;
      const client = new WebSocketClient(await fetchCredentials(endpoints.voiceApi));
      await client.waitFor('agent_ready');
      command.child.kill(signal);
      expect(await command.exit).toBe(0);
      expect(client.texts.at(-1)).toBe('{"type":"session_ended","reason":"server_shutdown"}');
      expect((await client.closed).code).toBe(1012);
    },
  );

  test('without --json it prints endpoints and the demo key for people', async () => {
    const command = run('--port', '0');
    await command.firstLine;
    expect(command.output()).toMatch(/Token {6}POST http:\/\/127\.0\.0\.1:\d+\/api\/v1\/sdk\/token\n/);
    expect(command.output()).toMatch(/API key {4}demo-key\n/);
  });

  test('--help names every option and the port 8787', async () => {
    const command = run('--help');
    expect(await command.exit).toBe(0);
    for (const word of ['--port', '--host', '--agent', '--seed', '--json', '--help', '8787']) {
      expect(command.output()).toContain(word);
    }
  });

  test.each([
    [['--port', 'x'], "voicewire-sandbox: --port is 'x', wanted a whole number up to 65535.\n"],
    [['--port', '70000'], "voicewire-sandbox: --port is '70000', wanted a whole number up to 65535.\n"],
    [
      ['--agent', 'robot', '--port', '0'],
      "voicewire-sandbox: There is no agent 'robot'; there are conversation, echo, speaker.\n",
    ],
  ])('%j: one line that says what is wrong, and 1', async (args, message) => {
    const command = run(...args);
    expect(await command.exit).toBe(1);
    expect(command.output()).toBe(message);
  });

  test('an unknown option is 1 and no stack', async () => {
    const command = run('--nope');
    expect(await command.exit).toBe(1);
    expect(command.output()).toMatch(/^voicewire-sandbox: Unknown option '--nope'/);
    expect(command.output()).not.toContain('at ');
  });

  test('a port that is taken is one line and 1', async () => {
    const first = run('--port', '0', '--json');
    const { url } = JSON.parse(await first.firstLine) as { url: string };
    const second = run('--port', new URL(url).port);
    expect(await second.exit).toBe(1);
    expect(second.output()).toMatch(/^voicewire-sandbox: Port \d+ on 127\.0\.0\.1 is in use\.\n$/);
  });
});
