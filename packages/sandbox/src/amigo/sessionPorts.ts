// This file defines what a session needs besides its socket.
import type { ServerMessage } from '@voicewire/protocol/amigo';
import type { AgentFactory } from '../agents/agent.ts';
import type { AmigoBackend } from '../amigo-shared/amigoBackend.ts';
import type { ConnectionLedger } from '../ledger/connectionLedger.ts';
import type { Random } from '../random.ts';
import type { Breaches } from '../server/breaches.ts';
import type { Profile } from '../server/policy.ts';
import type { SandboxServices } from '../server/vendorServer.ts';
import type { Mp3Speech } from '../speech/mp3Speech.ts';
import type { RateConverter } from '../speech/rateConverter.ts';
import type { Attempts } from './attempts.ts';
import type { AmigoFaults } from './faults.ts';
import type { Handshake } from './handshake.ts';
import type { AmigoSettings } from './options.ts';
import type { RuleId } from './rules.ts';

/** One connection's. */
export interface SessionPorts {
  readonly services: SandboxServices;
  readonly backend: AmigoBackend;
  readonly attempts: Attempts;
  readonly rates: RateConverter;
  /** Absent when no encoder is loaded. */
  readonly mp3: Mp3Speech | undefined;
  readonly settings: AmigoSettings;
  readonly faults: AmigoFaults;
  readonly profile: Profile;
  readonly ledger: ConnectionLedger;
  readonly breaches: Breaches<RuleId>;
  readonly createAgent: AgentFactory;
  readonly random: Random;
  readonly handshake: Handshake;
  /** Who the token names; a stand-in where it names nobody and the policy lets it pass. */
  readonly userId: string;
  /** True when another open connection has this user's place at the service. */
  readonly isPlaceOccupied: (serviceId: string) => boolean;
  readonly onClosed: () => void;
}

/** Where a session stands. */
export type SessionState =
  | 'open'
  | 'initialising'
  | 'ready'
  | 'user_audio'
  | 'agent_turn'
  | 'vad_enabling'
  | 'vad'
  | 'vad_disabling'
  | 'finishing'
  | 'completed'
  /** After `close-connection`. */
  | 'leaving'
  /** Our close frame is sent. */
  | 'closing'
  | 'closed';

/** What a session's parts do to it. */
export interface SessionLink {
  state: SessionState;
  /**
   * @param stateBefore Of a message that tells of a transition: the state that was left. Default: the state.
   * @param stateAfter Of one that is sent before its transition: the state that follows. Default: the state.
   */
  send(message: ServerMessage, stateBefore?: SessionState, stateAfter?: SessionState): void;
  /** Records a breach and closes. @returns False under policy `record`: nothing is closed. */
  readonly refuse: (ruleId: RuleId, detail: string, closeCode: number) => boolean;
}
