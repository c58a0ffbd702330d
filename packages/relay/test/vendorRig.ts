// This file starts a relay's vendor with calls that the test answers, and two who hold tokens.
import type { HttpRequest } from '@voicewire/protocol';
import { Refusal } from '../src/refusals.ts';
import type { Grant } from '../src/tokens/tokenBook.ts';
import type { RelayVendor, StartedVendor } from '../src/vendors/relayVendor.ts';
import { TestClock } from './relayClock.ts';

/** Stands for a vendor's key: where it shows up, a test fails. */
export const KEY = 'canary-key-9f8e7d6c5b4a';
export const ANNA: Grant = { vendor: 'v', origin: 'https://app.example', holder: 'anna', user: 'anna' };
export const BEN: Grant = { ...ANNA, holder: 'ben', user: 'ben' };

/** Answers each call with the next of the bodies, all of them 200. */
export function start(vendor: RelayVendor, ...bodies: readonly object[]) {
  const calls: HttpRequest[] = [];
  const started: StartedVendor = vendor.start({
    clock: new TestClock(),
    call(request, read) {
      calls.push(request);
      const body = bodies[Math.min(calls.length, bodies.length) - 1];
      const result = read(200, JSON.stringify(body));
      return result.ok ? Promise.resolve(result.message) : Promise.reject(new Refusal('vendor-unavailable'));
    },
  });
  return { started, calls };
}

/** A message as it arrives. */
export const bytesOf = (message: unknown): Uint8Array =>
  Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));

/** What was thrown, or what was given where nothing was. */
export function faultOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (thrown) {
    return thrown;
  }
}
