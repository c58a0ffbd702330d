// This file defines what the command needs of the process it runs in.

export interface Terminal {
  readonly environmentVariables: Readonly<Record<string, string | undefined>>;
  /** Standard output: what was asked for. */
  print(text: string): void;
  /** Standard error: progress, and why something failed. */
  note(text: string): void;
}
