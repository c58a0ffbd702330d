// This file specifies the order of a session: what may be sent when, and what may surface when.
import fc from 'fast-check';
import { expect } from 'vitest';
import { hostileInputs } from '../../../test/hostileInputs.ts';
import { EVERY_COMMAND } from './commandCases.contract.ts';
import type { ContractCase } from './contractCase.contract.ts';
import { Conversation, type VendorSubject, type Wire, quoteSecret, usable } from './conversation.contract.ts';

const RANDOM_RUN_COUNT = 3000;

/** Throws unless audio is taken exactly while the session says so. */
function expectAudioTaken(talk: Conversation): void {
  const isOpen = talk.isUplinkOpen;
  expect(talk.sendAudio(talk.subject.uplinkAudio), 'audio taken').toBe(isOpen && !talk.isClosed);
}

/** Promises about the order of messages and events. */
export const ORDER_CASES: readonly ContractCase<VendorSubject>[] = [
  {
    name: 'refuses audio before acceptance and after the end',
    check(subject) {
      const talk = new Conversation(subject);
      expect(talk.sendAudio(subject.uplinkAudio), 'before open').toBe(false);
      expect(talk.open().sendAudio(subject.uplinkAudio), 'before acceptance').toBe(false);
      expect(talk.receive(...subject.acceptance).sendAudio(subject.uplinkAudio), 'after acceptance').toBe(true);
      expect(talk.end().sendAudio(subject.uplinkAudio), 'after the end').toBe(false);
    },
  },
  {
    name: 'sends uplink audio as one droppable message, described but not shown',
    check(subject) {
      const talk = new Conversation(subject).accept();
      // The first message may carry a description of the stream, and then must not be dropped.
      talk.sendAudio(subject.uplinkAudio);
      const result = talk.session.command({ type: 'sendAudio', bytes: subject.uplinkAudio });
      const sent = result.ok ? result.step.send : [];
      expect(sent.map((message) => message.kind)).toEqual(['audio']);
      expect(sent[0]?.redacted.length).toBeLessThan(100);
    },
  },
  {
    name: 'takes a message of zeros while muted, for the stream must not stop',
    appliesTo: ({ createVendor }) => createVendor().capabilities.needsContinuousUplink,
    check(subject) {
      const talk = new Conversation(subject).accept();
      expect(talk.sendAudio(new Uint8Array(subject.uplinkAudio.length))).toBe(true);
    },
  },
  {
    name: 'refuses audio of the wrong length, and goes on as if nothing had been asked',
    check(subject) {
      const talk = new Conversation(subject).accept();
      for (const [name, bytes] of Object.entries(subject.unusableUplinkAudio)) {
        expect(talk.sendAudio(bytes), name).toBe(false);
        expect(talk.sendAudio(subject.uplinkAudio), `after ${name}`).toBe(true);
      }
    },
  },
  {
    name: 'reports acceptance and readiness once each, however often they are said',
    check(subject) {
      const { acceptance, readiness } = subject;
      const talk = new Conversation(subject).open().receive(...acceptance, ...acceptance, ...readiness, ...readiness);
      expect(talk.count('sessionAccepted')).toBe(1);
      expect(talk.count('agentReady')).toBe(1);
    },
  },
  {
    name: 'reports readiness that comes after the first audio, and survives readiness before acceptance',
    check(subject) {
      const { acceptance, readiness, agentAudio } = subject;
      const late = new Conversation(subject).accept().receive(agentAudio.wire, ...readiness);
      expect(late.count('agentReady')).toBe(1);
      const early = new Conversation(subject).open().receive(...readiness, ...acceptance, agentAudio.wire);
      expect(early.count('agentReady')).toBe(1);
      early.expectPromisesKept();
    },
  },
  {
    name: 'passes agent audio on as it came, in the declared format, from acceptance to the end and not beyond',
    check(subject) {
      const { agentAudio, acceptance } = subject;
      const talk = new Conversation(subject).open().receive(agentAudio.wire);
      expect(talk.count('agentAudio'), 'before acceptance').toBe(0);
      talk
        .receive(...acceptance, agentAudio.wire)
        .end()
        .receive(agentAudio.wire);
      const heard = talk.events.filter((event) => event.type === 'agentAudio');
      const { downlinkAudio: format, generationKey } = subject.createVendor().capabilities;
      expect(heard).toMatchObject([{ type: 'agentAudio', bytes: agentAudio.bytes, format }]);
      expect(heard[0]?.generation === undefined, 'a generation').toBe(generationKey.kind === 'none');
    },
  },
  {
    name: 'reports unknown and unreadable messages, and goes on',
    check(subject) {
      const { unknownMessage, unreadable, agentAudio } = subject;
      const talk = new Conversation(subject).accept().receive(unknownMessage, ...unreadable, agentAudio.wire);
      expect(talk.count('unknownMessage')).toBe(1);
      expect(talk.count('malformedMessage')).toBe(unreadable.length);
      expect(talk.count('agentAudio')).toBe(1);
    },
  },
  {
    name: 'keeps two sessions of one vendor apart',
    check(subject) {
      const vendor = subject.createVendor();
      const first = vendor.createSession(usable(vendor, subject.credentials));
      const second = vendor.createSession(usable(vendor, subject.credentials));
      first.open();
      for (const wire of subject.acceptance) first.receive(wire);
      expect(first.command({ type: 'sendAudio', bytes: subject.uplinkAudio }).ok).toBe(true);
      expect(second.command({ type: 'sendAudio', bytes: subject.uplinkAudio }).ok).toBe(false);
      expect(second.open()).toEqual(subject.createVendor().createSession(usable(vendor, subject.credentials)).open());
    },
  },
  {
    name: `keeps its promises through ${RANDOM_RUN_COUNT} random conversations`,
    check(subject) {
      const { acceptance, readiness, agentAudio, unknownMessage, unreadable, errors } = subject;
      const farewells = Object.values(subject.farewells).map(({ wire }) => wire);
      const texts = [...errors, ...farewells, unknownMessage].map((wire) => quoteSecret(subject, wire));
      const samples: Wire[] = [...acceptance, ...readiness, agentAudio.wire, ...unreadable, ...texts];
      const step = fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...samples).map((wire) => ({ type: 'receive', wire }) as const) },
        {
          weight: 1,
          arbitrary: hostileInputs(fc.constantFrom(...texts)).map((wire) => ({ type: 'receive', wire }) as const),
        },
        {
          weight: 3,
          arbitrary: fc.constantFrom('open', 'sendAudio', 'expire', 'close').map((type) => ({ type }) as const),
        },
        {
          weight: 2,
          arbitrary: fc.constantFrom(...EVERY_COMMAND).map((command) => ({ type: 'command', command }) as const),
        },
      );
      const property = fc.property(fc.boolean(), fc.array(step, { maxLength: 20 }), (isAccepted, steps) => {
        const talk = new Conversation(subject);
        if (isAccepted) talk.accept();
        for (const now of steps) {
          if (now.type === 'receive') talk.receive(now.wire);
          else if (now.type === 'open') talk.open();
          else if (now.type === 'sendAudio') expectAudioTaken(talk);
          else if (now.type === 'command') talk.command(now.command);
          else if (now.type === 'expire') talk.expire();
          else talk.close();
        }
        talk.expectPromisesKept();
      });
      fc.assert(property, { numRuns: RANDOM_RUN_COUNT });
    },
  },
];
