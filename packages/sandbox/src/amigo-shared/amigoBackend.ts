// This file is what stands behind both Amigo surfaces: accounts, tokens and conversations.
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import { forkRandom } from '../random.ts';
import type { AmigoAccountOptions, AmigoAccounts } from './accounts.ts';
import { readAccounts } from './accounts.ts';
import { Conversations } from './conversations.ts';
import { TokenBook } from './tokenBook.ts';

/** Time and chance. */
export interface AmigoBackendPorts {
  readonly clock: Clock;
  readonly random: Random;
  /** Wall clock, in ms since 1970. */
  nowEpochMs(): number;
}

/** One per sandbox. */
export interface AmigoBackend {
  readonly accounts: AmigoAccounts;
  readonly tokens: TokenBook;
  readonly conversations: Conversations;
}

/**
 * Creates it.
 *
 * @throws {SandboxError} `invalid-option`, as `readAccounts`.
 */
export function createAmigoBackend(ports: AmigoBackendPorts, options?: AmigoAccountOptions): AmigoBackend {
  const accounts = readAccounts(options);
  const { clock, random } = ports;
  const nowEpochMs = (): number => ports.nowEpochMs();
  return {
    accounts,
    tokens: new TokenBook({ random: forkRandom(random), nowEpochMs }),
    conversations: new Conversations({ clock, random: forkRandom(random), nowEpochMs }),
  };
}
