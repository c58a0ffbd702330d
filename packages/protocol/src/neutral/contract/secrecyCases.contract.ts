// This file specifies what never leaves a vendor: secrets, and more text than a person reads.
import fc from 'fast-check';
import { expect } from 'vitest';
import { anyText } from '../../../test/hostileInputs.ts';
import type { ContractCase } from './contractCase.contract.ts';
import { Conversation, type VendorSubject, usable } from './conversation.contract.ts';

const RANDOM_RUN_COUNT = 3000;
const MAX_SHOWN_CHARS = 700;

/** Promises about credentials and what is shown of them. */
export const SECRECY_CASES: readonly ContractCase<VendorSubject>[] = [
  {
    name: 'takes usable credentials and refuses the others with issues that quote nothing',
    check({ createVendor, credentials, unusableCredentials, secrets }) {
      const vendor = createVendor();
      expect(vendor.parseCredentials(credentials).ok).toBe(true);
      for (const [name, value] of Object.entries(unusableCredentials)) {
        const result = vendor.parseCredentials(value);
        expect(result.ok, name).toBe(false);
        for (const secret of secrets) expect(JSON.stringify(result), name).not.toContain(secret);
      }
    },
  },
  {
    name: `survives anything as credentials: ${RANDOM_RUN_COUNT} random values`,
    check({ createVendor }) {
      const vendor = createVendor();
      const property = fc.property(fc.anything(), (value) => void vendor.parseCredentials(value));
      fc.assert(property, { numRuns: RANDOM_RUN_COUNT });
      const throwing = new Proxy(
        {},
        {
          get: () => {
            throw new Error('trap');
          },
          has: () => true,
        },
      );
      expect(vendor.parseCredentials(throwing).ok).toBe(false);
    },
  },
  {
    name: 'puts no secret into the URL',
    check({ createVendor, credentials, secrets }) {
      const vendor = createVendor();
      const { url } = vendor.connectionRequest(usable(vendor, credentials));
      expect(url).toMatch(/^wss?:\/\//);
      for (const secret of secrets) expect(url).not.toContain(secret);
    },
  },
  {
    name: 'says its greeting once, and shows no secret of it',
    check(subject) {
      const { session } = new Conversation(subject);
      const first = session.open();
      const second = session.open();
      expect(second).toEqual({ send: [], events: [] });
      for (const secret of subject.secrets) {
        for (const { redacted } of first.send) expect(redacted).not.toContain(secret);
      }
    },
  },
  {
    name: 'never reports the secret of the session, even when the server quotes it',
    check(subject) {
      const farewells = Object.values(subject.farewells).map(({ wire }) => wire);
      for (const secret of subject.secrets) {
        for (const template of [...subject.errors, ...farewells, subject.unknownMessage]) {
          const wire = template.replaceAll('{secret}', secret);
          const talk = new Conversation(subject).accept().receive(wire);
          talk.expectPromisesKept();
          talk.expectNoSecrets(JSON.stringify(talk.session.closed({ code: 1000, reason: '', wasOpen: true })));
        }
      }
    },
  },
  {
    name: 'shows any inbound message in few words and without throwing',
    check({ createVendor }) {
      const vendor = createVendor();
      const property = fc.property(
        fc.oneof(anyText, fc.json(), fc.uint8Array()),
        fc.nat({ max: 50 }),
        (data, repeatCount) => {
          const long = typeof data === 'string' ? data.repeat(repeatCount) : data;
          expect(vendor.redactInbound(long).length).toBeLessThanOrEqual(MAX_SHOWN_CHARS);
        },
      );
      fc.assert(property, { numRuns: RANDOM_RUN_COUNT });
    },
  },
  {
    name: 'masks secrets in what it shows of inbound messages',
    check({ createVendor, errors, secrets }) {
      const vendor = createVendor();
      for (const secret of secrets) {
        for (const wire of [...errors, `token ${secret} is bad`, `${'x '.repeat(245)}${secret}`]) {
          expect(vendor.redactInbound(wire.replaceAll('{secret}', secret))).not.toContain(secret);
        }
      }
    },
  },
];
