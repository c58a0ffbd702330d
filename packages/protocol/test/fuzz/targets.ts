// This file lists everything that takes untrusted input, for the fuzzer.
import { encodeWav } from '@voicewire/testkit';
import fc from 'fast-check';
import { parseAgentAction, readFiller } from '../../src/amigo-shared/agentActions.ts';
import * as amigoApi from '../../src/amigo/index.ts';
import * as notesApi from '../../src/amigo-notes/index.ts';
import * as socaApi from '../../src/soca/index.ts';
import * as voiceApi from '../../src/voice-api/index.ts';
import { Base64Stream } from '../base64Stream.ts';
import { encodeBase64 } from '../../src/wire/base64Encode.ts';
import { parseJsonObject } from '../../src/wire/parseJsonObject.ts';
import { encodeUtf8 } from '../../src/wire/utf8.ts';
import { NdjsonParser } from '../../src/wire/ndjson.ts';
import { sniffAudio } from '../../src/wire/sniffAudio.ts';
import { readWavHeader } from '../../src/wire/wavHeader.ts';
import { anyAmigoClientMessage, anyAmigoServerMessage } from '../amigoMessages.ts';
import * as notesMessages from '../amigoNotesMessages.ts';
import { amigoManualSubject, amigoVadSubject } from '../amigoSubject.ts';
import { AGENT_ACTION_EXAMPLES } from '../fixtures/agentActions.ts';
import * as socaMessages from '../socaMessages.ts';
import { socaRelaySubject, socaSubject } from '../socaSubject.ts';
import * as voiceApiMessages from '../voiceApiMessages.ts';
import { voiceApiSubject } from '../voiceApiSubject.ts';
import { anyText } from '../hostileInputs.ts';
import { type FuzzTarget, codecTarget, latin1Of, outcomeOf, readerTarget } from './fuzzTarget.ts';
import { NOTES_TARGETS } from './notesTargets.ts';
import { sessionTarget } from './sessionTarget.ts';

const MAX_TEXT_CHARS = 4_194_304;

/** Every target. Each gets its share of the inputs. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  ...vendorTargets('amigo', amigoApi, {
    anyClientMessage: anyAmigoClientMessage,
    anyServerMessage: anyAmigoServerMessage,
  }),
  codecTarget('amigo-notes reply line', {
    parse: notesApi.parseServerMessage,
    encode: notesApi.encodeServerMessage,
    messages: notesMessages.anyServerMessage,
  }),
  ...vendorTargets('voice-api', voiceApi, voiceApiMessages),
  ...vendorTargets('soca', socaApi, socaMessages),
  readerTarget(
    'voice-api token answer',
    ['{"token":"eyJ0.e30.c2ln","ws_url":"wss://voice.example/api/v1/sdk/ws"}'],
    (text) => voiceApi.parseTokenResponse(200, text),
  ),
  readerTarget('soca session answer', ['{"status":true,"message":"ok","data":{"session_id":"0f0e"}}'], (text) =>
    socaApi.parseSessionAnswer(200, text),
  ),
  readerTarget('amigo sign-in answer', ['{"id_token":"eyJ0.e30.c2ln","expires_at":"2026-11-21T13:00:00Z"}'], (text) =>
    amigoApi.parseSignInResponse(200, text),
  ),
  readerTarget(
    'amigo agent action',
    AGENT_ACTION_EXAMPLES.map((action) => JSON.stringify(action)),
    readAction,
  ),
  readerTarget(
    'amigo-notes list answer',
    ['{"conversations":[],"has_more":false,"continuation_token":null}'],
    notesApi.parseListResponse,
  ),
  readerTarget(
    'amigo-notes recording answer',
    ['{"url":"https://x.example/a","expires_at":"2026-11-21T13:00:00Z","content_type":"audio/wav"}'],
    notesApi.parseSourceResponse,
  ),
  ...NOTES_TARGETS,
  sessionTarget('amigo session, server detects', amigoVadSubject),
  sessionTarget('amigo session, client detects', amigoManualSubject),
  sessionTarget('voice-api session', voiceApiSubject),
  sessionTarget('soca session', socaSubject),
  sessionTarget('soca session through a relay', socaRelaySubject),
  base64Target(),
  ndjsonTarget(),
  audioFileTarget(),
  fillerTarget(),
];

interface VendorCodec<Client, Server> {
  readonly parseClientMessage: Parameters<typeof codecTarget<Client>>[1]['parse'];
  readonly parseServerMessage: Parameters<typeof codecTarget<Server>>[1]['parse'];
  readonly encodeClientMessage: Parameters<typeof codecTarget<Client>>[1]['encode'];
  readonly encodeServerMessage: Parameters<typeof codecTarget<Server>>[1]['encode'];
}

function vendorTargets<Client, Server>(
  name: string,
  codec: VendorCodec<Client, Server>,
  messages: { readonly anyClientMessage: fc.Arbitrary<Client>; readonly anyServerMessage: fc.Arbitrary<Server> },
): readonly FuzzTarget[] {
  return [
    codecTarget(`${name} server half`, {
      parse: codec.parseServerMessage,
      encode: codec.encodeServerMessage,
      messages: messages.anyServerMessage,
    }),
    codecTarget(`${name} client half`, {
      parse: codec.parseClientMessage,
      encode: codec.encodeClientMessage,
      messages: messages.anyClientMessage,
    }),
  ];
}

/** Actions are read from objects; what is no object never gets so far. */
function readAction(text: string): ReturnType<typeof parseAgentAction> {
  const parsed = parseJsonObject(text, MAX_TEXT_CHARS);
  return parsed.ok ? parseAgentAction(parsed.message) : parsed;
}

/** One endless stream of lines: whatever came before, a good line on its own is read. */
function ndjsonTarget(): FuzzTarget {
  const parser = new NdjsonParser({ parseLine: notesApi.parseServerMessage, maxLineBytes: 10_000 });
  const goodLine = encodeUtf8('\n{"type":"end-session"}\n');
  return {
    name: 'NDJSON stream',
    inputs: fc.oneof(anyText.map(encodeUtf8), fc.uint8Array({ maxLength: 300 }), fc.constant(goodLine)),
    check(input) {
      const before = parser.read(typeof input === 'string' ? encodeUtf8(input) : input);
      for (const result of before) {
        const outcome = outcomeOf(result);
        if (typeof outcome === 'object') return outcome;
      }
      const last = parser.read(goodLine).at(-1);
      return last?.ok === true && last.message.type === 'end-session' ? 'taken' : { fault: 'a good line is not read' };
    },
  };
}

/** Bytes that may be a WAV file: real headers with a few bytes changed, and anything. */
function audioFileTarget(): FuzzTarget {
  const file = encodeWav({ sampleRate: 16_000, channelCount: 1, samples: new Int16Array(16) });
  const changed = fc.tuple(fc.nat({ max: file.length - 1 }), fc.nat({ max: 255 }), fc.nat({ max: file.length }));
  return {
    name: 'audio file',
    inputs: fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      changed.map(([at, byte, lengthBytes]) => file.with(at, byte).subarray(0, lengthBytes)),
    ),
    check(input) {
      const bytes = typeof input === 'string' ? encodeUtf8(input) : input;
      const sniffed = sniffAudio(bytes, true);
      if (sniffed === undefined) return { fault: 'no verdict at the end' };
      const result = readWavHeader(bytes);
      if (result.status !== 'complete') return result.status === 'incomplete' ? 'unknown' : 'refused';
      const { dataOffsetBytes } = result.header;
      return dataOffsetBytes > bytes.length ? { fault: `audio at ${dataOffsetBytes} of ${bytes.length}` } : 'taken';
    },
  };
}

/** Fillers are base64 of a WAV file, or words. */
function fillerTarget(): FuzzTarget {
  const file = encodeBase64(encodeWav({ sampleRate: 16_000, channelCount: 1, samples: new Int16Array(16) }));
  return {
    name: 'filler',
    inputs: fc.oneof(
      fc.string(),
      anyText,
      fc.nat({ max: file.length }).map((end) => file.slice(0, end)),
    ),
    check(input) {
      const content = readFiller(String(input));
      return content === undefined ? 'refused' : content.kind === 'audio' ? 'taken' : 'unknown';
    },
  };
}

/** The decoder is fed one endless stream; how it was cut must never make it give more than the text holds. */
function base64Target(): FuzzTarget {
  const decoder = new Base64Stream();
  return {
    name: 'base64 stream',
    inputs: fc.oneof(
      fc.base64String(),
      fc.string(),
      fc.uint8Array().map(latin1Of),
      fc.constantFrom('=', '==', 'data:', ','),
    ),
    check(input) {
      const text = String(input);
      const bytes = decoder.decode(text);
      // A held prefix and a carry may add what an earlier text began.
      const isTooMuch = bytes.length > ((text.length + 300) * 3) / 4;
      return isTooMuch ? { fault: `${bytes.length} bytes of ${text.length} characters` } : 'taken';
    },
  };
}
