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
];

/** Said after a silence, in this order. */
export const SILENCE_LINES = {
  first: 'Are you still there? If you stay silent, I will count to twenty. Interrupt me whenever you like.',
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
  ...SMALL_NUMBERS.slice(0, 10).map((word) => `${word} point`),
  ...SMALL_NUMBERS.slice(1, 10).map((word) => `${word} seconds`),
  ...TENS.slice(2, 6).map((word) => `minus ${word}`),
  ...SMALL_NUMBERS.slice(1, 10).map((word) => `${word} decibels`),
];
