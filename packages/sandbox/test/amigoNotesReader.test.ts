import { amigoNotes, encodeMultipart } from '@voicewire/protocol/amigo-notes';
import type { NoteEnding, NoteOutcome, VoiceNoteEvent } from '@voicewire/protocol';
import { describe, expect, test } from 'vitest';
import type { AgentFactory, SandboxBehaviour } from '../src/core.ts';
import { encodeWav } from '../src/speech/wavFile.ts';
import { ACCESS, NotesClient } from './support/notesClient.ts';
import { createRig, makeUserSpeech } from './support/rig.ts';

const EPOCH_MS = Date.UTC(2026, 0, 1);
/** As long as the vendor value waits for the end of a reply, in ms. */
const DRAIN_MS = 5000;
const NOTE = encodeWav(makeUserSpeech(400), 16_000);
const REPLY_PCM = makeUserSpeech(1200, 7);
const REPLY_TEXT = 'Zażółć 😀 is said now.';
const AGENT: AgentFactory = ({ say }) => {
  const answer = (): void => say({ text: REPLY_TEXT, pcm: REPLY_PCM });
  return { userSpeechEnded: answer, opened: answer };
};

/** What the project's own reader made of one note. */
interface ReadNote {
  readonly events: readonly VoiceNoteEvent[];
  readonly outcome: NoteOutcome;
  readonly audio: Buffer;
}

/** Sends one note by the vendor value, as the client package does. */
function sendNote(parameters: string, behaviour: SandboxBehaviour = {}): ReadNote {
  const { clock, network } = createRig({ agent: AGENT, ...behaviour });
  const client = new NotesClient(network, clock);
  client.signIn();
  const conversationId = client.create();
  const { token } = client;
  const conversation = amigoNotes({ ...ACCESS, conversationId, credentials: { token } }).createConversation();
  const begun = conversation.begin({ token }, { audio: NOTE });
  if (!begun.ok) throw new Error(JSON.stringify(begun.issues));
  const exchange = begun.message;
  const { contentType, bytes } = encodeMultipart(exchange.request.form, () => 0.25);
  const events: VoiceNoteEvent[] = [];
  const answer = client.open({
    method: 'POST',
    url: exchange.request.url + parameters,
    headers: { ...exchange.request.headers, 'content-type': contentType },
    body: bytes,
  });
  exchange.answered(answer.status ?? 0, (name) => answer.headers[name] ?? null, EPOCH_MS + clock.nowMs());
  let readCount = 0;
  let completeAtMs = Number.POSITIVE_INFINITY;
  while (answer.ending === 'open' && clock.nowMs() < Math.min(60_000, completeAtMs + DRAIN_MS)) {
    clock.advanceMs(10);
    for (const chunk of answer.chunks.slice(readCount)) events.push(...exchange.read(chunk.bytes));
    readCount = answer.chunks.length;
    if (exchange.isComplete) completeAtMs = Math.min(completeAtMs, clock.nowMs());
  }
  for (const chunk of answer.chunks.slice(readCount)) events.push(...exchange.read(chunk.bytes));
  if (answer.ending === 'open') answer.cancel();
  const endings: Record<typeof answer.ending, NoteEnding> = { open: 'cancelled', ended: 'closed', dropped: 'broken' };
  const outcome = exchange.end(endings[answer.ending]);
  const all = [...events, ...outcome.events];
  const audio = all.flatMap((event) => (event.type === 'agentAudio' ? [Buffer.from(event.bytes)] : []));
  return { events: all, outcome, audio: Buffer.concat(audio) };
}

const REPLY_BYTES = Buffer.from(new Int16Array(REPLY_PCM).buffer);
const typesOf = ({ events }: ReadNote): Set<string> => new Set(events.map(({ type }) => type));

describe("the project's own reader", () => {
  test.each([
    '',
    'split',
    'coalesced',
    'crlf',
    'blank-lines',
    'no-final-newline',
    'long-line',
    'late-start',
    'stalled',
    'never-closes',
    'no-user-message',
    'end-session',
    'unknown-event',
    'agent-actions',
    'agent-actions-malformed',
    'filler-wav',
    'filler-late',
    'audio-wav',
    'odd-pieces',
    'no-alignment',
  ])('hears every sample through fault %s, and calls it a success', (fault) => {
    const note = sendNote(fault === '' ? '' : `&fault=${fault}`);
    expect(note.audio.equals(REPLY_BYTES)).toBe(true);
    expect(note.outcome).toMatchObject({ verdict: { code: 'ended', retry: 'none' }, isConversationOver: false });
    const [turn] = note.events.filter((event) => event.type === 'turnCompleted');
    expect(turn).toMatchObject({ fullText: REPLY_TEXT });
  });

  test.each([
    ['answer-400', 'message-rejected', 'never'],
    ['answer-403', 'forbidden', 'never'],
    ['answer-408', 'idle-timeout', 'backoff'],
    ['answer-415', 'audio-rejected', 'never'],
    ['answer-429', 'rate-limited', 'after-delay'],
    ['answer-500', 'closed-by-server', 'ask'],
    ['answer-502', 'closed-by-server', 'ask'],
    ['answer-503', 'server-shutdown', 'backoff'],
    ['error-first', 'closed-by-server', 'backoff'],
    ['error-between', 'closed-by-server', 'backoff'],
    ['no-complete', 'closed-by-server', 'ask'],
    ['reset-mid-line', 'connection-lost', 'ask'],
  ])('fault %s is no success: %s, retry %s', (fault, code, retry) => {
    expect(sendNote(`&fault=${fault}`).outcome.verdict).toMatchObject({ code, retry });
  });

  test('429 says when: after 2,000 ms, in seconds and as a date', () => {
    for (const retryAfter of ['seconds', 'date'] as const) {
      const { verdict } = sendNote('&fault=answer-429&delayMs=2000', { amigoNotes: { retryAfter } }).outcome;
      expect(verdict.minDelayMs).toBeGreaterThanOrEqual(2000);
      expect(verdict.minDelayMs).toBeLessThan(3001);
    }
  });

  test('an error after the end keeps the reply; an end of the conversation is one', () => {
    const kept = sendNote('&fault=error-after-complete');
    expect(kept.outcome).toMatchObject({ verdict: { code: 'ended', needsFinish: true } });
    expect(kept.audio.equals(REPLY_BYTES)).toBe(true);
    expect(sendNote('&fault=conversation-completed').outcome.isConversationOver).toBe(true);
  });

  test('profile hostile costs nothing', () => {
    const note = sendNote('', { profile: 'hostile' });
    expect(note.audio.equals(REPLY_BYTES)).toBe(true);
    expect(note.outcome.verdict).toMatchObject({ code: 'ended', retry: 'none' });
    expect(typesOf(note)).toContain('unknownMessage');
    expect(typesOf(note)).not.toContain('malformedMessage');
  });

  test('fillers come before the words, or not at all', () => {
    const types = sendNote('&fault=filler-wav').events.map(({ type }) => type);
    expect(types.indexOf('filler')).toBeLessThan(types.indexOf('agentAudio'));
    expect(types.indexOf('filler')).toBeGreaterThan(0);
    expect(typesOf(sendNote('&fault=filler-late'))).not.toContain('filler');
  });
});
