import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SandboxError } from '../errors.ts';
import { readScript } from './script.ts';

const SEED = 20_261_121;

describe('a script', () => {
  test('with every field is taken as it is; one line of the agent may stand without a list', () => {
    const script = {
      greeting: 'Hello.',
      turns: [{ user: 'Hi.', agent: ['One.', 'Two.'], thinkMs: 0, hangUp: true }, { agent: 'Three.' }],
    };
    expect(readScript(script)).toEqual({ ...script, turns: [script.turns[0], { agent: ['Three.'] }] });
  });

  test.each([
    [null, 'script'],
    [[], 'script'],
    [{ turns: [] }, 'turns'],
    [{ turns: [{ agent: '' }] }, 'turns[0].agent[0]'],
    [{ turns: [{ agent: ['a', 7] }] }, 'turns[0].agent[1]'],
    [{ turns: [{ agent: 'a' }, { agent: 'b', thinkMs: -1 }] }, 'turns[1].thinkMs'],
    [{ turns: [{ agent: 'a', hangUp: 'yes' }] }, 'turns[0].hangUp'],
    [{ turns: [{ agent: 'a', hangup: true }] }, 'turns[0].hangup'],
    [{ turns: [{ agent: 'a' }], greeting: 'x'.repeat(2001) }, 'greeting'],
  ])('%j is wrong at %s', (value, path) => {
    expect(() => readScript(value)).toThrow(
      expect.objectContaining({ code: 'invalid-option', details: expect.objectContaining({ path }) as object }),
    );
  });

  test(`any JSON is a script or an invalid-option (seed ${SEED})`, () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          readScript({ turns: value });
        } catch (error) {
          expect(error).toBeInstanceOf(SandboxError);
        }
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });
});
