// This file listens for single keys, where no control of the page wants them itself.

/** By `KeyboardEvent.key`, lower case. */
export type Shortcuts = Readonly<Record<string, () => void>>;

/** Controls that use Space or letters themselves. */
const OWN_KEYS = 'a[href], button, input, select, summary, textarea, [contenteditable]';

/** @param isEnabled Asked at every key press: people who speak to their computer must be able to switch them off. */
export function listenForShortcuts(page: Document, shortcuts: Shortcuts, isEnabled: () => boolean): void {
  page.addEventListener('keydown', (event) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || !isEnabled()) return;
    const press = shortcuts[event.key.toLowerCase()];
    if (press === undefined || isTaken(event)) return;
    // Space would scroll the page.
    event.preventDefault();
    press();
  });
}

function isTaken(event: KeyboardEvent): boolean {
  if (!(event.target instanceof Element)) return false;
  const control = event.target.closest(OWN_KEYS);
  // A button takes Space and Enter only; letters pressed on it are free.
  return control !== null && (event.key === ' ' || !control.matches('button, summary, a[href]'));
}
