import { describe, expect, test } from 'vitest';
import { FakeClock } from '../testing/fakeClock.ts';
import { VirtualDevices } from '../virtual/virtualDevices.ts';
import { faultsOfDevices } from './audioDevices.contract.ts';

const HEADSET = [
  { kind: 'input', id: 'headset', label: 'Headset' },
  { kind: 'output', id: 'headset', label: 'Headset' },
] as const;

async function judge(devices: VirtualDevices): Promise<string[]> {
  const clock = new FakeClock();
  const wait = (durationMs: number): Promise<void> => clock.advance(durationMs);
  return faultsOfDevices(devices, wait);
}

describe('virtual devices', () => {
  test('keep what the contract says', async () => {
    expect(await judge(new VirtualDevices(HEADSET))).toEqual([]);
  });

  test('whose choices are not told, or that keep telling, are found out by the contract', async () => {
    class Silent extends VirtualDevices {
      override watch(): () => void {
        return () => undefined;
      }
    }
    expect(await judge(new Silent(HEADSET))).toContain('Choosing an input was told as undefined.');
    class Clinging extends VirtualDevices {
      override watch(...watcher: Parameters<VirtualDevices['watch']>): () => void {
        super.watch(...watcher);
        return () => undefined;
      }
    }
    expect(await judge(new Clinging(HEADSET))).toContain('A change was told to a watcher that had left.');
  });

  test('one that is unplugged gives way to the system’s choice when it was selected, and is only listed no more when not', async () => {
    const devices = new VirtualDevices(HEADSET);
    const causes: string[] = [];
    devices.watch({ onChanged: ({ cause }) => void causes.push(cause), onBlocked: () => undefined });
    await devices.selectInput('headset');
    devices.unplug('headset');
    devices.unplug('headset');
    expect(causes).toEqual(['input-selected', 'input-replaced', 'list-changed']);
    expect((await devices.list()).map(({ id, isSelected }) => [id, isSelected])).toEqual([
      ['default', true],
      ['default', true],
    ]);
  });
});
