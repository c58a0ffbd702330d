// This file lists the vendors whose protocols the sandbox speaks. A vendor's server is added here and nowhere else.
import type { SandboxServices, VendorServer } from './server/vendorServer.ts';
import type { VoiceApiEndpoints } from './voice-api/endpoints.ts';
import { voiceApiEndpoints } from './voice-api/endpoints.ts';
import type { VoiceApiOptions } from './voice-api/options.ts';
import { createVoiceApiServer } from './voice-api/server.ts';

/** Options of each vendor's server. */
export interface VendorOptions {
  readonly voiceApi?: VoiceApiOptions;
}

/** Where to point each vendor's clients, and the credentials they need. */
export interface Endpoints {
  readonly voiceApi: VoiceApiEndpoints;
}

interface VendorEntry<Name extends keyof Endpoints> {
  /** As on the command line and in the ledger. */
  readonly id: string;
  /** For people. */
  readonly title: string;
  /** @throws {SandboxError} `invalid-option`. */
  create(services: SandboxServices, options: VendorOptions): VendorServer;
  /** @param authority Host and port of the server. */
  describe(authority: string, options: VendorOptions): Endpoints[Name];
}

/** In the order in which they are asked about a path. */
export const VENDORS: { readonly [Name in keyof Endpoints]: VendorEntry<Name> } = {
  voiceApi: {
    id: 'voice-api',
    title: 'Voice API',
    create: (services, options) => createVoiceApiServer(services, options.voiceApi),
    describe: (authority, options) => voiceApiEndpoints(authority, options.voiceApi),
  },
  // Add yours here: amigo (createAmigoServer), amigoNotes (createAmigoNotesServer), soca (createSocaServer).
};

/** One of the keys of `VENDORS`. */
export type VendorName = keyof Endpoints;

/** All of them. */
export const VENDOR_NAMES = Object.keys(VENDORS) as readonly VendorName[];
