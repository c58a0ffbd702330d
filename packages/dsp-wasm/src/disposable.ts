// This file lets `using` work on the package's objects where the platform has it, and stays silent where it has not.

/** Adds `[Symbol.dispose]` if that symbol exists; otherwise the object only has `dispose()`. */
export function makeDisposable<T extends { dispose(): void }>(stage: T): T & Disposable {
  const disposeSymbol = (Symbol as { readonly dispose?: symbol }).dispose;
  if (disposeSymbol !== undefined) Object.defineProperty(stage, disposeSymbol, { value: () => stage.dispose() });
  return stage as T & Disposable;
}
