import { describe, expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { readConditions, splitPath } from './conditions.ts';

const read = (path: string, defaults = {}) => readConditions(splitPath(path), defaults, createRandom(1));

describe('splitPath', () => {
  test.each([
    ['/a', '/a', ''],
    ['/a?ticket=x%20y&b', '/a?ticket=x%20y&b', ''],
    ['/a?policy=record', '/a', 'policy=record'],
    ['/a?x=1&scenario=bargeIn&y=2&impair=wifi', '/a?x=1&y=2', 'scenario=bargeIn&impair=wifi'],
    ['/a?xpolicy=record&policy', '/a?xpolicy=record&policy', ''],
    ['/a?', '/a?', ''],
  ])('%s leaves %s and takes "%s"', (path, left, query) => {
    expect(splitPath(path)).toMatchObject({ path: left, query });
  });

  test('values are decoded; what cannot be stays as it is; the last of two counts', () => {
    expect(splitPath('/?impair=delayMs%3D5&agent=%E0%A4%A&policy=enforce&policy=record').wishes).toEqual({
      impair: 'delayMs=5',
      agent: '%E0%A4%A',
      policy: 'record',
    });
  });
});

describe('readConditions', () => {
  test('the URL beats the options, the options beat the defaults', () => {
    expect(read('/')).toMatchObject({ policy: 'enforce', profile: 'documented', query: '' });
    expect(read('/', { policy: 'record', profile: 'legacy' })).toMatchObject({ policy: 'record', profile: 'legacy' });
    expect(read('/?policy=enforce', { policy: 'record' }).policy).toBe('enforce');
  });

  test('an agent of the options beats that of the options’ scenario; a scenario in the URL brings its own', () => {
    const mine = () => ({});
    const theirs = { does: '', agent: 'echo', faults: {} } as const;
    expect(read('/', { agent: mine, scenario: theirs }).createAgent).toBe(mine);
    expect(read('/', { scenario: theirs }).createAgent).not.toBe(mine);
    expect(read('/?agent=echo', { agent: mine }).createAgent).not.toBe(mine);
    expect(read('/?scenario=happyPath', { agent: mine }).createAgent).toBe(mine);
  });

  test('an agent of one’s own may be asked for by its name, and is named where another is not found', () => {
    const mine = () => ({});
    expect(read('/?agent=mine', { agents: { mine } }).createAgent).toBe(mine);
    expect(() => read('/?agent=robot', { agents: { mine } })).toThrow(/there are conversation, .*, tones, mine\.$/);
    expect(() => read('/?agent=toString', { agents: { mine } })).toThrow(/no agent 'toString'/);
  });

  test.each(['scenario=nope', 'scenario=toString', 'policy=', 'policy=lax', 'profile=x', 'agent=robot'])(
    '?%s is invalid-option and says what there is',
    (query) => {
      expect(() => read(`/?${query}`)).toThrow(expect.objectContaining({ code: 'invalid-option' }));
      expect(() => read(`/?${query}`)).toThrow(/there are \w/);
    },
  );

  test('one draw of the sandbox’s randomness per connection, whatever the connection draws', () => {
    const random = createRandom(5);
    const first = readConditions(splitPath('/'), {}, random);
    for (let i = 0; i < 100; i++) first.random();
    const second = readConditions(splitPath('/'), {}, random);
    const other = createRandom(5);
    readConditions(splitPath('/'), {}, other);
    expect(readConditions(splitPath('/'), {}, other).random()).toBe(second.random());
  });
});
