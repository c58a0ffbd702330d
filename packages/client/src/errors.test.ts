import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  asVoiceError,
  createVoiceError,
  DeviceError,
  ERROR_CATALOGUE,
  StateError,
  TransportError,
  VoiceError,
} from './errors.ts';

describe('errors', () => {
  test('are of the class of their kind, say what happened and what to do, and know whether a retry helps', () => {
    const error = createVoiceError('microphone-denied', 'The microphone was denied.', {
      details: { attempts: 2 },
      cause: 'x',
    });
    expect(error).toBeInstanceOf(DeviceError);
    expect(error.name).toBe('DeviceError');
    expect(error.message).toMatch(/^The microphone was denied\. Allow the microphone/);
    expect(error).toMatchObject({ code: 'microphone-denied', retryable: false, details: { attempts: 2 }, cause: 'x' });
    expect(createVoiceError('connection-lost', '').retryable).toBe(true);
    expect(createVoiceError('session-busy', '')).toBeInstanceOf(StateError);
  });

  test('pass through when they are ours, and wrap everything else', () => {
    const ours = new TransportError('connect-failed', 'No.');
    expect(asVoiceError(ours, 'worklet-failed', 'x')).toBe(ours);
    const wrapped = asVoiceError(new RangeError('deep'), 'worklet-failed', 'The worklet failed.');
    expect(wrapped).toMatchObject({ code: 'worklet-failed', cause: expect.any(RangeError) as unknown });
  });

  test('of other packages keep their code where the catalogue has it', () => {
    const foreign = Object.assign(new Error('12345 Hz is not supported.'), { code: 'unsupported-sample-rate' });
    expect(asVoiceError(foreign, 'worklet-failed', 'x').code).toBe('unsupported-sample-rate');
    expect(asVoiceError(Object.assign(new Error('x'), { code: 'ENOENT' }), 'input-not-readable', 'x').code).toBe(
      'input-not-readable',
    );
    expect(asVoiceError(Object.assign(new Error('x'), { code: 'toString' }), 'input-not-readable', 'x').code).toBe(
      'input-not-readable',
    );
  });

  test('are documented one heading each, with class, retry and advice as in the catalogue', () => {
    const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
    const sections = new Map(
      page
        .split(/^## /m)
        .slice(1)
        .map((section) => [section.split('\n')[0], section] as const),
    );
    expect([...sections.keys()].sort()).toEqual(
      Object.keys(ERROR_CATALOGUE)
        .map((code) => `\`${code}\``)
        .sort(),
    );
    for (const [code, { advice, isRetryable }] of Object.entries(ERROR_CATALOGUE)) {
      const section = sections.get(`\`${code}\``) ?? '';
      const { name } = createVoiceError(code as keyof typeof ERROR_CATALOGUE, '');
      expect(section).toContain(`${name}, ${isRetryable ? 'worth a retry' : 'a retry does not help'}.`);
      expect(section).toContain(advice);
    }
  });

  test('are VoiceErrors whatever their class', () => {
    expect(createVoiceError('invalid-option', 'x')).toBeInstanceOf(VoiceError);
  });
});
