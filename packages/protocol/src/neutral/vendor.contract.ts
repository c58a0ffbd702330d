// This file specifies what a session engine may rely on, whichever vendor it talks to. Every vendor's test runs it.
import { expect } from 'vitest';
import { CLOSE_CASES } from './contract/closeCases.contract.ts';
import { COMMAND_CASES } from './contract/commandCases.contract.ts';
import { type ContractCase, describeContract } from './contract/contractCase.contract.ts';
import type { VendorSubject } from './contract/conversation.contract.ts';
import { ORDER_CASES } from './contract/orderCases.contract.ts';
import { SECRECY_CASES } from './contract/secrecyCases.contract.ts';

export type { VendorSubject } from './contract/conversation.contract.ts';

const DECLARATION_CASES: readonly ContractCase<VendorSubject>[] = [
  {
    name: 'declares capabilities in whole, positive numbers, and messages of whole 20 ms frames',
    check({ createVendor }) {
      const { capabilities } = createVendor();
      expect(capabilities.uplinkMessageMs % 20).toBe(0);
      const numbers = numbersIn(capabilities);
      expect(numbers.length).toBeGreaterThan(7);
      for (const { path, value } of numbers)
        expect(Number.isInteger(value) && value > 0, `${path}: ${value}`).toBe(true);
    },
  },
  {
    name: 'declares a message rate that its own audio leaves room in, and audio messages within the size limit',
    check({ createVendor, uplinkAudio }) {
      const { uplinkMessageMs, maxMessageRate, maxOutboundMessageBytes } = createVendor().capabilities;
      if (maxMessageRate !== null) {
        const audioCount = maxMessageRate.windowMs / uplinkMessageMs;
        expect(audioCount).toBeLessThanOrEqual(maxMessageRate.messageCount * 0.95);
      }
      // Base64 in JSON takes 4/3 and a frame around it; twice the bytes is an upper bound of both.
      if (maxOutboundMessageBytes !== null) expect(uplinkAudio.length * 2).toBeLessThan(maxOutboundMessageBytes);
    },
  },
];

/** Every number in a value, with the path to it. */
function numbersIn(value: unknown, path = ''): readonly { readonly path: string; readonly value: number }[] {
  if (typeof value === 'number') return [{ path, value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => numbersIn(child, `${path}.${key}`));
}

/** The promises of a vendor. */
export const VENDOR_CASES = [...DECLARATION_CASES, ...SECRECY_CASES, ...ORDER_CASES, ...COMMAND_CASES, ...CLOSE_CASES];

/** Runs the contract for one vendor. */
export function describeVendor(title: string, subject: VendorSubject): void {
  describeContract(title, VENDOR_CASES, subject);
}
