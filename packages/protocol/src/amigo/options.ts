// This file checks the options of the Amigo vendor, and what they make of the first message and of the URL.
import { FILLER_ACTION_TYPE } from '../amigo-shared/parts.ts';
import { ID_RULE, PLACE_RULES, type Place, organizationUrl } from '../amigo-shared/place.ts';
import type { UplinkFormat } from '../neutral/audioFormat.ts';
import type { ParseIssue } from '../neutral/parseResult.ts';
import type { CredentialsSource } from '../neutral/vendor.ts';
import { ANY_WORD, faultsOfTexts, oneOf } from '../neutral/vendorOptions.ts';
import type { TextRules } from '../wire/shape.ts';
import { faultWhere } from '../wire/issues.ts';
import { LIMITS, PATH, SERVICE_VERSION_SETS } from './constants.ts';
import type { AudioConfig } from './clientMessages.ts';
import type { ClientMessage } from './messages.ts';
import type { FillerReader } from './state.ts';

/** What opens one session. */
export interface AmigoCredentials {
  /** Secret: a user's JWT, as `parseSignInResponse` reads it from a sign-in on your server. */
  readonly token: string;
  /** ISO 8601; for the one who keeps tokens. */
  readonly expiresAt?: string | undefined;
}

/** Options of `amigo()`. */
export interface AmigoOptions extends Place {
  /** The service that new conversations are with. */
  readonly serviceId: string;
  /** `release` when absent; `edge`, or a set of the organization's own. */
  readonly serviceVersionSetName?: string;
  /** What the agent answers in; `voice` when absent. */
  readonly responseFormat?: 'text' | 'voice';
  /** Encoding of the agent's voice; `pcm` when absent. With `mp3` the server cannot detect turns. */
  readonly audioFormat?: 'pcm' | 'mp3';
  /** Encoding of the user's voice; `pcm` when absent. `mp3` takes half of the room, and only where `turnMode` is `manual`. */
  readonly uplinkFormat?: 'pcm' | 'mp3';
  /** Hz of the agent's PCM, which no page tells; 16000 when absent, as the vendor's fillers have. */
  readonly downstreamSampleRate?: number;
  /** `vad` (when absent): the server detects the user's turns. `manual`: the client does. */
  readonly turnMode?: 'vad' | 'manual';
  /** An unfinished conversation to go on with, instead of a new one. */
  readonly conversationId?: string;
  /**
   * Which agent actions to report, as an RE2 expression on their types: `^.*$` all, `^$` none, `^tool-call-` tool calls.
   * When absent, none, or those that hold fillers when there is a `readFiller`.
   */
  readonly actionFilter?: string;
  /**
   * What reads fillers, which bridge the agent's longer waits: `readFiller` of `@voicewire/protocol/amigo/agent-actions`.
   * An option, since a page that wants none need not load it. When absent, there are no `filler` events.
   */
  readonly readFiller?: FillerReader;
  /** Key that names the format of our audio: `format` (when absent) as on the page, `type` as over HTTP, or `both`. */
  readonly audioConfigKey?: 'format' | 'type' | 'both';
  /** `{ token }`, best as a function: it is called for every attempt, and tokens expire. What it gives is checked. */
  readonly credentials: CredentialsSource<AmigoCredentials>;
}

/** What the user's voice may be sent as, and how the first message of it says so. [rt] "PCM Format", "MP3 Format". */
const UPLINKS = {
  pcm: {
    format: { encoding: 'pcm-s16le', sampleRate: LIMITS.sampleRate },
    config: { sample_rate: LIMITS.sampleRate, sample_width: 2, n_channels: 1, frame_rate: LIMITS.sampleRate },
  },
  mp3: {
    format: { encoding: 'mp3', sampleRate: 44_100, channelCount: 2, bitRateKbps: 128 },
    config: { sample_rate: 44_100, n_channels: 2, bit_rate: 128_000 },
  },
} as const;

const OPTION_RULES: TextRules = {
  ...PLACE_RULES,
  serviceId: ID_RULE,
  'conversationId?': ID_RULE,
  'responseFormat?': oneOf('text', 'voice'),
  'audioFormat?': oneOf('pcm', 'mp3'),
  'uplinkFormat?': oneOf('pcm', 'mp3'),
  'turnMode?': oneOf('vad', 'manual'),
  'audioConfigKey?': oneOf('format', 'type', 'both'),
  'serviceVersionSetName?': ANY_WORD,
  // RE2 has neither look-around nor references to groups: the server would refuse the connection.
  // A lone surrogate has no place in a URL.
  'actionFilter?': [/^(?![^]*(?:\(\?<?[=!]|\\[1-9]))\P{Cs}*$/u, 'an RE2 expression'],
};

/** What is wrong with the options, but for the credentials. Quotes nothing. */
export function faultsOfOptions(options: AmigoOptions | undefined): readonly ParseIssue[] {
  const {
    audioFormat,
    uplinkFormat,
    turnMode,
    readFiller,
    downstreamSampleRate: rate = LIMITS.sampleRate,
  } = options ?? ({} as AmigoOptions);
  return [
    ...faultsOfTexts(OPTION_RULES, options),
    // In MP3 the server detects no turns.
    ...faultWhere(
      turnMode !== 'manual' && [audioFormat, uplinkFormat].includes('mp3'),
      'turnMode',
      'manual, for MP3',
      'vad',
    ),
    ...faultWhere(
      !(Number.isInteger(rate) && rate >= 8000 && rate <= 48_000),
      'downstreamSampleRate',
      'whole Hz, 8000 to 48000',
      String(rate),
    ),
    ...faultWhere(
      readFiller !== undefined && typeof readFiller !== 'function',
      'readFiller',
      'a function',
      'another value',
    ),
  ];
}

/** The socket's URL. The options must be without faults. */
export function socketUrl(options: AmigoOptions): string {
  const { responseFormat = 'voice', audioFormat = 'pcm' } = options;
  const actionFilter = options.actionFilter ?? (options.readFiller ? `^${FILLER_ACTION_TYPE}$` : '^$');
  const query = [
    `response_format=${responseFormat}`,
    ...(responseFormat === 'voice' ? [`audio_format=${audioFormat}`] : []),
    // Always said: over HTTP, nothing means all of them ([oas]), and on another page it means none.
    `current_agent_action_type=${encodeURIComponent(actionFilter)}`,
  ];
  return `${organizationUrl(options, PATH).replace(/^https?/i, (scheme) => (scheme.length === 5 ? 'wss' : 'ws'))}?${query.join('&')}`;
}

/** The first message: an old conversation, or a new one. */
export function greetingOf(options: AmigoOptions, conversationId: string | undefined): ClientMessage {
  if (conversationId !== undefined) {
    return { type: 'client.continue-conversation', conversation_id: conversationId };
  }
  return {
    type: 'client.start-conversation',
    service_id: options.serviceId,
    service_version_set_name: options.serviceVersionSetName ?? SERVICE_VERSION_SETS.release,
  };
}

/** What the user's voice is sent as. */
export function uplinkFormatOf({ uplinkFormat = 'pcm' }: AmigoOptions): UplinkFormat {
  return UPLINKS[uplinkFormat].format;
}

/** What goes with the first message of audio. */
export function audioConfigOf({ audioConfigKey = 'format', uplinkFormat: type = 'pcm' }: AmigoOptions): AudioConfig {
  return {
    ...(audioConfigKey === 'type' ? {} : { format: type }),
    ...(audioConfigKey === 'format' ? {} : { type }),
    ...UPLINKS[type].config,
  };
}
