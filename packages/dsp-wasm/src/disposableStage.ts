// This file is what every stage that callers hold has in common: it can be disposed of, and says so when used after that.
import { AudioFormatError } from './audioFormatError.ts';

/**
 * Adds `dispose` to a stage, and what `using` calls where the platform has it. It puts functions that throw `disposed` in
 * place of the stage's own, and so lets go of all that only those held: memory, instance, views.
 *
 * @param title What the stage is called in errors.
 */
export function makeDisposable<T extends object>(title: string, stage: T): T & Disposable & { dispose(): void } {
  const refuse = (): never => {
    throw new AudioFormatError('disposed', `This ${title} has been disposed of; create another.`, { stage: title });
  };
  const members = stage as Record<string, unknown>;
  // Numbers stay, and so do accessors that give numbers.
  const names = Object.keys(stage).filter((name) => typeof members[name] !== 'number');
  const dispose = (): void => {
    for (const name of names) members[name] = refuse;
  };
  const disposeSymbol = (Symbol as { readonly dispose?: symbol }).dispose ?? 'dispose';
  return Object.assign(stage, { dispose, [disposeSymbol]: dispose }) as T & Disposable & { dispose(): void };
}
