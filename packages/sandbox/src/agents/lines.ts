// This file holds everything the conversation agent can say. The clips are rendered from it, so that speech and text
// cannot drift apart; measured values are filled in from word clips.
import { SMALL_NUMBERS, TENS } from '../speech/words.ts';

type Lines = readonly [string, ...string[]];

/** First words of a session. */
export const GREETINGS: Lines = [
  'Hello. I am the voice of the sandbox. Say something, and pause when you are done.',
  'Hi there. I am listening. Tell me anything, and I will tell you what I measured.',
  'Welcome. Speak whenever you like. I answer when you stop.',
];

/** Openings of a reply. */
export const ACKNOWLEDGEMENTS: Lines = ['Thank you.', 'I heard you.', 'Got it.', 'All right.', 'I see.', 'Understood.'];

/** Openings of a reply to a turn that cut the agent off. */
export const AFTER_BARGE_IN: Lines = ['You interrupted me, so I stopped.', 'That was a clean interruption.'];

/** Lead-ins to the length of the turn; a duration follows. */
export const DURATION_LEADS: Lines = ['You spoke for', 'That was', 'I heard you for'];

/** Lead-ins to the level of the turn; a level follows. */
export const LEVEL_LEADS: Lines = ['Your level was', 'I measured'];

/** What to think of a level. */
export const LEVEL_REMARKS = {
  quiet: 'That is rather quiet. Please come closer to the microphone.',
  good: 'That is a good level.',
  loud: 'That is very loud. Please step back a little.',
} as const;

/** What to think of a length. */
export const LENGTH_REMARKS = { short: 'That was short.', long: 'That was a long one.' } as const;

/** Ends of a reply: the user's turn. */
export const INVITATIONS: Lines = [
  'What else would you like to say?',
  'Please go on.',
  'Tell me more.',
  'Your turn.',
  'I am listening.',
  'Try to interrupt me while I speak.',
  'Stay silent to hear my menu.',
];

/** Answers to text: the number of its words lies between the two. */
export const WRITTEN = { lead: 'You wrote', one: 'word', many: 'words' } as const;

/** What the user can choose from. The agent understands no words, so the length of the answer decides. */
export const MENU =
  'I know two demos. Say one short word, and I count to twenty. Say a whole sentence, and I tell you a story. Interrupt me whenever you like.';

/** Said before and after a demo. */
export const DEMO_LINES = {
  count: 'I will count to twenty.',
  story: 'Here is a story.',
  end: 'That was the demo.',
} as const;

/** The second demo: half a minute of speech to interrupt. */
export const STORY = [
  'A lighthouse keeper lived alone on a small island.',
  'Every evening she lit the lamp and listened to the sea.',
  'One night the lamp went dark, and a ship was coming.',
  'She had no oil and no time, so she began to sing.',
  'She sang as loud as she could, and the wind carried her voice over the water.',
  'On the ship they heard it, and turned away from the rocks.',
  'In the morning the captain came ashore to thank her.',
  'He asked how he could repay her.',
  'Stay a while, she said, and tell me a story.',
].join(' ');

/** Said by an agent whose language model does not answer. */
export const MODEL_SILENT = 'I cannot reach my language model. Please look at the console.';

/** Said after a silence, in this order. */
export const SILENCE_LINES = {
  first: `Are you still there? ${MENU}`,
  count: [...SMALL_NUMBERS.slice(1).map((word) => `${word}.`), 'That was twenty.'].join(' '),
} as const;

/** Last words of a session. */
export const GOODBYES: Lines = ['It was nice talking to you. Goodbye.', 'That is all from me. Goodbye.'];

/** Said while something takes long. */
export const FILLERS: Lines = ['Let me see.', 'One moment.'];

/** What the speaker agent says when it is given no lines of its own. */
export const DEFAULT_SCRIPT: Lines = [
  GREETINGS[0],
  'Interrupt me whenever you like.',
  SILENCE_LINES.count,
  GOODBYES[0],
];

/** Fragments that numbers are built from; the longer ones make the common cases sound whole. */
export const NUMBER_FRAGMENTS: readonly string[] = [
  ...SMALL_NUMBERS,
  ...TENS.slice(3),
  'hundred',
  'point',
  'minus',
  'seconds',
  'one second',
  'decibels',
  WRITTEN.lead,
  WRITTEN.one,
  WRITTEN.many,
  ...SMALL_NUMBERS.slice(0, 10).map((word) => `${word} point`),
  ...SMALL_NUMBERS.slice(1, 10).map((word) => `${word} seconds`),
  ...TENS.slice(2, 6).map((word) => `minus ${word}`),
  ...SMALL_NUMBERS.slice(1, 10).map((word) => `${word} decibels`),
];
