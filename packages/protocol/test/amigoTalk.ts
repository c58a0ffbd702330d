// This file leads a conversation with one Amigo session, in the words of both halves of the codec.
import {
  amigo,
  encodeServerMessage,
  parseClientMessage,
  type AmigoOptions,
  type ClientMessage,
  type ServerMessage,
} from '../src/amigo/index.ts';
import type { CloseVerdict, SessionCommand, SessionEvent } from '../src/neutral/session.ts';
import type { ResumePoint, SessionStep, VendorSession } from '../src/neutral/vendor.ts';
import { AMIGO_OPTIONS, AMIGO_SECRET, CONVERSATION_ID } from './amigoSubject.ts';

export const CREATED: ServerMessage = { type: 'server.conversation-created', conversation_id: CONVERSATION_ID };
export const RETRIEVED: ServerMessage = { type: 'server.conversation-retrieved' };
export const SWITCHED_ON: ServerMessage = { type: 'server.vad-mode-switched', current_vad_mode_on: true };
export const SWITCHED_OFF: ServerMessage = { type: 'server.vad-mode-switched', current_vad_mode_on: false };
export const COMPLETED: ServerMessage = { type: 'server.conversation-completed' };

/** 60 ms of a ramp. */
export const AUDIO = Uint8Array.from({ length: 1920 }, (_, index) => index % 251);

/** A piece of an agent message: 4 bytes of audio, unless `fields` say otherwise. */
export const pieceOf = (fields: object = {}): ServerMessage => ({
  type: 'server.new-message',
  interaction_id: 'i1',
  message_id: 'm1',
  sequence_number: 0,
  message: 'AQACAA==',
  transcript_alignment: null,
  stop: false,
  ...fields,
});

/** The end of an interaction. */
export const completeOf = (fields: object = {}): ServerMessage => ({
  type: 'server.interaction-complete',
  message_id: 'm1',
  interaction_id: 'i1',
  full_message: 'Hi',
  conversation_completed: false,
  ...fields,
});

/** One session with everything it said, to either side. */
export class AmigoTalk {
  readonly session: VendorSession;
  /** What went to the server, read by the server's half of the codec. */
  readonly sent: ClientMessage[] = [];
  readonly events: SessionEvent[] = [];

  constructor(options: Partial<AmigoOptions> = {}, resume?: ResumePoint) {
    const vendor = amigo({ ...AMIGO_OPTIONS, ...options });
    this.session = vendor.createSession({ token: AMIGO_SECRET }, resume);
  }

  /** Up to the first word, where the server detects turns. */
  static inVad(options: Partial<AmigoOptions> = {}): AmigoTalk {
    return new AmigoTalk(options).open().hear(CREATED, SWITCHED_ON).forget();
  }

  /** The same, where the client does. */
  static inManual(options: Partial<AmigoOptions> = {}): AmigoTalk {
    return new AmigoTalk({ turnMode: 'manual', ...options }).open().hear(CREATED).forget();
  }

  open(): this {
    return this.#take(this.session.open());
  }

  hear(...messages: readonly ServerMessage[]): this {
    for (const message of messages) this.#take(this.session.receive(encodeServerMessage(message)));
    return this;
  }

  /** Throws when the command is refused. */
  say(...commands: readonly (SessionCommand | SessionCommand['type'])[]): this {
    for (const given of commands) {
      const command = typeof given === 'string' ? ({ type: given } as SessionCommand) : given;
      const result = this.session.command(command);
      if (!result.ok) throw new Error(`${command.type} was refused: ${JSON.stringify(result.issues)}`);
      this.#take(result.step);
    }
    return this;
  }

  speak(count = 1): this {
    for (let spoken = 0; spoken < count; spoken++) this.say({ type: 'sendAudio', bytes: AUDIO });
    return this;
  }

  refuses(command: SessionCommand): boolean {
    return !this.session.command(command).ok;
  }

  expire(): this {
    const wait = this.session.pendingWait();
    if (wait === undefined) throw new Error('Nothing is awaited.');
    return this.#take(this.session.expireWait(wait));
  }

  close(code: number): CloseVerdict {
    return this.session.closed({ code, reason: '', wasOpen: true });
  }

  get eventTypes(): readonly string[] {
    return this.events.map(({ type }) => type);
  }

  /** What was sent, a word each, and audio with what is special about it. */
  get sentTypes(): readonly string[] {
    return this.sent.map((message) => {
      const name = message.type.replace('client.', '');
      if (message.type === 'client.switch-vad-mode') return `${name} ${message.vad_mode_on ? 'on' : 'off'}`;
      if (message.type !== 'client.new-audio-message') return name;
      return `audio${message.audio === null ? ' end' : ''}${message.audio_config ? ' config' : ''}`;
    });
  }

  /** Forgets what has been said so far. */
  forget(): this {
    this.sent.length = 0;
    this.events.length = 0;
    return this;
  }

  #take({ send, events }: SessionStep): this {
    this.events.push(...events);
    for (const { payload } of send) {
      const parsed = parseClientMessage(payload);
      if (!parsed.ok) throw new Error(`The server cannot read ${String(payload)}: ${JSON.stringify(parsed.issues)}`);
      this.sent.push(parsed.message);
    }
    return this;
  }
}
