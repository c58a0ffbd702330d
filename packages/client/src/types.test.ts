// This file holds what the compiler promises users: it fails in the type check, not when it runs.
import type { Vendor } from '@voicewire/protocol';
import type { amigoNotes } from '@voicewire/protocol/amigo-notes';
import { expectTypeOf, test } from 'vitest';
import type { sendVoiceNote as sendFromPage } from './browser/browserNotes.ts';
import type { sendVoiceNote as sendFromNode } from './node/nodeNotes.ts';
import type { NodeSessionOptions } from './node/index.ts';
import type { BrowserSessionOptions } from './browser/index.ts';
import type {
  NoteRecording,
  VoiceNoteEvent,
  AgentSpeechStarted,
  DisconnectReason,
  SessionEventName,
  SessionStatus,
  VoiceError,
  VoiceSession,
} from './index.ts';

type CommonOption =
  | 'vendor'
  | 'reconnect'
  | 'bargeIn'
  | 'vad'
  | 'releaseMicrophone'
  | 'onListenerFault'
  | 'dangerouslyAllowBrowser'
  | `on${Capitalize<SessionEventName>}`;

test('the names of events, their payloads, and the options are what the documentation says', () => {
  expectTypeOf<SessionEventName>().toEqualTypeOf<
    | 'statusChanged'
    | 'agentStateChanged'
    | 'agentSpeechStarted'
    | 'agentSpeechEnded'
    | 'userSpeechStarted'
    | 'userSpeechEnded'
    | 'transcript'
    | 'agentText'
    | 'turnCompleted'
    | 'agentAction'
    | 'congested'
    | 'speechLost'
    | 'handedOver'
    | 'interrupted'
    | 'devicesChanged'
    | 'playbackBlocked'
    | 'error'
    | 'disconnected'
    | 'unknownMessage'
    | 'levelChanged'
    | 'statsUpdated'
    | 'raw'
  >();
  expectTypeOf<Parameters<VoiceSession['setMicMuted']>>().toEqualTypeOf<[isMuted: boolean]>();
  expectTypeOf<VoiceSession['status']>().toEqualTypeOf<SessionStatus>();
  expectTypeOf<keyof BrowserSessionOptions>().toEqualTypeOf<CommonOption | 'microphone' | 'audio'>();
  expectTypeOf<keyof NodeSessionOptions>().toEqualTypeOf<
    CommonOption | 'input' | 'output' | 'clock' | 'sockets' | 'decoders'
  >();
  expectTypeOf<BrowserSessionOptions['vendor']>().toEqualTypeOf<Vendor>();
});

test('listeners get the payload of their event', () => {
  const session = {} as Pick<VoiceSession, 'on'>;
  const listen = (): void => {
    session.on('error', (error) => expectTypeOf(error).toEqualTypeOf<VoiceError>());
    session.on('disconnected', (reason) => expectTypeOf(reason).toEqualTypeOf<DisconnectReason>());
    session.on('agentSpeechStarted', (speech) => expectTypeOf(speech).toEqualTypeOf<AgentSpeechStarted>());
  };
  expectTypeOf(listen).returns.toBeVoid();
});

test('a voice note is a loop over its events, in every place the same', () => {
  expectTypeOf<ReturnType<typeof sendFromNode>>().toEqualTypeOf<AsyncIterable<VoiceNoteEvent>>();
  expectTypeOf<ReturnType<typeof sendFromPage>>().toEqualTypeOf<AsyncIterable<VoiceNoteEvent>>();
  expectTypeOf<NoteRecording>().toExtend<Parameters<typeof sendFromPage>[0]['audio']>();
  expectTypeOf<Blob>().toExtend<Parameters<typeof sendFromNode>[0]['audio']>();
  expectTypeOf<ReturnType<typeof amigoNotes>>().toExtend<Parameters<typeof sendFromPage>[0]['vendor']>();
  const vendor = {} as ReturnType<typeof amigoNotes>;
  expectTypeOf({ vendor, text: 'yes' }).toExtend<Parameters<typeof sendFromPage>[0]>();
  expectTypeOf({ vendor, text: 'yes' }).toExtend<Parameters<typeof sendFromNode>[0]>();
  expectTypeOf({ vendor, text: 'yes', audio: new Blob([]) }).not.toExtend<Parameters<typeof sendFromPage>[0]>();
  expectTypeOf({ vendor }).not.toExtend<Parameters<typeof sendFromNode>[0]>();
  expectTypeOf<Extract<VoiceNoteEvent, { type: 'playbackFailed' }>['error']>().toEqualTypeOf<VoiceError>();
});
