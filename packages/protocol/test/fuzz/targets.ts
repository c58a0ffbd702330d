// This file lists everything that takes untrusted input, for the fuzzer.
import * as socaApi from '../../src/soca/index.ts';
import * as voiceApi from '../../src/voice-api/index.ts';
import { Base64Decoder } from '../../src/wire/base64Decode.ts';
import * as socaMessages from '../socaMessages.ts';
import { socaRelaySubject, socaSubject } from '../socaSubject.ts';
import * as voiceApiMessages from '../voiceApiMessages.ts';
import { voiceApiSubject } from '../voiceApiSubject.ts';
import { type FuzzTarget, codecTarget, latin1Of, readerTarget } from './fuzzTarget.ts';
import { sessionTarget } from './sessionTarget.ts';
import fc from 'fast-check';

/** Every target. Each gets its share of the inputs. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [
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
  sessionTarget('voice-api session', voiceApiSubject),
  sessionTarget('soca session', socaSubject),
  sessionTarget('soca session through a relay', socaRelaySubject),
  base64Target(),
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

/** The decoder is fed one endless stream; how it was cut must never make it give more than the text holds. */
function base64Target(): FuzzTarget {
  const decoder = new Base64Decoder();
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
