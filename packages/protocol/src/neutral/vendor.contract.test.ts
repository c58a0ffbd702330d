// This file shows that every promise of the vendor contract can be broken, and that the contract then fails.
import { describe, expect, test } from 'vitest';
import { amigoVadSubject } from '../../test/amigoSubject.ts';
import { SECRET, voiceApiSubject } from '../../test/voiceApiSubject.ts';
import type { VendorSubject } from './contract/conversation.contract.ts';
import type { SessionCommand, SessionEvent } from './session.ts';
import { VENDOR_CASES } from './vendor.contract.ts';
import type { SessionStep, Vendor, VendorSession } from './vendor.ts';

const NOTHING: SessionStep = { send: [], events: [] };

/** The good vendor with some of its members replaced. */
const withVendor = (change: (vendor: Vendor) => Partial<Vendor>, good = voiceApiSubject): VendorSubject => ({
  ...good,
  createVendor() {
    const vendor = good.createVendor();
    return { ...vendor, ...change(vendor) };
  },
});

/** The good vendor with some members of every session replaced. */
const withSession = (
  change: (session: VendorSession) => Partial<VendorSession>,
  good = voiceApiSubject,
): VendorSubject =>
  withVendor(
    (vendor) => ({
      createSession(credentials, resume) {
        const session = vendor.createSession(credentials, resume);
        return { ...session, ...change(session) };
      },
    }),
    good,
  );

/** The good vendor that takes a command of this type in any case, and does nothing for it. */
const taking = (type: SessionCommand['type']): VendorSubject =>
  withSession((session) => ({
    command: (command) => (command.type === type ? { ok: true, step: NOTHING } : session.command(command)),
  }));

/** The good vendor with every inbound step changed. */
const withReceived = (change: (step: SessionStep, data: string | Uint8Array) => SessionStep): VendorSubject =>
  withSession((session) => ({ receive: (data) => change(session.receive(data), data) }));

const adding = (step: SessionStep, ...events: readonly SessionEvent[]): SessionStep => ({
  ...step,
  events: [...step.events, ...events],
});

const without = (step: SessionStep, type: SessionEvent['type']): SessionStep => ({
  ...step,
  events: step.events.filter((event) => event.type !== type),
});

const agentAudio = (bytes: Uint8Array): SessionEvent => ({
  type: 'agentAudio',
  bytes,
  format: { encoding: 'pcm-s16le', sampleRate: 16_000 },
});

/** What is broken, how, and words of the case that must notice. */
const SABOTAGES: readonly (readonly [string, VendorSubject, string, good?: VendorSubject])[] = [
  ['an interruption that nobody hears', taking('interrupt'), 'takes an optional command only where it offers it'],
  ['a raw message of anything', taking('sendRaw'), 'refuses whatever is no message as a raw one'],
  ['a keep-alive that is taken after the end', taking('keepAlive'), 'takes keepAlive from socket open to the end'],
  [
    'a keep-alive that says nothing where the vendor asks for it',
    withSession(() => ({ command: () => ({ ok: true, step: NOTHING }) }), amigoVadSubject),
    'takes keepAlive from socket open to the end',
    amigoVadSubject,
  ],
  ['a departure without an end', taking('leave'), 'leaves when told, in one step and once'],
  [
    'a wait that is a new one each time',
    withSession(() => ({ pendingWait: () => ({ awaited: 'rain', limitMs: 1000 }) })),
    'awaits whole milliseconds',
  ],
  [
    'a wait without end',
    withSession(() => {
      const wait = { awaited: 'godot', limitMs: Number.POSITIVE_INFINITY };
      return { pendingWait: () => wait };
    }),
    'awaits whole milliseconds',
  ],
  [
    'a new conversation instead of the old one',
    withVendor((vendor) => ({ createSession: (credentials) => vendor.createSession(credentials) }), {
      ...amigoVadSubject,
      resumption: amigoVadSubject.acceptance,
    }),
    'takes a lost conversation up again',
    amigoVadSubject,
  ],
  [
    'a resume point that leads nowhere',
    withSession(() => ({ resumePoint: () => ({ conversationId: 'x' }) })),
    'gives a resume point exactly where its capabilities say that a session can be taken up again',
  ],
  [
    'a message of 30 ms',
    withVendor(({ capabilities }) => ({ capabilities: { ...capabilities, uplinkMessageMs: 30 } })),
    'declares capabilities',
  ],
  [
    'a timeout of 0 ms',
    withVendor(({ capabilities }) => ({
      capabilities: { ...capabilities, timeouts: { ...capabilities.timeouts, acceptMs: 0 } },
    })),
    'declares capabilities',
  ],
  [
    'audio that uses the message rate up',
    withVendor(({ capabilities }) => ({
      capabilities: { ...capabilities, maxMessageRate: { messageCount: 3000, windowMs: 60_000 } },
    })),
    'a message rate that its own audio leaves room in',
  ],
  [
    'credentials that are never refused',
    withVendor((vendor) => ({ parseCredentials: () => vendor.parseCredentials(voiceApiSubject.credentials) })),
    'takes usable credentials',
  ],
  [
    'an issue that quotes the token',
    withVendor((vendor) => ({
      parseCredentials(value) {
        const result = vendor.parseCredentials(value);
        return result.ok ? result : { ok: false, issues: [{ path: [], expected: 'a token', received: SECRET }] };
      },
    })),
    'takes usable credentials',
  ],
  [
    'a throw on odd credentials',
    withVendor((vendor) => ({
      parseCredentials(value) {
        if (value === undefined || value === null) throw new TypeError('no');
        return vendor.parseCredentials(value);
      },
    })),
    'survives anything as credentials',
  ],
  [
    'a token in the URL',
    withVendor(() => ({
      connectionRequest: () => ({ url: `wss://voice.example/?token=${SECRET}`, subprotocols: [] }),
    })),
    'no secret into the URL',
  ],
  [
    'a greeting that is shown as it is',
    withSession((session) => ({
      open() {
        const step = session.open();
        return { ...step, send: step.send.map((message) => ({ ...message, redacted: String(message.payload) })) };
      },
    })),
    'says its greeting once',
  ],
  [
    'a greeting with every open',
    withSession(() => ({ open: () => ({ ...NOTHING, send: [{ kind: 'control', payload: 'hi', redacted: 'hi' }] }) })),
    'says its greeting once',
  ],
  [
    'audio that is never refused',
    withSession(() => ({ command: () => ({ ok: true, step: NOTHING }) })),
    'refuses audio before acceptance',
  ],
  [
    'audio sent as control',
    withSession((session) => ({
      command(command) {
        const result = session.command(command);
        if (!result.ok) return result;
        return { ok: true, step: { ...NOTHING, send: result.step.send.map((sent) => ({ ...sent, kind: 'control' })) } };
      },
    })),
    'one droppable message',
  ],
  [
    'silence that is refused',
    withSession((session) => ({
      command: (command) =>
        command.type === 'sendAudio' && command.bytes.every((byte) => byte === 0)
          ? { ok: false, issues: [{ path: [], expected: 'sound', received: 'silence' }] }
          : session.command(command),
    })),
    'message of zeros while muted',
  ],
  [
    'audio of any length taken',
    withSession((session) => ({
      command: (command) =>
        session.command(command.type === 'sendAudio' ? { ...command, bytes: voiceApiSubject.uplinkAudio } : command),
    })),
    'refuses audio of the wrong length',
  ],
  [
    'acceptance reported twice',
    withReceived((step, data) =>
      data === '{"type":"connected"}' ? adding(without(step, 'sessionAccepted'), { type: 'sessionAccepted' }) : step,
    ),
    'reports acceptance and readiness once',
  ],
  [
    'readiness reported before acceptance',
    withReceived((step, data) =>
      data === '{"type":"agent_ready"}'
        ? adding(without(step, 'agentReady'), { type: 'agentReady' })
        : without(step, 'agentReady'),
    ),
    'survives readiness before acceptance',
  ],
  [
    'agent audio that is always passed on',
    withReceived((step, data) => (typeof data === 'string' ? step : adding(NOTHING, agentAudio(data)))),
    'passes agent audio on',
  ],
  [
    'agent audio that is cut to whole samples',
    withReceived((step) => ({
      ...step,
      events: step.events.map((event) => (event.type === 'agentAudio' ? agentAudio(event.bytes.subarray(2)) : event)),
    })),
    'passes agent audio on',
  ],
  [
    'every farewell taken for the agent’s',
    withReceived((step) => ({
      ...step,
      events: step.events.map((event) => (event.type === 'sessionEnded' ? { ...event, cause: 'agent-ended' } : event)),
    })),
    'names the cause of every farewell',
  ],
  [
    'unknown messages swallowed',
    withReceived((step) => without(step, 'unknownMessage')),
    'reports unknown and unreadable messages',
  ],
  [
    'a throw on unreadable text',
    withSession((session) => ({
      receive(data) {
        if (typeof data === 'string') JSON.parse(data);
        return session.receive(data);
      },
    })),
    'reports unknown and unreadable messages',
  ],
  [
    'an event that quotes what the server quotes',
    withReceived((step, data) =>
      typeof data === 'string' && data.includes(SECRET)
        ? adding(NOTHING, { type: 'unknownMessage', messageType: data })
        : step,
    ),
    'never reports the secret',
  ],
  [
    'a verdict without retry advice',
    withSession((session) => ({
      // @ts-expect-error -- an advice that does not exist
      closed: (close) => ({ ...session.closed(close), retry: 'perhaps' }),
    })),
    'gives a verdict for every close code',
  ],
  [
    'every close taken for a lost connection',
    withSession(() => ({ closed: () => ({ code: 'connection-lost', retry: 'backoff', vendorCode: '1006' }) })),
    'judges the close by it',
  ],
  [
    'a lost connection that is never tried again',
    withSession(() => ({ closed: () => ({ code: 'connection-lost', retry: 'never', vendorCode: '1006' }) })),
    'calls a broken connection lost',
  ],
  [
    'one session for everybody',
    (() => {
      const vendor = voiceApiSubject.createVendor();
      const shared = new WeakMap<Vendor, VendorSession>();
      return withVendor((own) => ({
        createSession(credentials) {
          const session = shared.get(own) ?? vendor.createSession(credentials);
          shared.set(own, session);
          return session;
        },
      }));
    })(),
    'keeps two sessions of one vendor apart',
  ],
  [
    'agent audio after the end, once in a while',
    withReceived((step, data) =>
      data instanceof Uint8Array && data.length === 640 ? adding(NOTHING, agentAudio(data)) : step,
    ),
    'random conversations',
  ],
  ['inbound messages shown whole', withVendor(() => ({ redactInbound: String })), 'in few words'],
  [
    'inbound text shown as it is',
    withVendor(() => ({ redactInbound: (data) => String(data).slice(0, 600) })),
    'masks secrets',
  ],
];

describe('the vendor contract', () => {
  for (const [sabotage, subject, words, good = voiceApiSubject] of SABOTAGES) {
    test(`fails on ${sabotage}`, () => {
      const matching = VENDOR_CASES.filter(({ name }) => name.includes(words));
      expect(matching.map(({ name }) => name)).toHaveLength(1);
      expect(() => matching[0]?.check(subject)).toThrow();
      expect(() => matching[0]?.check(good)).not.toThrow();
    });
  }

  test('has a sabotage for every promise', () => {
    const unproven = VENDOR_CASES.filter(({ name }) => !SABOTAGES.some(([, , words]) => name.includes(words)));
    expect(unproven.map(({ name }) => name)).toEqual([]);
  });
});
