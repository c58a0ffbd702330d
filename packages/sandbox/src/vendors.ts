// This file lists the vendors whose protocols the sandbox speaks. A vendor's server is added here and nowhere else.
import type { AmigoServerOptions } from './amigo/options.ts';
import { createAmigoServer } from './amigo/server.ts';
import { createAmigoNotesServer } from './amigo-notes/server.ts';
import type { AmigoNotesServerOptions } from './amigo-notes/options.ts';
import type { AmigoAccountOptions } from './amigo-shared/accounts.ts';
import { createAmigoBackend } from './amigo-shared/amigoBackend.ts';
import type { AmigoEndpoints } from './amigo-shared/endpoints.ts';
import { amigoEndpoints } from './amigo-shared/endpoints.ts';
import { joinServers } from './server/joinServers.ts';
import type { SandboxServices, VendorServer } from './server/vendorServer.ts';
import type { SocaEndpoints } from './soca/endpoints.ts';
import { socaEndpoints } from './soca/endpoints.ts';
import type { SocaServerOptions } from './soca/options.ts';
import { createSocaServer } from './soca/server.ts';
import type { VoiceApiEndpoints } from './voice-api/endpoints.ts';
import { voiceApiEndpoints } from './voice-api/endpoints.ts';
import type { VoiceApiOptions } from './voice-api/options.ts';
import { createVoiceApiServer } from './voice-api/server.ts';

/** Options of each vendor's server. */
export interface VendorOptions {
  readonly voiceApi?: VoiceApiOptions;
  /** Who may use both of Amigo's surfaces. */
  readonly amigoAccounts?: AmigoAccountOptions;
  readonly amigo?: AmigoServerOptions;
  readonly amigoNotes?: AmigoNotesServerOptions;
  readonly soca?: SocaServerOptions;
}

/** Where to point each vendor's clients, and the credentials they need. */
export interface Endpoints {
  readonly voiceApi: VoiceApiEndpoints;
  readonly amigo: AmigoEndpoints;
  readonly soca: SocaEndpoints;
}

interface VendorEntry<Name extends keyof Endpoints> {
  /** As on the command line and in the ledger. */
  readonly id: string;
  /** For people. */
  readonly title: string;
  /** True when its agents speak MP3, so that an encoder is worth loading. */
  readonly speaksMp3: boolean;
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
    speaksMp3: false,
    create: (services, options) => createVoiceApiServer(services, options.voiceApi),
    describe: (authority, options) => voiceApiEndpoints(authority, options.voiceApi),
  },
  amigo: {
    id: 'amigo',
    title: 'Amigo',
    speaksMp3: true,
    create(services, options) {
      const backend = createAmigoBackend(services, options.amigoAccounts);
      return joinServers('amigo', [
        createAmigoServer(services, backend, options.amigo),
        createAmigoNotesServer(services, backend, options.amigoNotes),
      ]);
    },
    describe: (authority, options) => amigoEndpoints(authority, options.amigoAccounts),
  },
  soca: {
    id: 'soca',
    title: 'Soca',
    speaksMp3: true,
    create: (services, options) => createSocaServer(services, options.soca),
    describe: (authority, options) => socaEndpoints(authority, options.soca),
  },
};

/** One of the keys of `VENDORS`. */
export type VendorName = keyof Endpoints;

/** All of them. */
export const VENDOR_NAMES = Object.keys(VENDORS) as readonly VendorName[];

/** Of all vendors, served or not. @param authority Host and port of the server. */
export function describeEndpoints(authority: string, options: VendorOptions): Endpoints {
  // One line per vendor, since only so each keeps its own type.
  return {
    voiceApi: VENDORS.voiceApi.describe(authority, options),
    amigo: VENDORS.amigo.describe(authority, options),
    soca: VENDORS.soca.describe(authority, options),
  };
}
