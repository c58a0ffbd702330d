// This file specifies what a session engine may rely on, whichever vendor it talks to. Every vendor's test runs it.
import { expect } from 'vitest';
import { CLOSE_CASES } from './contract/closeCases.contract.ts';
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
      const { timeouts, uplinkAudio, downlinkAudio, uplinkMessageMs, maxInboundMessageBytes, generationKey } =
        capabilities;
      expect(uplinkMessageMs % 20).toBe(0);
      const counts = [uplinkAudio.sampleRate, downlinkAudio.sampleRate, uplinkMessageMs, maxInboundMessageBytes];
      for (const count of [...counts, generationKey.arrivalGapMs, ...Object.values<number>({ ...timeouts })]) {
        expect(Number.isInteger(count) && count > 0, String(count)).toBe(true);
      }
    },
  },
];

/** The promises of a vendor. */
export const VENDOR_CASES = [...DECLARATION_CASES, ...SECRECY_CASES, ...ORDER_CASES, ...CLOSE_CASES];

/** Runs the contract for one vendor. */
export function describeVendor(title: string, subject: VendorSubject): void {
  describeContract(title, VENDOR_CASES, subject);
}
