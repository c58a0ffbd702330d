import { describe, expect, test } from 'vitest';
import { Commands, type UserCommand } from './commands.ts';

const HELLO: UserCommand = { type: 'sendUserMessage', text: 'hello' };

function createCommands(isAllowed = true) {
  const said: UserCommand[] = [];
  const commands = new Commands(['sendUserMessage'], (command) => {
    if (!isAllowed) return { ok: false, issues: [{ path: [], expected: 'a turn of the user', received: 'another' }] };
    said.push(command);
    return { ok: true, step: { send: [], events: [] } };
  });
  return { commands, said };
}

describe('Commands', () => {
  test('are said at once where there is a connection', async () => {
    const { commands, said } = createCommands();
    await commands.submit(HELLO, 'up');
    expect(said).toEqual([HELLO]);
  });

  test('wait for one that is coming, in order, and are answered when they are said', async () => {
    const { commands, said } = createCommands();
    const both = [commands.submit(HELLO, 'coming'), commands.submit({ ...HELLO, text: 'again' }, 'coming')];
    expect(said).toEqual([]);
    commands.release();
    await Promise.all(both);
    expect(said).toEqual([HELLO, { ...HELLO, text: 'again' }]);
  });

  test.each([
    ['without a session', HELLO, 'none', 'not-connected'],
    ['that the vendor does not have', { type: 'finish' }, 'up', 'command-not-offered'],
  ] as const)('%s are rejected with their reason', async (_name, command, connection, code) => {
    await expect(createCommands().commands.submit(command, connection)).rejects.toMatchObject({ code });
  });

  test('that the protocol refuses carry its issues', async () => {
    const { commands } = createCommands(false);
    await expect(commands.submit(HELLO, 'up')).rejects.toMatchObject({
      code: 'command-refused',
      details: { issues: [{ expected: 'a turn of the user' }] },
    });
  });

  test('that still wait at the end are rejected, each once; the 101st never waits', async () => {
    const { commands } = createCommands();
    const waiting = Array.from({ length: 100 }, () => commands.submit(HELLO, 'coming'));
    await expect(commands.submit(HELLO, 'coming')).rejects.toMatchObject({ code: 'command-refused' });
    commands.rejectAll();
    const outcomes = await Promise.allSettled(waiting);
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
  });

  test('that nobody looks at are no unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', listen);
    void createCommands().commands.submit(HELLO, 'none');
    await new Promise((resolve) => setTimeout(resolve, 10));
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
  });
});
