// This file checks how an organization's URLs are made, and which places are refused.
import { describe, expect, test } from 'vitest';
import { ID_PATTERN, LANGUAGES, REGIONS, faultOfId, faultsOfPlace, organizationUrl } from './place.ts';

describe('organizationUrl', () => {
  test.each([
    [{ organization: 'acme' }, 'https://api.amigo.ai/v1/acme/conversation/'],
    [{ organization: 'acme', region: 'ca' }, 'https://api-ca-central-1.amigo.ai/v1/acme/conversation/'],
    [{ organization: 'acme', region: 'eu' }, 'https://api-eu-central-1.amigo.ai/v1/acme/conversation/'],
    [{ organization: 'acme', region: 'au' }, 'https://api-ap-southeast-2.amigo.ai/v1/acme/conversation/'],
    [{ organization: 'acme', baseUrl: 'http://127.0.0.1:8787' }, 'http://127.0.0.1:8787/v1/acme/conversation/'],
    [
      { organization: 'acme', baseUrl: 'https://gate.example/amigo//' },
      'https://gate.example/amigo/v1/acme/conversation/',
    ],
    [{ organization: 'a/b?c ü' }, 'https://api.amigo.ai/v1/a%2Fb%3Fc%20%C3%BC/conversation/'],
  ] as const)('of %j is %s', (place, url) => {
    expect(faultsOfPlace(place)).toEqual([]);
    expect(organizationUrl(place, 'conversation/')).toBe(url);
  });
});

describe('faultsOfPlace', () => {
  test.each([
    ['', undefined, undefined, ['organization']],
    ['..', undefined, undefined, ['organization']],
    ['\ud83d', undefined, undefined, ['organization']],
    [5, undefined, undefined, ['organization']],
    ['acme', 'mars', undefined, ['region']],
    ['acme', 'toString', undefined, ['region']],
    ['acme', undefined, 'wss://api.amigo.ai', ['baseUrl']],
    ['', 'mars', '', ['organization', 'region', 'baseUrl']],
  ])('of organization %j, region %j, baseUrl %j names %j', (organization, region, baseUrl, names) => {
    // What callers without types can pass.
    const place = { organization, region, baseUrl } as unknown as Parameters<typeof faultsOfPlace>[0];
    expect(faultsOfPlace(place).map(({ path }) => path[0])).toEqual(names);
  });
});

test('faultOfId takes 24 hex digits in lower case and nothing else', () => {
  expect(faultOfId('serviceId', '65f0c2a19b7d4e0012ab34cd')).toEqual([]);
  for (const id of ['', '65F0C2A19B7D4E0012AB34CD', '65f0c2a19b7d4e0012ab34c', '65f0c2a19b7d4e0012ab34cd\n', 24]) {
    expect(faultOfId('serviceId', id), String(id)).toHaveLength(1);
  }
});

test('lists 4 regions and 17 languages', () => {
  expect(Object.keys(REGIONS)).toHaveLength(4);
  expect(new Set(LANGUAGES).size).toBe(17);
  expect(ID_PATTERN.source).toBe('^[a-f0-9]{24}$');
});
