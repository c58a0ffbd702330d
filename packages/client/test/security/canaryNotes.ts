// This file sends voice notes to hostile servers that quote the user's token wherever they can, and looks for it in all that comes out.
import { loadDsp, type Dsp } from '@voicewire/dsp-wasm';
import type { VoiceNoteVendor } from '@voicewire/protocol';
import { amigoNotes } from '@voicewire/protocol/amigo-notes';
import { createSeededRandom, encodeWav, type SeededRandom } from '@voicewire/testkit';
import { sendNote, type HttpPort, type HttpUpload } from '../../src/index.ts';
import { FakeClock, VirtualSpeaker } from '../../src/testing/index.ts';
import type { CanaryReport } from './canaryRun.ts';
import { unknowns } from './canaryVendors.ts';
import { hostileMessage, quote, type HostileServer } from './quotations.ts';
import { captureConsole, show, Shown } from './shown.ts';

const ID = '65f0c2a19b7d4e0012ab34cd';
const TOKEN = 'canary0123456789token9f8e7d6c5b4a';
const MESSAGES_PER_NOTE = 25;
const REFUSALS = [302, 400, 401, 403, 404, 408, 409, 415, 422, 429, 500, 503];
const NOTE = encodeWav({ sampleRate: 16_000, channelCount: 1, samples: new Int16Array(1_600).fill(9) });

/** What the server of notes may say. */
export const NOTE_SERVER: HostileServer = {
  canaries: [TOKEN],
  messages: (word) => [
    { type: 'conversation-created', conversation_id: word },
    { type: 'user-message-available', message_id: word, user_message: word },
    { type: 'current-agent-action', action: { type: word, detail: word, [word]: [word] } },
    { type: 'current-agent-action', action: { type: 'action-too-long', filler: word } },
    {
      type: 'new-message',
      message: word,
      message_id: word,
      sequence_number: 0,
      stop: false,
      transcript_alignment: [[0, word]],
    },
    { type: 'new-message', message: 'AQID', message_id: 'm', sequence_number: 1, stop: false },
    { type: 'error', http_error_code: 401, error_description: word },
    { type: 'error', code: word, message: word },
    { type: 'end-session', reason: word },
    ...unknowns(word),
  ],
};

const COMPLETE = `{"type":"interaction-complete","message_id":"m","interaction_id":"i","full_message":"${TOKEN}","conversation_completed":false}`;

export function noteVendor(responseFormat: 'text' | 'voice'): VoiceNoteVendor {
  const credentials = () => ({ token: TOKEN });
  return amigoNotes({ organization: 'acme', conversationId: ID, actionFilter: '^.*$', responseFormat, credentials });
}

let loadedDsp: Promise<Dsp> | null = null;

/** Sends notes until their servers have said `messageCount` things. @param change Makes another vendor of each. */
export async function runNoteCanary(
  messageCount: number,
  seed: number,
  change: (vendor: VoiceNoteVendor) => VoiceNoteVendor = (vendor) => vendor,
): Promise<CanaryReport> {
  const dsp = await (loadedDsp ??= loadDsp());
  const random = createSeededRandom(seed);
  const shown = new Shown(NOTE_SERVER.canaries);
  const restoreConsole = captureConsole((text) => shown.add(`console: ${text}`));
  let sentSecretCount = 0;
  const countSecrets = ({ url, headers, body }: HttpUpload): void => {
    shown.add(`upload: ${url} ${show(body)}`);
    if (Object.values(headers).some((value) => value.includes(TOKEN))) sentSecretCount++;
  };
  try {
    for (let sent = 0; sent < messageCount; sent += MESSAGES_PER_NOTE) {
      const vendor = change(noteVendor(random.next() < 0.5 ? 'text' : 'voice'));
      await playNote(vendor, hostileHttp(random, countSecrets), dsp, random, shown);
    }
  } finally {
    restoreConsole();
  }
  const { leaks, shownCount, maskedCount } = shown;
  return { leaks, messageCount, shownCount, maskedCount, sentSecretCount };
}

async function playNote(
  vendor: VoiceNoteVendor,
  http: HttpPort,
  dsp: Dsp,
  random: SeededRandom,
  shown: Shown,
): Promise<void> {
  const clock = new FakeClock(1_000);
  const ports = { clock, http, random: random.next, nowEpochMs: () => clock.nowMs() };
  const heard = random.next() < 0.5 ? { output: new VirtualSpeaker({ clock, dsp }) } : {};
  const content = random.next() < 0.5 ? { text: 'Hello?' } : { audio: NOTE };
  let isOver = false;
  const run = async (): Promise<void> => {
    try {
      const events = sendNote({ ...ports, ...heard }, { vendor, resendForMs: 1_000, ...content });
      for await (const event of events) shown.add(`${event.type}: ${show(event)}`);
    } catch (error) {
      shown.add(`error: ${show(error)}`);
    }
    isOver = true;
  };
  void run();
  if (!(await clock.advanceUntil(() => isOver, 60_000, 100))) throw new Error('A note did not end.');
}

/** Answers at once, with whatever its server says in pieces cut anywhere. */
function hostileHttp(random: SeededRandom, onUpload: (upload: HttpUpload) => void): HttpPort {
  const quoting = (): Error => new TypeError(`terminated: ${quote(NOTE_SERVER, random)}`);
  return {
    post(upload) {
      onUpload(upload);
      const body = hostileBody(random);
      const isBroken = random.next() < 0.3;
      const status = random.next() < 0.7 ? 200 : (REFUSALS[Math.floor(random.next() * REFUSALS.length)] ?? 500);
      const head = { status, header: () => (random.next() < 0.5 ? quote(NOTE_SERVER, random) : '1') };
      let at = 0;
      return {
        head: random.next() < 0.05 ? Promise.reject(quoting()) : Promise.resolve(head),
        read() {
          if (at >= body.length) return isBroken ? Promise.reject(quoting()) : Promise.resolve(null);
          const from = at;
          at += 1 + Math.floor(random.next() * 300);
          return Promise.resolve(body.subarray(from, at));
        },
        cancel: () => undefined,
      };
    },
  };
}

/** Lines, and now and then one word that is longer than what is kept of an error, or a body cut within the secret. */
function hostileBody(random: SeededRandom): Uint8Array {
  const lines: Buffer[] = [];
  if (random.next() < 0.1) lines.push(Buffer.from('x'.repeat(16_370 + Math.floor(random.next() * 20))));
  for (let i = 0; i < MESSAGES_PER_NOTE; i++)
    lines.push(Buffer.from(hostileMessage(NOTE_SERVER, random)), Buffer.from('\n'));
  if (random.next() < 0.3) lines.push(Buffer.from(COMPLETE));
  const body = Buffer.concat(lines);
  return random.next() < 0.3 ? body.subarray(0, Math.floor(random.next() * body.length)) : body;
}
