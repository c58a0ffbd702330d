// This file turns faults that are nothing but another setting into settings.
import type { AmigoFaults } from './faults.ts';
import type { AmigoSettings } from './options.ts';

/** What the faults change; the rest of them the session does. */
export function settingsOfFaults(faults: AmigoFaults): Partial<AmigoSettings> {
  const settings: { -readonly [Name in keyof AmigoSettings]?: AmigoSettings[Name] } = {};
  const delays = [
    ['late-greeting', 'greetingDelayMs'],
    ['late-created', 'createdDelayMs'],
    ['vad-late-on', 'vadOnDelayMs'],
    ['vad-late-off', 'vadOffDelayMs'],
    ['late-completed', 'finishDelayMs'],
  ] as const;
  for (const [name, setting] of delays) {
    const fault = faults.find(name);
    if (fault !== undefined) settings[setting] = fault.delayMs;
  }
  const nevers = [
    ['no-greeting', 'greetingDelayMs'],
    ['never-created', 'createdDelayMs'],
    ['vad-never-on', 'vadOnDelayMs'],
    ['vad-never-off', 'vadOffDelayMs'],
    ['never-completed', 'finishDelayMs'],
  ] as const;
  for (const [name, setting] of nevers) if (faults.has(name)) settings[setting] = 'never';
  for (const rate of [8000, 22_050, 24_000, 44_100] as const) {
    if (faults.has(`rate-${rate}`)) settings.pcmSampleRate = rate;
  }
  const speedRatio = (faults.find('burst') ?? faults.find('slow'))?.speedRatio;
  // At real time there is always something left to go on with.
  if (faults.has('late-pieces')) settings.deliverySpeedRatio = 1;
  if (speedRatio !== undefined) settings.deliverySpeedRatio = speedRatio;
  if (faults.has('sequence-from-zero')) settings.firstSequenceNumber = 0;
  return settings;
}
