// This file says who may use the Amigo servers: an organization with its key, users and services.
import { SERVICE_VERSION_SETS } from '@voicewire/protocol/amigo';
import { SandboxError } from '../errors.ts';
import { OBJECT_ID } from './objectId.ts';

/** What a token lets its bearer do, in the vendor's spelling. */
export type Permission =
  | 'Conversation:InteractWithConversation'
  | 'Conversation:GetInteractionInsights'
  | 'User:UpdateUserInfo';

/** Everything an ordinary user may do. */
export const ALL_PERMISSIONS: ReadonlySet<Permission> = new Set<Permission>([
  'Conversation:InteractWithConversation',
  'Conversation:GetInteractionInsights',
  'User:UpdateUserInfo',
]);

/** May talk, and is told nothing of what the agent does meanwhile. */
export const TALK_PERMISSIONS: ReadonlySet<Permission> = new Set<Permission>([
  'Conversation:InteractWithConversation',
  'User:UpdateUserInfo',
]);

/** Who exists. All optional; keys and names are public, so keep nothing of value behind them. */
export interface AmigoAccountOptions {
  /** Default `demo-org`. */
  readonly organization?: string;
  /** An organization that lives in another region: here it is as good as unknown. Default `demo-org-eu`. */
  readonly organizationElsewhere?: string;
  /** Default `demo-key`. */
  readonly apiKey?: string;
  /** Default `demo-key-id`. */
  readonly apiKeyId?: string;
  /** Users who may do everything. Default `demo-user`. */
  readonly users?: readonly string[];
  /** Users who may sign in and do nothing else. Default `restricted-user`. */
  readonly restrictedUsers?: readonly string[];
  /** 24 hex digits each. Default `65f0c2a19b7d4e0012ab34cd`. */
  readonly services?: readonly string[];
  /** Names of version sets that every service has. Default `release` and `edge`. */
  readonly serviceVersionSets?: readonly string[];
  /** From sign-in to expiry, in ms. The vendor does not say. Default one hour. */
  readonly tokenLifeMs?: number;
}

/** See each field of `AmigoAccountOptions`. */
export type AmigoAccounts = Required<AmigoAccountOptions>;

const AMIGO_ACCOUNT_DEFAULTS = {
  organization: 'demo-org',
  organizationElsewhere: 'demo-org-eu',
  apiKey: 'demo-key',
  apiKeyId: 'demo-key-id',
  users: ['demo-user'],
  restrictedUsers: ['restricted-user'],
  services: ['65f0c2a19b7d4e0012ab34cd'],
  serviceVersionSets: Object.values(SERVICE_VERSION_SETS),
  tokenLifeMs: 3_600_000,
} as const satisfies AmigoAccounts;

/**
 * Fills in the defaults.
 *
 * @throws {SandboxError} `invalid-option` for a service id that is no id, or a token life that is no time.
 */
export function readAccounts(options: AmigoAccountOptions = {}): AmigoAccounts {
  const accounts: AmigoAccounts = { ...AMIGO_ACCOUNT_DEFAULTS, ...options };
  const wrongService = accounts.services.find((id) => !OBJECT_ID.test(id));
  if (wrongService !== undefined) throw invalid('services', wrongService, '24 hex digits in lower case');
  if (!(accounts.tokenLifeMs > 0)) throw invalid('tokenLifeMs', String(accounts.tokenLifeMs), 'over 0 ms');
  return accounts;
}

function invalid(option: string, actual: string, expected: string): SandboxError {
  return new SandboxError('invalid-option', `${option} holds ${actual.slice(0, 80)}, wanted ${expected}.`, {
    option,
    expected,
  });
}
