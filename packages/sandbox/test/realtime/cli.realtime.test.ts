import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { LedgerEntry, RunningSandbox } from '../../src/node/index.ts';
import { IMPAIRMENTS, SCENARIOS } from '../../src/node/index.ts';
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
  /** Resolves once all that it prints for people was printed. */
  readonly lastLine: Promise<void>;
}

function run(...args: string[]): Run {
  const child = spawn(process.execPath, [COMMAND, ...args]);
  children.push(child);
  let text = '';
  let tellLastLine = (): void => undefined;
  const lastLine = new Promise<void>((resolve) => (tellLastLine = resolve));
  const firstLine = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
        const end = text.indexOf('\n');
        if (end >= 0) resolve(text.slice(0, end));
        if (text.includes('Ctrl+C')) tellLastLine();
      });
    }
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, exit, firstLine, lastLine, output: () => text };
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

  test('SIGTERM with 500 sessions: every one hears 1012, and the exit code is 0', async () => {
    const command = run('--port', '0', '--json', '--agent', 'echo', '--max-connections', '500');
    const { endpoints } = JSON.parse(await command.firstLine) as RunningSandbox;
    const clients: WebSocketClient[] = [];
    for (let i = 0; i < 500; i += 50) {
      const credentials = await Promise.all(Array.from({ length: 50 }, () => fetchCredentials(endpoints.voiceApi)));
      clients.push(...credentials.map((one) => new WebSocketClient(one)));
      await Promise.all(clients.slice(i).map((client) => client.waitFor('agent_ready')));
    }
    command.child.kill('SIGTERM');
    const closes = await Promise.all(clients.map(({ closed }) => closed));
    expect(closes.filter(({ code }) => code === 1012).length).toBe(500);
    expect(await command.exit).toBe(0);
  });

  test('without --json it prints endpoints and demo credentials of every vendor for people', async () => {
    const command = run('--port', '0', '--seed', '7');
    await command.lastLine;
    for (const line of [
      /^ {2}seed {13}7$/m,
      /^Voice API$/m,
      /^ {2}tokenUrl {9}http:\/\/127\.0\.0\.1:\d+\/api\/v1\/sdk\/token$/m,
      /^ {2}apiKey {11}demo-key$/m,
      /^Amigo$/m,
      /^ {2}wsUrl {12}ws:\/\/127\.0\.0\.1:\d+\/v1\/demo-org\/conversation\/converse_realtime$/m,
      /^ {2}serviceId {8}65f0c2a19b7d4e0012ab34cd$/m,
      /^Soca$/m,
      /^ {2}agentId {10}68aa00bb11cc22dd33ee44ff$/m,
    ]) {
      expect(command.output()).toMatch(line);
    }
  });

  test('--vendor limits what is served and printed', async () => {
    const command = run('--port', '0', '--json', '--vendor', 'soca');
    const { url, endpoints } = JSON.parse(await command.firstLine) as { url: string; endpoints: object };
    expect(Object.keys(endpoints)).toEqual(['soca']);
    const response = await fetch(`${url}api/v1/sdk/token`, {
      method: 'POST',
      headers: { authorization: 'Bearer demo-key' },
    });
    expect(response.status).toBe(404);
  });

  test('?agent=openai-compatible is known to a command that was given it, and unknown to another', async () => {
    const model = ['--agent', 'openai-compatible', '--model-url', 'http://127.0.0.1:1/v1', '--chat-model', 'x'];
    const ask = async (...flags: string[]): Promise<Response> => {
      const { endpoints } = JSON.parse(await run('--port', '0', '--json', ...flags).firstLine) as RunningSandbox;
      const url = `${endpoints.voiceApi.tokenUrl}?agent=openai-compatible`;
      return fetch(url, { method: 'POST', headers: { authorization: 'Bearer demo-key' } });
    };
    expect((await ask(...model)).status).toBe(200);
    const refused = await ask();
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('there are conversation')]);
  });

  test('--impair, --policy and --scenario reach the connection; --ledger full:FILE holds every frame of it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'voicewire-command-'));
    const [plan, ledger] = [join(folder, 'plan.json'), join(folder, 'ledger.jsonl')];
    writeFileSync(plan, '{"closeAtMs":700,"closeCode":4000}');
    const flags = ['--policy', 'record', '--scenario', 'fault47-unknown-messages', '--agent', 'tones'];
    const command = run(
      '--port',
      '0',
      '--json',
      '--impair',
      `${plan},closeCode=4321`,
      '--ledger',
      `full:${ledger}`,
      ...flags,
    );
    const started = JSON.parse(await command.firstLine) as RunningSandbox;
    expect(started.ledgerFile).toBe(ledger);
    const client = new WebSocketClient(await fetchCredentials(started.endpoints.voiceApi));
    expect((await client.closed).code).toBe(4321);
    expect(client.texts.join()).toContain('weather_report');
    command.child.kill('SIGTERM');
    expect(await command.exit).toBe(0);
    const text = readFileSync(ledger, 'utf8');
    const entries = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as LedgerEntry);
    expect(entries.map(({ kind }) => kind).filter((kind) => kind !== 'frame')).toEqual(
      expect.arrayContaining(['request', 'opened', 'closed']),
    );
    expect(entries.filter((entry) => entry.kind === 'frame' && entry.type === 'weather_report').length).toBe(1);
    expect(text).not.toContain('demo-key');
    rmSync(folder, { recursive: true });
  });

  test('--impair trace:FILE replays a recorded network', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'voicewire-command-'));
    const trace = join(folder, 'trace.json');
    writeFileSync(
      trace,
      JSON.stringify({ sendArriveMs: Array.from({ length: 100 }, (_, i) => [20 * i, 20 * i + 400]) }),
    );
    const command = run('--port', '0', '--json', '--impair', `trace:${trace}`);
    const { endpoints } = JSON.parse(await command.firstLine) as RunningSandbox;
    const startMs = performance.now();
    const client = new WebSocketClient(await fetchCredentials(endpoints.voiceApi));
    await client.waitFor('connected');
    // The socket opens after two delays, the token takes one, its answer another.
    expect(performance.now() - startMs).toBeGreaterThan(4 * 400);
    rmSync(folder, { recursive: true });
  });

  test('--help names every option, --scenario list and --impair list every name', async () => {
    const help = run('--help');
    expect(await help.exit).toBe(0);
    const flags =
      'port host vendor agent scenario impair policy profile audio-truth seed max-connections ledger json help';
    for (const word of [...flags.split(' ').map((flag) => `--${flag}`), '8787']) expect(help.output()).toContain(word);
    expect(
      Math.max(
        ...help
          .output()
          .split('\n')
          .map(({ length }) => length),
      ),
    ).toBeLessThanOrEqual(120);
    for (const [flag, table] of [
      ['--scenario', SCENARIOS],
      ['--impair', IMPAIRMENTS],
    ] as const) {
      const list = run(flag, 'list');
      expect(await list.exit).toBe(0);
      const names = list
        .output()
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')[0]);
      expect(names).toEqual(Object.keys(table));
    }
  });

  test.each([
    [['--port', 'x'], /^voicewire-sandbox: --port is 'x', wanted a whole number up to 65535\.\n$/],
    [['--port', '70000'], /--port is '70000', wanted a whole number up to 65535\.\n$/],
    [['--agent', 'robot'], /There is no agent 'robot'; there are conversation, .*echo, .*openai-compatible\.\n$/],
    [['--scenario', 'nope'], /There is no scenario 'nope'; there are happyPath, .*\.\n$/],
    [['--policy', 'lax'], /There is no policy 'lax'; there are enforce, record\.\n$/],
    [['--audio-truth', 'all'], /There is no audioTruth 'all'; there are off, content, auto, signal\.\n$/],
    [['--profile', 'x'], /There is no profile 'x'; there are documented, hostile, literal, legacy\.\n$/],
    [['--vendor', 'x'], /--vendor is 'x', wanted one of voice-api, amigo, soca\.\n$/],
    [['--impair', 'nope'], /In the impairment, the name is 'nope', wanted wifi, .*\.\n$/],
    [['--impair', 'delayMs=-1'], /In the impairment, delayMs is -1, wanted 0 to 10000\.\n$/],
    [['--impair', 'trace:/no/file'], /Cannot read the impairment in \/no\/file: ENOENT\.\n$/],
    [['--max-connections', '0'], /maxConnections is 0, wanted a whole number over 0\.\n$/],
    [['--ledger', 'half'], /--ledger is 'half', wanted full or full:FILE\.\n$/],
    [['--ledger', 'full:/no/folder/x'], /Cannot write the ledger to \/no\/folder\/x: ENOENT\.\n$/],
    [['--host', '192.0.2.1'], /Cannot listen on 192\.0\.2\.1, port \d+: this machine has no such address/],
  ])('%j: one line that says what is wrong, and 1', async (args, message) => {
    const command = run(...(args.includes('--port') ? [] : ['--port', '0']), ...args);
    expect(await command.exit).toBe(1);
    expect(command.output()).toMatch(message);
    expect(command.output().trimEnd().split('\n').length).toBe(1);
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
