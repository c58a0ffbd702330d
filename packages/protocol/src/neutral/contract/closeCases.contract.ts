// This file specifies how a session ends: farewells, closed sockets, and what they mean.
import { expect } from 'vitest';
import type { RetryAdvice } from '../session.ts';
import type { ContractCase } from './contractCase.contract.ts';
import { Conversation, type VendorSubject } from './conversation.contract.ts';

const RETRY_ADVICES: readonly RetryAdvice[] = ['none', 'never', 'new-credentials', 'backoff', 'after-delay'];
const CLEAN_CLOSE = { code: 1000, reason: '', wasOpen: true } as const;

/** Brings a session into each phase in which its socket may close. */
const PREPARATIONS: readonly ((talk: Conversation) => Conversation)[] = [
  (talk) => talk.open(),
  (talk) => talk.accept(),
  (talk) => talk.accept().receive(...talk.subject.readiness),
  (talk) => talk.accept().end(),
];

/** Promises about endings. */
export const CLOSE_CASES: readonly ContractCase<VendorSubject>[] = [
  {
    name: 'names the cause of every farewell, says nothing after it, and judges the close by it',
    check(subject) {
      for (const [name, { wire, cause, verdict }] of Object.entries(subject.farewells)) {
        const talk = new Conversation(subject).accept().receive(wire);
        expect(talk.events.at(-1), name).toMatchObject({ type: 'sessionEnded', cause });
        const saidCount = talk.events.length;
        talk.receive(
          wire,
          subject.agentAudio.wire,
          ...subject.acceptance,
          ...subject.readiness,
          subject.unknownMessage,
        );
        expect(talk.events.length, name).toBe(saidCount);
        for (const code of [1000, 1001, 1006, 4999]) {
          expect(talk.session.closed({ ...CLEAN_CLOSE, code }), `${name}, ${code}`).toMatchObject(verdict);
        }
      }
    },
  },
  {
    name: 'gives a verdict for every close code in every phase, and connect-failed where the socket never opened',
    check(subject) {
      for (let code = 1000; code < 5000; code++) {
        for (const prepare of PREPARATIONS) {
          const verdict = prepare(new Conversation(subject)).session.closed({ ...CLEAN_CLOSE, code });
          expect(verdict.code).not.toBe('connect-failed');
          expect(RETRY_ADVICES).toContain(verdict.retry);
          expect(verdict.minDelayMs !== undefined, `${code} ${verdict.retry}`).toBe(verdict.retry === 'after-delay');
          expect(verdict.vendorCode).not.toBe('');
        }
      }
      const refused = new Conversation(subject).session.closed({ code: 1006, reason: '', wasOpen: false });
      expect(refused).toMatchObject({ code: 'connect-failed', retry: 'backoff' });
    },
  },
  {
    name: 'calls a broken connection lost, to be tried again',
    check(subject) {
      const talk = new Conversation(subject).accept();
      const verdict = talk.session.closed({ code: 1006, reason: '', wasOpen: true });
      expect(verdict).toMatchObject({ code: 'connection-lost', retry: 'backoff' });
    },
  },
];
