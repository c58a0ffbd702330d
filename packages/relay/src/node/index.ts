// This file exports the relay: for servers, on Node.
export { createRelay, type Relay } from './createRelay.ts';
export type { Asker, RelayOptions } from './options.ts';
export type { SigningKey } from './hmacSigner.ts';
export { socaRelay, type SocaRelayOptions } from '../vendors/soca.ts';
export { amigoRelay, type AmigoRelayOptions } from '../vendors/amigo.ts';
export { voiceApiTokens } from '../vendors/voiceApi.ts';
export type { RelayVendor } from '../vendors/relayVendor.ts';
export type { RelayEvent } from '../events.ts';
export type { BridgeEnding, BridgeLimits } from '../bridge/bridge.ts';
export type { MintRate } from '../admission/mintLimiter.ts';
export { type UsedTokens, UsedTokenMemory } from '../tokens/usedTokens.ts';
export type { RelayClock } from '../clock.ts';
export { REFUSALS, type RefusalCode } from '../refusals.ts';
export { RelayError } from '../errors.ts';
