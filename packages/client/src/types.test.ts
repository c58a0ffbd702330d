// This file holds what the compiler promises users: it fails in the type check, not when it runs.
import type { Vendor } from '@voicewire/protocol';
import { expectTypeOf, test } from 'vitest';
import type { NodeSessionOptions } from './node/index.ts';
import type { BrowserSessionOptions } from './browser/index.ts';
import type {
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
