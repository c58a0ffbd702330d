// This file says where Amigo's services are: regions, hosts, and the URL of an organization.
//
// Sources: [regions] docs.amigo.ai regions-and-endpoints, [oas] the OpenAPI document in amigo-ai/amigo-typescript-sdk at
// ff80074, both read 2026-11-21.
import type { ParseIssue } from '../neutral/parseResult.ts';
import { faultOfBaseUrl, urlBelow } from '../wire/httpAnswer.ts';
import { faultWhere } from '../wire/issues.ts';

/** API by region. It must be the organization's own: another one does not know the organization. [regions], [oas] servers. */
export const REGIONS = {
  us: 'https://api.amigo.ai',
  ca: 'https://api-ca-central-1.amigo.ai',
  eu: 'https://api-eu-central-1.amigo.ai',
  au: 'https://api-ap-southeast-2.amigo.ai',
} as const;
export type Region = keyof typeof REGIONS;

/** Languages that are transcribed and spoken; the user's profile chooses, nothing is sent. Amigo's page on real-time voice. */
export const LANGUAGES = [
  'en',
  'es',
  'fr',
  'de',
  'it',
  'pt',
  'pl',
  'tr',
  'ru',
  'nl',
  'cs',
  'ar',
  'zh',
  'ja',
  'hu',
  'ko',
  'hi',
] as const;

/** Ids of services, conversations and organizations' other things: 24 hex digits. [oas]. */
export const ID_PATTERN = /^[a-f0-9]{24}$/;

/** Which organization, and where. */
export interface Place {
  /** Id of the organization. */
  readonly organization: string;
  /** Default `us`. */
  readonly region?: Region;
  /** Instead of a region: http or https, with or without a final slash; for proxies and local servers. */
  readonly baseUrl?: string;
}

/** What is wrong with a place, for errors at construction. */
export function faultsOfPlace({ organization, region, baseUrl }: Place): ParseIssue[] {
  const isRegion = region === undefined || Object.hasOwn(REGIONS, region);
  return [
    ...faultWhere(
      typeof organization !== 'string' || !canBePathSegment(organization),
      'organization',
      'the id of an organization',
      organization,
    ),
    ...faultWhere(!isRegion, 'region', Object.keys(REGIONS).join(', '), region),
    ...(baseUrl === undefined ? [] : faultOfBaseUrl('baseUrl', baseUrl)),
  ];
}

/** What is wrong with an id, for errors at construction. */
export function faultOfId(name: string, value: unknown): ParseIssue[] {
  const isId = typeof value === 'string' && ID_PATTERN.test(value);
  return faultWhere(!isId, name, '24 hex digits in lower case', value);
}

/** URL of `path` below the organization, e.g. `conversation/`. The place must be without faults. */
export function organizationUrl(
  { organization, region = 'us', baseUrl = REGIONS[region] }: Place,
  path: string,
): string {
  return urlBelow(baseUrl, `/v1/${encodeURIComponent(organization)}/${path}`);
}

/** Lone surrogates cannot be encoded; the two names for folders would change the path. */
function canBePathSegment(segment: string): boolean {
  if (segment === '' || segment === '.' || segment === '..') return false;
  try {
    return encodeURIComponent(segment) !== '';
  } catch {
    return false;
  }
}
