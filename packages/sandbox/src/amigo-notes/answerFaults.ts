// This file answers creations and notes with an error where a fault says so.
import type { Conversation } from '../amigo-shared/conversation.ts';
import type { HttpResponse } from '../server/http.ts';
import type { Call } from './call.ts';
import { failure } from './call.ts';
import type { NotesContext } from './context.ts';
import type { AmigoNotesFaultName } from './faults.ts';
import { retryAfter } from './requestQuota.ts';

/** An answer by fault. */
export interface FaultAnswer {
  readonly response: HttpResponse;
  /** True where the server took the note before it failed: sending it again says it twice. */
  readonly wasTaken: boolean;
}

const STATUS_OF = {
  'answer-400': 400,
  'answer-403': 403,
  'answer-408': 408,
  'answer-409': 409,
  'answer-415': 415,
  'answer-429': 429,
  'answer-500': 500,
  'answer-502': 502,
  'answer-503': 503,
} as const satisfies Partial<Record<AmigoNotesFaultName, number>>;

const TAKEN: ReadonlySet<number> = new Set([500, 502]);
const HTML =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body>\r\n</html>\r\n';

/** The answer that a fault gives to this call; nothing when there is none, or none any more. */
export function answerByFault(
  { faultHits, services, settings }: NotesContext,
  call: Call,
  owner: Conversation | NotesContext,
): FaultAnswer | undefined {
  const names = Object.keys(STATUS_OF) as (keyof typeof STATUS_OF)[];
  for (const name of names) {
    const fault = call.faults.find(name);
    if (fault === undefined || !faultHits.take(owner, name, fault.count)) continue;
    const status = STATUS_OF[name];
    const wasTaken = TAKEN.has(status);
    if (status === 502) {
      return { response: { status, headers: { 'content-type': 'text/html' }, body: HTML }, wasTaken };
    }
    const waitHeader = retryAfter(fault.delayMs, services.nowEpochMs(), settings.retryAfter);
    return {
      response: failure(status, `fault ${name}`, status === 429 ? { 'retry-after': waitHeader } : {}),
      wasTaken,
    };
  }
  return undefined;
}
