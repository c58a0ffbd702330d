// This file starts the page: finds its parts, reads its switches, and connects buttons and keys.
import { App } from './app.ts';
import { loadAgents } from './call/agents.ts';
import { readPageSwitches } from './pageSwitches.ts';
import { findElements } from './view/elements.ts';
import { listenForShortcuts } from './view/shortcuts.ts';

/** How long a button says what it has done, in ms. */
const FEEDBACK_MS = 1500;

const switches = readPageSwitches(location.search);
const debug = switches.isDebug ? (await import('./debug/debugAudio.ts')).installDebugAudio(switches.contextRate) : null;
const page = findElements(document);
const app = new App(page, switches, debug);

page.callButton.addEventListener('click', () => app.toggleCall());
page.problem.retryButton.addEventListener('click', () => {
  // The button is about to vanish: the keyboard goes on at the one that takes its place.
  page.callButton.focus();
  app.toggleCall();
});
page.muteButton.addEventListener('click', () => app.toggleMute());
page.interruptButton.addEventListener('click', () => app.interrupt());
page.writing.addEventListener('submit', (event) => {
  event.preventDefault();
  app.write();
});
page.clearLogButton.addEventListener('click', () => app.log.clear());
page.copyLogButton.addEventListener('click', () => {
  navigator.clipboard.writeText(app.log.toText()).then(
    () => flash(page.copyLogButton, 'Copied'),
    () => flash(page.copyLogButton, 'Not allowed'),
  );
});
listenForShortcuts(
  document,
  { ' ': () => app.toggleCall(), m: () => app.toggleMute(), i: () => app.interrupt() },
  () => app.options.hasShortcuts,
);
// Until here a press would have been lost.
page.callButton.disabled = false;
page.muteButton.disabled = false;
app.agents.offer(await loadAgents());

function flash(button: HTMLButtonElement, text: string): void {
  const { label = button.textContent ?? '' } = button.dataset;
  button.dataset['label'] = label;
  button.textContent = text;
  setTimeout(() => (button.textContent = label), FEEDBACK_MS);
}
