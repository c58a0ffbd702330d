import { test } from 'vitest';
import { play } from './catalogue/fault.ts';
test('d', async () => {
  const s = await play({ vendor: 'amigo', first: [{ scenario: 'fault40-other-rate' }], durationMs: 2500 });
  console.log(
    s.observer.lastLines
      .filter((l) => !/agentText/.test(l))
      .join('\n')
      .replace(/alignment.*/g, ''),
    s.attempts(),
    s.session.stats().downlink,
    s.session.stats().output,
  );
});
