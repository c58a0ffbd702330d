// This file specifies commands beyond audio: which are taken, what is awaited, and how a session is taken up again.
import { expect } from 'vitest';
import type { OptionalCommand } from '../capabilities.ts';
import type { SessionCommand } from '../session.ts';
import type { ContractCase } from './contractCase.contract.ts';
import { Conversation, type VendorSubject } from './conversation.contract.ts';

const OPTIONAL_COMMANDS: Readonly<Record<OptionalCommand, SessionCommand>> = {
  endUserTurn: { type: 'endUserTurn' },
  sendUserMessage: { type: 'sendUserMessage', text: 'Where is my order?' },
  sendContextualUpdate: { type: 'sendContextualUpdate', text: 'The user opened the cart.' },
  interrupt: { type: 'interrupt' },
  setTurnDetector: { type: 'setTurnDetector', detector: 'server' },
  finish: { type: 'finish' },
  sendRaw: { type: 'sendRaw', message: { type: 'x-new', level: 3 } },
};

const HOSTILE_RAW: readonly unknown[] = [
  undefined,
  null,
  7,
  'text',
  [],
  {},
  () => 1,
  10n,
  { type: 7 },
  { toJSON: () => undefined },
  {
    get type(): string {
      throw new Error('trap');
    },
  },
];

/** One of each, and updates that want an answer. */
export const EVERY_COMMAND: readonly SessionCommand[] = [
  ...Object.values(OPTIONAL_COMMANDS),
  { type: 'sendContextualUpdate', text: 'The card was declined.', startTurn: true },
  { type: 'setTurnDetector', detector: 'client' },
  { type: 'keepAlive' },
  { type: 'leave' },
];

/** Promises about commands, waits and resumption. */
export const COMMAND_CASES: readonly ContractCase<VendorSubject>[] = [
  {
    name: 'takes an optional command only where it offers it, and never before acceptance or after the end',
    check(subject) {
      const { commands } = subject.createVendor().capabilities;
      for (const [name, command] of Object.entries(OPTIONAL_COMMANDS)) {
        expect(new Conversation(subject).open().command(command), `${name} before acceptance`).toBe(false);
        const ended = new Conversation(subject).accept().end();
        expect(ended.command(command), `${name} after the end`).toBe(false);
        const talk = new Conversation(subject).accept().receive(...subject.readiness);
        const isSpeaking = name !== 'endUserTurn' || talk.sendAudio(subject.uplinkAudio);
        // Whether it may come just now is the vendor's to say; what is not offered is never taken.
        const isTaken = talk.command(command);
        if (!commands.includes(command.type as OptionalCommand)) expect(isTaken, name).toBe(false);
        else if (isSpeaking && name.startsWith('send')) expect(isTaken, name).toBe(true);
      }
    },
  },
  {
    name: 'refuses whatever is no message as a raw one, and does not throw',
    check(subject) {
      for (const message of HOSTILE_RAW) {
        const talk = new Conversation(subject).accept();
        expect(talk.command({ type: 'sendRaw', message })).toBe(false);
        expect(talk.sendAudio(subject.uplinkAudio)).toBe(true);
      }
    },
  },
  {
    name: 'takes keepAlive from socket open to the end, and says something with it where the vendor asks for it',
    check(subject) {
      const isNeeded = subject.createVendor().capabilities.keepAlive !== null;
      expect(new Conversation(subject).command({ type: 'keepAlive' }), 'before open').toBe(false);
      for (const talk of [new Conversation(subject).open(), new Conversation(subject).accept()]) {
        const result = talk.session.command({ type: 'keepAlive' });
        expect(result.ok && result.step.send.length > 0, 'kept alive').toBe(isNeeded);
        expect(result.ok).toBe(true);
      }
      const ended = new Conversation(subject).accept().end();
      expect(ended.command({ type: 'keepAlive' }), 'after the end').toBe(false);
    },
  },
  {
    name: 'leaves when told, in one step and once, and calls the close that follows an end',
    check(subject) {
      for (const talk of [new Conversation(subject).open(), new Conversation(subject).accept()]) {
        expect(talk.command({ type: 'leave' })).toBe(true);
        expect(talk.events.at(-1)).toMatchObject({ type: 'sessionEnded', cause: 'client-ended' });
        expect(talk.command({ type: 'leave' }), 'again').toBe(false);
        expect(talk.sendAudio(subject.uplinkAudio), 'audio').toBe(false);
        const saidCount = talk.events.length;
        talk.receive(...subject.acceptance, subject.agentAudio.wire);
        expect(talk.events.length).toBe(saidCount);
        expect(talk.close(1000)).toMatchObject({ code: 'ended', retry: 'none' });
      }
    },
  },
  {
    name: 'awaits whole milliseconds, the same object for the same wait, and forgets what is no longer awaited',
    check(subject) {
      const talk = new Conversation(subject).open();
      for (const wire of [...subject.acceptance, ...subject.readiness]) {
        const wait = talk.session.pendingWait();
        expect(talk.session.pendingWait()).toBe(wait);
        if (wait)
          expect(Number.isInteger(wait.limitMs) && wait.limitMs > 0, `${wait.awaited} ${wait.limitMs}`).toBe(true);
        talk.receive(wire);
      }
      const stale = { awaited: 'godot', limitMs: 1000 };
      expect(talk.session.expireWait(stale)).toEqual({ send: [], events: [] });
      expect(talk.end().session.pendingWait(), 'after the end').toBeUndefined();
    },
  },
  {
    name: 'takes a lost conversation up again from its resume point, and says so',
    appliesTo: ({ createVendor }) => createVendor().capabilities.canResume,
    check(subject) {
      const lost = new Conversation(subject);
      expect(lost.session.resumePoint(), 'before acceptance').toBeUndefined();
      const point = lost.accept().session.resumePoint();
      lost.close(1006);
      expect(point?.conversationId).not.toBe('');
      const stored = JSON.parse(JSON.stringify(point)) as NonNullable<typeof point>;
      expect(stored, 'plain data').toEqual(point);
      lost.expectNoSecrets(JSON.stringify(point));
      const again = new Conversation(subject, stored).open().receive(...(subject.resumption ?? subject.acceptance));
      const accepted = again.events.find(({ type }) => type === 'sessionAccepted');
      expect(accepted).toMatchObject({ conversationId: stored.conversationId });
      // Not every server tells whether it remembers.
      expect(accepted).not.toMatchObject({ isResumed: false });
      expect(again.sendAudio(subject.uplinkAudio), 'audio').toBe(true);
    },
  },
  {
    name: 'gives a resume point exactly where its capabilities say that a session can be taken up again',
    check(subject) {
      const point = new Conversation(subject).accept().session.resumePoint();
      expect(point !== undefined).toBe(subject.createVendor().capabilities.canResume);
    },
  },
];
