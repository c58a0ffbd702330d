import { describe, expect, test } from 'vitest';
import { SandboxError } from '../errors.ts';
import { readAccounts } from './accounts.ts';

describe('readAccounts', () => {
  test('the defaults are the demo credentials', () => {
    expect(readAccounts()).toMatchObject({
      organization: 'demo-org',
      apiKey: 'demo-key',
      apiKeyId: 'demo-key-id',
      users: ['demo-user'],
      services: ['65f0c2a19b7d4e0012ab34cd'],
    });
    expect(readAccounts({ users: ['me'] })).toMatchObject({ users: ['me'], apiKey: 'demo-key' });
  });

  test.each([{ services: ['support'] }, { tokenLifeMs: 0 }, { tokenLifeMs: Number.NaN }])(
    '%j is an invalid option',
    (options) => {
      expect(() => readAccounts(options)).toThrow(SandboxError);
    },
  );
});
