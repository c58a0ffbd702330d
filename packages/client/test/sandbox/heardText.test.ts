import { describe, expect, test } from 'vitest';
import { createConversation, settle, type TestVendor } from './conversation.ts';

const VENDORS: readonly TestVendor[] = [
  { id: 'amigo' },
  { id: 'amigo', options: { audioFormat: 'mp3', turnMode: 'manual' } },
  { id: 'soca' },
];

describe.each(VENDORS.map((vendor) => [JSON.stringify(vendor), vendor] as const))('%s', (_name, vendor) => {
  test('an interruption tells the words that were heard: a share of them that fits the share of sound', async () => {
    const conversation = await createConversation({ vendor });
    const { clock, session } = conversation;
    session.setMicMuted(true);
    await settle(clock, session.connect());
    expect(await clock.advanceUntil(() => session.agentState === 'speaking', 30_000)).toBe(true);
    await clock.advance(1_200);
    session.interrupt();
    await clock.advance(100);
    const [interrupted] = conversation.eventsOf('interrupted');
    const said = conversation
      .eventsOf('agentText')
      .filter(({ generation }) => generation === interrupted?.generation)
      .map(({ text }) => text)
      .join('');
    const heard = interrupted?.heardText ?? 'nothing is known';
    expect(said.startsWith(heard), `"${said}" begins with "${heard}"`).toBe(true);
    // Whole words: at least one in 1.2 s, and not all of them.
    expect(heard.length).toBeGreaterThan(2);
    expect(heard.length).toBeLessThan(said.length);
    expect(said.charAt(heard.length)).toMatch(/\s/);
    // 5 to 30 characters a second, whoever speaks.
    expect(heard.length).toBeLessThan(1.3 * 30);
    await settle(clock, session.disconnect());
  });
});

test('without words, as with the Voice API, an interruption tells none', async () => {
  const conversation = await createConversation();
  const { clock, session } = conversation;
  await settle(clock, session.connect());
  await clock.advanceUntil(() => session.agentState === 'speaking', 30_000);
  session.interrupt();
  await clock.advance(100);
  const [interrupted] = conversation.eventsOf('interrupted');
  expect(Object.keys(interrupted ?? {}).sort()).toEqual(['requestedMs', 'silentMs']);
  await settle(clock, session.disconnect());
});
