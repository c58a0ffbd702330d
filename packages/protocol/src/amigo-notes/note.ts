// This file turns a note into the request that uploads it, and refuses what the server would refuse.
import type { PcmFormat } from '../neutral/audioFormat.ts';
import type { ParseIssue, ParseResult } from '../neutral/parseResult.ts';
import type { ContextualUpdate, FormRequest, VoiceNote } from '../neutral/voiceNote.ts';
import { describeValue } from '../wire/issues.ts';
import { FILLERS_ONLY } from './constants.ts';
import type { ClientMessage, InteractQuery, RecordedMessage, ResponseAudioFormat } from './requestMessages.ts';
import { type NotesAccess, interactRequest } from './requests.ts';
import { readUpload } from './upload.ts';

/** What a conversation asks of every reply. */
export interface ReplyWishes {
  /** Default `voice`. */
  readonly responseFormat?: 'text' | 'voice';
  /** What to ask for; default PCM at 16 kHz. */
  readonly responseAudio?: ResponseAudioFormat;
  /**
   * Which query parameters ask for it: the pages disagree. `both` by default; `current` sends `response_audio_format`
   * alone, `legacy` sends `audio_format` alone.
   */
  readonly responseAudioQuery?: 'both' | 'current' | 'legacy';
  /** RE2 expression for the types of agent actions to be told of; default: only those that bring fillers. */
  readonly actionFilter?: string;
}

/** A date, a time and a zone. Whether it lies in the past is the server's to say: there is no clock here. */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/;

/** Samples without a header come at this rate where MP3 was asked for, in Hz. Ours: the rate of fillers and of uploads. */
const DEFAULT_RAW_SAMPLE_RATE = 16_000;

/** Describes the upload of one note; issues for audio, text and updates that cannot be sent. */
export function describeNote(
  access: NotesAccess & { readonly conversationId: string },
  wishes: ReplyWishes,
  note: VoiceNote,
): ParseResult<FormRequest> {
  const upload = readUpload(note);
  const updates = note.contextualUpdates ?? [];
  const issues = [...(upload.ok ? [] : upload.issues), ...updates.flatMap(faultsOfUpdate)];
  if (!upload.ok || issues.length > 0) return { ok: false, issues };
  const { recording, declaration } = upload.message;
  const { responseFormat = 'voice', actionFilter = FILLERS_ONLY } = wishes;
  const query: InteractQuery = {
    ...declaration,
    response_format: responseFormat,
    ...(responseFormat === 'voice' ? responseAudioOf(wishes) : {}),
    current_agent_action_type: actionFilter,
  };
  return { ok: true, message: interactRequest(access, access.conversationId, query, messageOf(recording, updates)) };
}

/** What samples without a header are, in the replies to these wishes. */
export function rawFormatOf({ responseAudio }: ReplyWishes): PcmFormat {
  const sampleRate = responseAudio?.type === 'pcm' ? responseAudio.sample_rate : DEFAULT_RAW_SAMPLE_RATE;
  return { encoding: 'pcm-s16le', sampleRate };
}

function messageOf(recording: RecordedMessage, updates: readonly ContextualUpdate[]): ClientMessage {
  return {
    initial_message_type: 'user-message',
    recorded_message: recording,
    external_event_message_content: updates.map(({ text }) => text),
    external_event_message_timestamp: updates.map(({ happenedAt }) => happenedAt),
  };
}

function responseAudioOf({ responseAudio, responseAudioQuery = 'both' }: ReplyWishes): Partial<InteractQuery> {
  const format: ResponseAudioFormat = responseAudio ?? { type: 'pcm', sample_rate: DEFAULT_RAW_SAMPLE_RATE };
  return {
    ...(responseAudioQuery === 'legacy' ? {} : { response_audio_format: format }),
    ...(responseAudioQuery === 'current' ? {} : { audio_format: format.type }),
  };
}

function faultsOfUpdate(
  { text, happenedAt }: ContextualUpdate,
  index: number,
  all: readonly ContextualUpdate[],
): ParseIssue[] {
  const path = ['contextualUpdates', index];
  if (typeof text !== 'string' || text === '') {
    return [{ path: [...path, 'text'], expected: 'text', received: describeValue(text) }];
  }
  if (typeof happenedAt !== 'string' || !DATE_TIME.test(happenedAt) || Number.isNaN(Date.parse(happenedAt))) {
    const expected = 'a date and time with a zone';
    return [{ path: [...path, 'happenedAt'], expected, received: describeValue(happenedAt) }];
  }
  const before = all[index - 1];
  if (before !== undefined && Date.parse(before.happenedAt) > Date.parse(happenedAt)) {
    return [
      { path: [...path, 'happenedAt'], expected: 'a time not before the previous one', received: 'an earlier one' },
    ];
  }
  return [];
}
