// This file connects without a gesture, twice, and tells the console how it goes: asking the page would count as a gesture.
import { lab } from './lab.ts';

// eslint-disable-next-line no-console -- the one way out of a page that needs no script in it
const say = (text: string): void => console.log(text);
// Listening would let the page make sound: this one brings a stream of its own.
const own = new AudioContext();
const audio = new lab.BrowserAudio({ stream: own.createMediaStreamDestination().stream });
const { session } = lab.call({ audio });
session.on('playbackBlocked', () => say('blocked'));
document.querySelector('#unlock')?.addEventListener('click', () => {
  void own.resume();
  void session.unlockAudio();
});

say(await lab.outcomeOf(session.connect()));
say(await lab.outcomeOf(session.connect()));
await session.disconnect();
say('released');
