// This file defines the lifecycle port: what becomes of the page, or of the machine, that a session runs in.

/**
 * - `networkReturned`: there is a network again. `networkChanged`: there is another, or none; a connection may live on.
 * - `suspended`: nothing will run from now on, perhaps for good; there is time for one last word.
 * - `resumed`: everything runs again.
 */
export type LifecycleChange = 'networkReturned' | 'networkChanged' | 'suspended' | 'resumed';

/** Tells what happens around a session. A sleep that nobody announces is noticed by the clock. */
export interface Lifecycle {
  /** @returns A function that ends the watch. */
  watch(onChange: (change: LifecycleChange) => void): () => void;
}
