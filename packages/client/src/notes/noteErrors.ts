// This file words why a note failed.
import type { NoteVerdict, ParseIssue } from '@voicewire/protocol';
import { createVoiceError, type ErrorCode, type VoiceError } from '../errors.ts';

/** What the end of an exchange means, as an error. The verdict must not be `ended`. */
export function errorOfVerdict(verdict: NoteVerdict, status: number | undefined): VoiceError {
  const { code, retry, vendorCode, minDelayMs } = verdict;
  // `ended` is no failure; where it comes all the same, the server closed without a word.
  const errorCode: ErrorCode = code === 'ended' ? 'closed-by-server' : code;
  const details = {
    retry,
    vendorCode,
    ...(status === undefined ? {} : { status }),
    ...(minDelayMs === undefined ? {} : { minDelayMs }),
  };
  return createVoiceError(errorCode, happenedOf(verdict, status), { details });
}

/** The note was not sent: the conversation does not allow it now, or the vendor does not take such a file. */
export function errorOfRefusal(issues: readonly ParseIssue[]): VoiceError {
  const [first] = issues;
  const happened = first === undefined ? '' : ` ${first.path.join('.')}: ${first.received}, wanted ${first.expected}.`;
  return createVoiceError('note-refused', `The note was not sent.${happened}`, { details: { issues } });
}

export function errorOfAbort(): VoiceError {
  return createVoiceError('note-aborted', 'The note was aborted.');
}

/** @param waitedFor In words, e.g. "the next bytes of the reply". */
export function errorOfSilence(code: 'connect-timeout' | 'reply-timeout', waitedFor: string, limitMs: number) {
  const details = { limitMs, retry: 'ask' };
  return createVoiceError(code, `The server did not send ${waitedFor} within ${limitMs} ms.`, { details });
}

function happenedOf({ retry, vendorCode }: NoteVerdict, status: number | undefined): string {
  const what = status === undefined || (status >= 200 && status < 300) ? 'The reply broke off' : 'The note was refused';
  const mayBeTaken = retry === 'ask' ? ' The note may have been taken: sent again, it could be said twice.' : '';
  return `${what} (${vendorCode}).${mayBeTaken}`;
}
