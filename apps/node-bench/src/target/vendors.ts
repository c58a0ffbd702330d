// This file lists the vendors that can be measured, and what each needs to be reached.
import { fetchCredentials } from '@voicewire/client/node';
import type { Vendor } from '@voicewire/protocol';
import { tokenRequest, voiceApi } from '@voicewire/protocol/voice-api';
import type { MemoryNetwork } from '@voicewire/sandbox/memory';
import { BenchError } from '../benchError.ts';

/** One row per vendor; nothing else in the bench knows their names. */
export interface BenchVendor {
  /** The environment variable that holds the key, so that it stays out of the command line and of shell histories. */
  readonly keyVariable: string;
  /** Opens the sandbox, and is used when the variable is not set. Public. */
  readonly demoKey: string;
  /** @param url Base URL of the API. @param key Secret. */
  connectTo(url: string, key: string): Vendor;
  /** The same over a network inside the process. */
  connectInMemory(network: MemoryNetwork): Vendor;
}

export const VENDORS: ReadonlyMap<string, BenchVendor> = new Map([
  [
    'voice-api',
    {
      keyVariable: 'VOICEWIRE_VOICE_API_KEY',
      demoKey: 'demo-key',
      connectTo(apiUrl, apiKey) {
        const { url, method, headers } = tokenRequest({ apiUrl, apiKey });
        // The vendor checks whatever the server answers before it is used.
        const credentials = () => fetchCredentials(url, { method, headers });
        return voiceApi({ credentials });
      },
      connectInMemory: (network) => voiceApi({ credentials: () => network.issueVoiceApiCredentials() }),
    },
  ],
]);

/**
 * @param name One vendor, or `all`.
 * @throws {BenchError} `vendor-unavailable`.
 */
export function findVendors(name: string): [name: string, vendor: BenchVendor][] {
  if (name === 'all') return [...VENDORS];
  const vendor = VENDORS.get(name);
  if (vendor !== undefined) return [[name, vendor]];
  const known = [...VENDORS.keys(), 'all'].join(', ');
  throw new BenchError('vendor-unavailable', `The vendor "${name}" cannot be measured; --vendor takes: ${known}.`);
}
