// This file takes a note: what the user says goes to the agent, its reply comes as a stream.
import type { ClientMessage, InteractQuery, RequestAudioConfig } from '@voicewire/protocol/amigo-notes';
import { LIMITS } from '@voicewire/protocol/amigo-notes';
import { WAV_FORMAT_PCM, decodeUtf8, readWavHeader, sniffAudio } from '@voicewire/protocol/wire';
import { AGENT_SAMPLE_RATE } from '../agents/agent.ts';
import type { Recording } from '../amigo-shared/recordings.ts';
import { describeSpeech } from '../hearing/transcriber.ts';
import type { HttpResponse } from '../server/http.ts';
import { answerByFault } from './answerFaults.ts';
import type { Call, Caller } from './call.ts';
import { isResponse, refuse } from './call.ts';
import type { NotesContext } from './context.ts';
import { findConversation, openReply, refuseWhenFull, takeHold } from './context.ts';
import type { Prompt } from './prompt.ts';
import { checkAccept, readActionFilter, readQuery } from './readQuery.ts';
import { readUpload } from './readUpload.ts';
import { replyFormatOf } from './replyAudio.ts';
import { digestUpload } from './uploadHistory.ts';
import { openUpload } from './uploadedAudio.ts';

/** Answers `interact`. */
export function interact(context: NotesContext, call: Call, caller: Caller, conversationId: string): HttpResponse {
  const { services, uploads } = context;
  const conversation = findConversation(context, call, caller, conversationId);
  if (isResponse(conversation)) return conversation;
  if (conversation.isFinished) {
    const refused = refuse(call, 'B-14', 409, 'the conversation is finished');
    if (refused !== undefined) return refused;
  }
  checkAccept(call);
  const query = readQuery(call, context.settings);
  if (isResponse(query)) return query;
  const actions = readActionFilter(call, caller, query.current_agent_action_type);
  if (isResponse(actions)) return actions;
  const message = readUpload(call, services.nowEpochMs());
  if (isResponse(message)) return message;
  const prompt = readPrompt(context, call, query, message, conversation.id);
  if (isResponse(prompt)) return prompt;

  const digest = 'recording' in prompt ? digestUpload(conversation.id, prompt.recording.bytes) : undefined;
  if (digest !== undefined) recordRepetition(context, call, digest);
  const byFault = answerByFault(context, call, conversation);
  if (byFault !== undefined) {
    if (byFault.wasTaken && digest !== undefined) uploads.recordFailure(digest, services.clock.nowMs());
    return byFault.response;
  }
  const full = refuseWhenFull(context);
  if (full !== undefined) return full;
  const hold = takeHold(call, conversation);
  if (isResponse(hold)) return hold;
  return openReply(context, call, {
    status: 200,
    conversation,
    hold,
    prompt,
    eventTexts: 'external_event_message_content' in message ? message.external_event_message_content : [],
    isNewConversation: false,
    format: query.response_format === 'voice' ? replyFormatOf(query) : undefined,
    actions,
    onOver: (outcome) => {
      if (outcome === 'cut' && digest !== undefined) uploads.recordFailure(digest, services.clock.nowMs());
    },
  });
}

/** B-17. */
function recordRepetition({ uploads, services }: NotesContext, call: Call, digest: string): void {
  const agoMs = uploads.findRepetition(digest, services.clock.nowMs());
  if (agoMs === undefined) return;
  call.breaches.add('B-17', `the same recording as ${Math.round(agoMs)} ms ago, when it was taken and then failed`);
}

/** What the agent hears. */
function readPrompt(
  context: NotesContext,
  call: Call,
  query: InteractQuery,
  message: ClientMessage,
  conversationId: string,
): Prompt | HttpResponse {
  if (message.initial_message_type === 'skip') return { kind: 'none', isFirst: !context.agents.has(conversationId) };
  const { recorded_message: recorded, initial_message_type: type } = message;
  const author = type === 'user-message' ? 'user' : type;
  if (query.request_format === 'voice') {
    if (recorded.kind === 'text') {
      const refused = refuse(call, 'B-10', 415, 'text, declared as voice');
      return refused ?? { kind: 'text', author, text: recorded.text };
    }
    return readRecording(context, call, query.request_audio_config, recorded.bytes);
  }
  if (recorded.kind === 'text') return { kind: 'text', author, text: recorded.text };
  const refused = recorded.contentType.startsWith('audio/')
    ? refuse(call, 'B-06', 422, `a recording of type ${recorded.contentType.slice(0, 80)}, declared as text`)
    : undefined;
  return refused ?? { kind: 'text', author, text: decodeUtf8(recorded.bytes) };
}

function readRecording(
  { converter }: NotesContext,
  call: Call,
  declared: RequestAudioConfig | undefined,
  bytes: Uint8Array,
): Prompt | HttpResponse {
  let opened = openUpload(bytes, declared ?? guessConfig(bytes));
  if (!opened.ok) {
    const refused = refuse(call, 'B-10', 415, opened.detail);
    if (refused !== undefined) return refused;
    opened = openUpload(bytes, guessConfig(bytes));
  }
  if (!opened.ok) return { kind: 'text', author: 'user', text: `[${bytes.length} bytes that are no audio]` };
  // The request's body, of which these bytes are a view, is not kept.
  const contentType: Recording['contentType'] = sniffAudio(bytes, true) === 'mp3' ? 'audio/mpeg' : 'audio/wav';
  const recording: Recording = { contentType, bytes: bytes.slice() };
  if (opened.audio.kind === 'mp3') return { kind: 'unheard', description: describeSpeech(opened.audio), recording };
  const { pcm, sampleRate } = opened.audio;
  if (pcm.length === 0) {
    const refused = refuse(call, 'B-06', 400, 'a recording without samples');
    return refused ?? { kind: 'unheard', description: describeSpeech({ durationMs: 0 }), recording };
  }
  return { kind: 'speech', pcm: converter.convert(pcm, sampleRate, AGENT_SAMPLE_RATE), recording };
}

/** What a recording says about itself; for policy `record`, where the request says nothing or something else. */
function guessConfig(bytes: Uint8Array): RequestAudioConfig {
  if (sniffAudio(bytes, true) === 'mp3') return { type: 'mp3' };
  const result = readWavHeader(bytes);
  if (result.status !== 'complete' || result.header.formatTag !== WAV_FORMAT_PCM) return { type: 'mp3' };
  const { sampleRate, bitsPerSample } = result.header;
  // A file may say 1 Hz; at the agent's rate, it would be 16,000 times as long. As MP3 it is not what it says, either.
  if (sampleRate < LIMITS.minUploadSampleRate || sampleRate > LIMITS.maxUploadSampleRate) return { type: 'mp3' };
  return { type: 'pcm', frame_rate: sampleRate, n_channels: 1, sample_width: bitsPerSample === 32 ? 4 : 2 };
}
