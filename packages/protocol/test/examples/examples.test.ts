// This file runs the examples, and checks that they do what their readers are told.
import { expect, test } from 'vitest';
import { holdVadConversation } from './amigoVadConversation.ts';

test('the conversation with Amigo goes from its start to its end, every message where the vendor wants it', () => {
  expect(holdVadConversation()).toEqual([
    '> client.start-conversation',
    '< server.conversation-created',
    '> client.switch-vad-mode',
    '  sessionAccepted',
    '< server.vad-mode-switched',
    '  turnDetectorChanged',
    '  agentReady',
    '  uplinkOpened',
    '> client.new-audio-message',
    '> client.new-audio-message',
    '< server.vad-speech-started',
    '  userSpeechStarted',
    '< server.vad-speech-ended',
    '  userSpeechEnded',
    '  transcript',
    '< server.new-message',
    '  agentAudio',
    '  agentAudioEnded',
    '< server.interaction-complete',
    '  turnCompleted',
    '> client.switch-vad-mode',
    '< server.vad-mode-switched',
    '> client.finish-conversation',
    '  turnDetectorChanged',
    '  uplinkClosed',
    '< server.conversation-completed',
    '> client.close-connection',
    '  sessionEnded',
    '  ended',
  ]);
});
