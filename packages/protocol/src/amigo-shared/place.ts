// This file says where Amigo's services are: regions, hosts, and the URL of an organization.
//
// Sources: [regions] docs.amigo.ai regions-and-endpoints, [oas] the OpenAPI document in amigo-ai/amigo-typescript-sdk at
// ff80074, both read 2026-11-21.
import type { ParseIssue } from '../neutral/parseResult.ts';
import { HTTP_URL, faultsOfTexts, oneOf } from '../neutral/vendorOptions.ts';
import type { TextRule, TextRules } from '../wire/shape.ts';
import { urlBelow } from '../wire/httpAnswer.ts';

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
export const ID_RULE: TextRule = [ID_PATTERN, '24 hex digits in lower case'];

/** Which organization, and where. */
export interface Place {
  /** Id of the organization. */
  readonly organization: string;
  /** Default `us`. */
  readonly region?: Region;
  /** Instead of a region: http or https, with or without a final slash; for proxies and local servers. */
  readonly baseUrl?: string;
}

/** What a place has to be. */
export const PLACE_RULES: TextRules = {
  // Lone surrogates cannot be encoded; the two names for folders would change the path.
  organization: [/^(?!\.\.?$)\P{Cs}+$/u, 'the id of an organization'],
  'region?': oneOf(...Object.keys(REGIONS)),
  'baseUrl?': HTTP_URL,
};

/** What is wrong with a place, for errors at construction. */
export function faultsOfPlace(place: Place): readonly ParseIssue[] {
  return faultsOfTexts(PLACE_RULES, place);
}

/** What is wrong with an id, for errors at construction. */
export function faultOfId(name: string, value: unknown): readonly ParseIssue[] {
  return faultsOfTexts({ [name]: ID_RULE }, { [name]: value });
}

/** URL of `path` below the organization, e.g. `conversation/`. The place must be without faults. */
export function organizationUrl(
  { organization, region = 'us', baseUrl = REGIONS[region] }: Place,
  path: string,
): string {
  return urlBelow(baseUrl, `/v1/${encodeURIComponent(organization)}/${path}`);
}
