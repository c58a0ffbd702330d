// This file names a scenario after every fault of the project's catalogue that a server can show. The numbers are those of
// the catalogue; faults that only a client's own machine can have are not here.
import type { Scenario } from './scenario.ts';

/** By name: `fault`, the number, and what it is. */
export const FAULT_SCENARIOS = {
  // ── connecting ──
  'fault01-dns-failure': {
    does: 'gives out a URL whose host no name server knows',
    faults: { voiceApi: ['ws-url-unknown-host'] },
  },
  'fault02-refused': {
    does: 'gives out the URL of a port where nobody listens, or resets the connection in its upgrade',
    impairment: { refuseStatus: 0 },
    faults: { voiceApi: ['ws-url-refused'] },
  },
  'fault04-tls-failure': {
    does: 'gives out a `wss:` URL of a port that does not speak TLS',
    faults: { voiceApi: ['ws-url-tls'] },
  },
  'fault05-upgrade-401': {
    does: 'answers the upgrade with 401, HTTP requests with 403',
    impairment: { refuseStatus: 401 },
    faults: { amigoNotes: ['answer-403'] },
  },
  'fault06-upgrade-404': {
    does: 'answers the upgrade with 404, HTTP requests with 400',
    impairment: { refuseStatus: 404 },
    faults: { amigoNotes: ['answer-400'] },
  },
  'fault07-upgrade-503': {
    does: 'answers the upgrade with 503 and `Retry-After`, HTTP requests with 429',
    impairment: { refuseStatus: 503, retryAfterS: 2 },
    faults: { amigoNotes: ['answer-429'] },
  },
  'fault08-redirect': {
    does: 'answers the upgrade with a redirect to another host',
    impairment: { refuseStatus: 302 },
    faults: {},
  },
  'fault09-captive-portal': {
    does: 'answers the upgrade with 200, HTTP requests with a page of HTML',
    impairment: { refuseStatus: 200 },
    faults: { voiceApi: ['token-malformed'], amigoNotes: ['answer-502'], soca: ['session-malformed'] },
  },
  'fault10-no-subprotocol': {
    does: 'upgrades without repeating the subprotocol',
    faults: { amigo: ['no-echo'] },
  },
  'fault11-never-ready': {
    does: 'opens the socket, or takes the note, and never says that it is ready',
    faults: { voiceApi: ['never-connected'], amigo: ['never-created'], amigoNotes: ['silent'], soca: ['never-ready'] },
  },
  'fault12-early-greeting': {
    does: 'sends what belongs after its readiness before it',
    faults: { voiceApi: ['ready-after-audio'], soca: ['stt-ready-first'] },
  },
  'fault15-token-expired': {
    does: 'refuses a token that has expired since it was given out',
    faults: {
      voiceApi: ['token-expired'],
      amigo: ['unauthorized'],
      amigoNotes: ['token-expired'],
      soca: ['auth-failed'],
    },
  },
  // ── an established connection ──
  'fault17-reset': {
    does: 'is gone in mid-turn by a TCP reset',
    agent: 'speaker',
    impairment: { fromMessage: 3, resetAtMs: 500 },
    faults: { amigoNotes: ['reset-mid-line'] },
  },
  'fault18-clean-close': {
    does: 'closes with 1000 in mid-turn; a stream of notes just ends',
    agent: 'speaker',
    impairment: { fromMessage: 3, closeAtMs: 500, closeCode: 1000 },
    faults: { amigoNotes: ['no-complete'] },
  },
  'fault19-restart': {
    does: 'closes with 1012 in mid-turn, as a server that restarts',
    agent: 'speaker',
    impairment: { fromMessage: 3, closeAtMs: 500, closeCode: 1012, closeReason: 'service restart' },
    faults: { amigoNotes: ['answer-503'] },
  },
  'fault20-try-later': {
    does: 'closes with 1013: try again later',
    impairment: { closeAtMs: 1000, closeCode: 1013 },
    faults: { amigoNotes: ['answer-429'] },
  },
  'fault21-policy': {
    does: 'closes with 1008: the client broke a policy',
    impairment: { closeAtMs: 1000, closeCode: 1008 },
    faults: { amigoNotes: ['answer-403'] },
  },
  'fault22-too-big': {
    does: 'closes with 1009: a message was too big',
    impairment: { closeAtMs: 1000, closeCode: 1009 },
    faults: {},
  },
  'fault23-server-error': {
    does: 'closes with 1011 in mid-session; notes get 500',
    impairment: { closeAtMs: 2000, closeCode: 1011 },
    faults: { amigoNotes: ['answer-500'] },
  },
  'fault24-unknown-code': {
    does: 'closes with 4999, which no document lists',
    impairment: { closeAtMs: 1000, closeCode: 4999, closeReason: 'nobody knows' },
    faults: {},
  },
  'fault25-half-open': {
    does: 'vanishes without a sign: no close, no reset',
    impairment: { halfOpenAtMs: 2000 },
    faults: { amigoNotes: ['silent'] },
  },
  'fault29-idle-timeout': {
    does: 'behaves as documented: who stays silent for the vendor’s time is let go',
    faults: {},
  },
  'fault30-not-reading': {
    does: 'stops reading for 5 s, so that the client’s audio backs up',
    impairment: { stopReadingAtMs: 1000, stopReadingForMs: 5000 },
    faults: {},
  },
  'fault33-burst': {
    does: 'sends the agent’s speech much faster than real time',
    agent: 'speaker',
    faults: { voiceApi: ['burst'], amigo: ['burst'], amigoNotes: ['coalesced'], soca: ['burst'] },
  },
  'fault34-pause': {
    does: 'pauses for 800 ms in mid-sentence',
    agent: 'speaker',
    impairment: { direction: 'down', stallEveryMs: 3000, stallMs: 800 },
    faults: { amigoNotes: ['stalled'] },
  },
  'fault35-slow-sender': {
    does: 'sends the agent’s speech at 0.9 times real time',
    agent: 'speaker',
    faults: { voiceApi: ['slow'], amigo: ['slow'], soca: [{ name: 'burst', speedRatio: 0.9 }] },
  },
  'fault36-duplicates': {
    does: 'sends one message in ten twice',
    agent: 'speaker',
    impairment: { duplicateRatio: 0.1 },
    faults: { soca: ['chunk-repeated'] },
  },
  'fault37-missing-chunks': {
    does: 'leaves a numbered piece of every message out',
    faults: { amigo: ['skipped-piece'], soca: ['chunk-skipped'] },
  },
  'fault38-odd-bytes': {
    does: 'cuts PCM in mid-sample',
    faults: { voiceApi: ['odd-frames'], amigo: ['odd-pieces'], amigoNotes: ['audio-raw', 'odd-pieces'] },
  },
  'fault39-frame-sizes': {
    does: 'sends audio in messages of other lengths than documented, and empty ones',
    faults: {
      voiceApi: ['odd-frames', 'empty-frames'],
      amigo: ['tiny-pieces'],
      soca: ['empty-audio', 'binary-down'],
    },
  },
  'fault40-other-rate': {
    does: 'declares, and sends, audio of another sample rate',
    faults: { amigo: ['rate-24000'], amigoNotes: ['audio-wav'], soca: ['stereo-44100'] },
  },
  'fault41-mp3-cut-anywhere': {
    does: 'cuts MP3 at any byte, with a tag in front',
    faults: { amigo: ['id3-first'], amigoNotes: ['audio-mp3', 'odd-pieces'], soca: ['slices-anywhere', 'id3-tag'] },
  },
  'fault42-corrupt-mp3': { does: 'sends a damaged frame of MP3', faults: { soca: ['corrupt-frame'] } },
  'fault43-odd-base64': {
    does: 'spells base64 in ways that a strict decoder refuses',
    faults: { soca: ['unpadded-chunks', 'line-breaks', 'data-url'] },
  },
  'fault45-malformed-json': {
    does: 'sends malformed messages between the others',
    impairment: { malformedRatio: 0.1 },
    faults: { voiceApi: ['non-json-text'], soca: ['non-json-text'] },
  },
  'fault47-unknown-messages': {
    does: 'sends messages of unknown types and with unknown fields',
    faults: {
      voiceApi: ['unknown-message', 'late-error', 'unknown-end-reason'],
      amigo: ['unknown-message', 'extra-fields'],
      amigoNotes: ['unknown-event'],
      soca: ['unknown-type', 'unknown-step'],
    },
  },
  'fault49-fragments': {
    does: 'cuts every message into frames of 50 bytes, also inside a character',
    impairment: { fragmentBytes: 50 },
    faults: { amigoNotes: ['split'] },
  },
  // ── coming back ──
  'fault54-resume': {
    does: 'is gone after 3 s; the session can be taken up again where the vendor has that',
    impairment: { terminateAtMs: 3000 },
    faults: {},
  },
  'fault55-session-gone': {
    does: 'does not know the session any more when the client comes back; the Voice API has none to come back to',
    faults: { amigo: ['session-gone'], soca: ['session-gone'] },
  },
  'fault56-second-tab': {
    does: 'keeps one connection of a session: Soca closes the first for the second, the others refuse the second as documented',
    faults: { soca: ['older-closed'] },
  },
  'fault61-shutdown-notice': {
    does: 'says that it shuts down, where the vendor has words for that, and closes with 1012',
    impairment: { closeAtMs: 4000, closeCode: 1012, closeReason: 'shutting down' },
    faults: { voiceApi: ['shutdown'], amigo: ['completed-unasked'], amigoNotes: ['conversation-completed'] },
  },
  // ── the sandbox itself ──
  'fault78-upstream-gone': {
    does: 'closes with 1011 and an internal reason, as a vendor that dies behind a relay',
    impairment: { closeAtMs: 3000, closeCode: 1011, closeReason: 'upstream connection lost' },
    faults: { amigoNotes: ['answer-502'] },
  },
  'fault79-sigterm': {
    does: 'closes with 1012 after 2 s, as all sessions see it when the process is told to end',
    impairment: { closeAtMs: 2000, closeCode: 1012 },
    faults: { amigoNotes: ['answer-503'] },
  },
  'fault80-no-room': {
    does: 'refuses new connections with 503, as when files or ports run out',
    impairment: { refuseStatus: 503 },
    faults: { amigoNotes: ['answer-503'] },
  },
} as const satisfies Record<string, Scenario>;
