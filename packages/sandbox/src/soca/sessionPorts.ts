// This file names what one session of Soca's works with.
import type { ConnectionLedger } from '../ledger/connectionLedger.ts';
import type { Conditions } from '../server/conditions.ts';
import type { FaultPlan } from '../server/faultPlan.ts';
import type { SandboxServices } from '../server/vendorServer.ts';
import type { Mp3Speech } from '../speech/mp3Speech.ts';
import type { SocaFaultName } from './faults.ts';
import type { SocaSettings } from './options.ts';
import type { SessionBook } from './sessionBook.ts';

/** What a session needs besides its socket. */
export interface SocaSessionPorts {
  readonly services: SandboxServices;
  readonly settings: SocaSettings;
  readonly conditions: Conditions;
  readonly sessions: SessionBook;
  readonly ledger: ConnectionLedger;
  readonly faults: FaultPlan<SocaFaultName>;
  readonly mp3: Mp3Speech;
  onClosed(): void;
}
