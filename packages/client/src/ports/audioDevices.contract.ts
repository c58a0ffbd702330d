// This file holds what a platform's devices promise. It names faults instead of failing, so that a page can run it too.
import type { AudioDevices, DevicesChange } from './audioDevices.ts';

/** How long a change may take to be told, in ms. */
const TELL_LIMIT_MS = 2_000;

/**
 * Tries devices of which there are two of each kind at least. They must be open: a session uses them.
 *
 * @param wait Lets time pass.
 * @returns What is wrong, as sentences.
 */
export async function faultsOfDevices(
  devices: AudioDevices,
  wait: (durationMs: number) => Promise<void>,
): Promise<string[]> {
  const faults: string[] = [];
  const changes: DevicesChange[] = [];
  const unwatch = devices.watch({ onChanged: (change) => void changes.push(change), onBlocked: () => undefined });
  const told = async (count: number): Promise<void> => {
    for (let waitedMs = 0; changes.length < count && waitedMs < TELL_LIMIT_MS; waitedMs += 20) await wait(20);
  };

  for (const kind of ['input', 'output'] as const) {
    const select = (id: string): Promise<void> =>
      kind === 'input' ? devices.selectInput(id) : devices.selectOutput(id);
    const listed = (await devices.list()).filter((device) => device.kind === kind);
    const names = listed.map(({ id }) => id);
    if (new Set(names).size !== names.length) faults.push(`Two ${kind}s have the same id.`);
    if (listed.filter(({ isSelected }) => isSelected).length !== 1) faults.push(`Not exactly one ${kind} is selected.`);
    const other = listed.find(({ isSelected }) => !isSelected);
    if (other === undefined) {
      faults.push(`There is no second ${kind} to choose.`);
      continue;
    }
    const before = changes.length;
    await select(other.id);
    await told(before + 1);
    const last = changes.at(-1);
    if (last?.cause !== `${kind}-selected`) faults.push(`Choosing an ${kind} was told as ${String(last?.cause)}.`);
    const selected = last?.devices.filter((device) => device.kind === kind && device.isSelected).map(({ id }) => id);
    if (selected?.join() !== other.id) faults.push(`${other.id} was chosen, ${String(selected)} is selected.`);

    // By its code: the page has its classes from the built package.
    const refusal = await select('no-such-device').then(
      () => 'nothing',
      (error: unknown) => (error instanceof Error ? Reflect.get(error, 'code') : error),
    );
    const expected = kind === 'input' ? 'microphone-not-found' : 'speaker-not-found';
    if (refusal !== expected) faults.push(`An ${kind} that is not there gave ${String(refusal)}.`);
    const kept = (await devices.list()).find((device) => device.kind === kind && device.isSelected);
    if (kept?.id !== other.id) faults.push(`After the refusal ${String(kept?.id)} is selected.`);
    await select('default');
  }

  await devices.unlock().catch((error: unknown) => faults.push(`unlock() failed: ${String(error)}.`));
  await wait(100);
  unwatch();
  const count = changes.length;
  await devices.selectOutput('default');
  await wait(100);
  if (changes.length !== count) faults.push('A change was told to a watcher that had left.');
  return faults;
}
