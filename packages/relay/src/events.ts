// This file defines what the relay tells about itself. Nothing in it is secret, and nothing was said by a client or a vendor.
import type { BridgeEnding } from './bridge/bridge.ts';
import type { RefusalCode } from './refusals.ts';

/** Something that happened, for logs and counters. `vendor` is the name in the relay's options. */
export type RelayEvent =
  | { readonly type: 'credentialsIssued'; readonly vendor: string }
  | {
      readonly type: 'credentialsRefused';
      readonly vendor: string;
      readonly code: RefusalCode;
      /** What your `authorize` threw, where it did. Yours, so it is not looked at here. */
      readonly cause?: unknown;
    }
  | { readonly type: 'upgradeRefused'; readonly vendor: string; readonly code: RefusalCode }
  | { readonly type: 'connectionOpened'; readonly vendor: string; readonly connectionId: number }
  | ({ readonly type: 'connectionEnded'; readonly vendor: string; readonly connectionId: number } & BridgeEnding);
