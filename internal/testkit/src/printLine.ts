// This file prints what a person reading a test run must see: a drawn seed, the reason for a skip.

export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
