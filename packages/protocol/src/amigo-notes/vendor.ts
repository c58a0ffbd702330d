// This file makes Amigo's voice notes a vendor: the one value that whoever sends notes needs.
import { ID_RULE, type Place } from '../amigo-shared/place.ts';
import type { ParseIssue, ParseResult } from '../neutral/parseResult.ts';
import type { CredentialsSource } from '../neutral/vendor.ts';
import { ANY_WORD, checkOptions, faultsOfTexts, oneOf, readTexts } from '../neutral/vendorOptions.ts';
import type { TextRules } from '../wire/shape.ts';
import type {
  NoteConversation,
  NoteExchange,
  NotePlatform,
  VoiceNoteCapabilities,
  VoiceNoteVendor,
} from '../neutral/voiceNote.ts';
import { LIMITS } from './constants.ts';
import { createReplyReader } from './exchange.ts';
import { type ReplyWishes, describeNote, rawFormatOf } from './note.ts';
import { faultsOfAccess } from './requests.ts';

/** What opens a conversation. */
export interface AmigoNotesCredentials {
  /** Secret: a user's token, from the sign-in call. */
  readonly token: string;
  /** ISO 8601. */
  readonly expiresAt?: string;
}

/** Options of {@link amigoNotes}. */
export interface AmigoNotesOptions extends Place, ReplyWishes {
  /** 24 hex digits: a conversation that has begun and not ended. */
  readonly conversationId: string;
  /** `{ token, expiresAt? }`, or a function that gives them for every note. The API key stays on the server behind it. */
  readonly credentials: CredentialsSource<AmigoNotesCredentials>;
  /** See `NotesAccess`. */
  readonly tokenOrganization?: string;
  /** See `NotesAccess`. */
  readonly mongoClusterName?: string;
}

/** What this protocol offers and demands. */
export const CAPABILITIES = {
  uploads: ['wav', 'mp3', 'text'],
  uploadSampleRate: 16_000,
  maxUploadBytes: LIMITS.maxUploadBytes,
  maxUploadMs: LIMITS.maxUploadMs,
  maxNoteRate: { noteCount: LIMITS.notesPerMinute, windowMs: 60_000 },
  timeouts: {
    credentialsMs: 10_000,
    // The head of the answer waits for the upload and for nothing else.
    answerMs: 60_000,
    idleMs: LIMITS.idleMs,
    replyMs: LIMITS.replyMs,
    drainMs: LIMITS.drainMs,
  },
} as const satisfies VoiceNoteCapabilities;

const CREDENTIALS_RULES: TextRules = { token: [/^[\x21-\x7e]+$/, 'a token'], 'expiresAt?': ANY_WORD };

const OPTION_RULES: TextRules = {
  conversationId: ID_RULE,
  'responseFormat?': oneOf('text', 'voice'),
  'responseAudioQuery?': oneOf('both', 'current', 'legacy'),
};

/**
 * Amigo's voice notes as a vendor.
 * @throws {VendorOptionsError} `invalid-vendor-options`, for unusable options.
 */
export function amigoNotes(options: AmigoNotesOptions): VoiceNoteVendor<AmigoNotesCredentials> {
  checkOptions('amigoNotes', options, parseCredentials, faultsOfOptions(options));
  return {
    id: 'amigo-notes',
    capabilities: CAPABILITIES,
    credentials: options.credentials,
    parseCredentials,
    createConversation: (platform = {}) => createConversation(options, platform),
  };
}

function faultsOfOptions(options: AmigoNotesOptions | undefined): ParseIssue[] {
  return [
    ...faultsOfAccess(options),
    ...faultsOfTexts(OPTION_RULES, options),
    ...faultsOfTexts({ 'responseAudio?': oneOf('pcm', 'mp3') }, { responseAudio: options?.responseAudio?.type }),
  ];
}

function parseCredentials(value: unknown): ParseResult<AmigoNotesCredentials> {
  return readTexts(CREDENTIALS_RULES, value);
}

function createConversation(
  options: AmigoNotesOptions,
  platform: NotePlatform,
): NoteConversation<AmigoNotesCredentials> {
  let phase: NoteConversation['phase'] = 'open';
  let wasJustCut = false;
  return {
    get phase() {
      return phase;
    },
    begin({ token }, note) {
      if (phase !== 'open') {
        return { ok: false, issues: [{ path: [], expected: 'an open conversation', received: phase }] };
      }
      const described = describeNote({ ...options, token }, options, note);
      if (!described.ok) return described;
      phase = 'busy';
      const { responseFormat = 'voice' } = options;
      const reader = createReplyReader({
        token,
        responseFormat,
        rawFormat: rawFormatOf(options),
        platform,
        wasJustCut,
      });
      const exchange: NoteExchange = {
        request: described.message,
        get isComplete() {
          return reader.isComplete;
        },
        answered: reader.answered,
        read: (bytes) => reader.read(bytes),
        end(ending) {
          const outcome = reader.end(ending);
          phase = outcome.isConversationOver ? 'over' : 'open';
          // After a cut the server may go on for a while, and answers 409 to the next notes.
          wasJustCut = ending !== 'closed' || (wasJustCut && outcome.verdict.code === 'conversation-busy');
          return outcome;
        },
      };
      return { ok: true, message: exchange };
    },
  };
}
