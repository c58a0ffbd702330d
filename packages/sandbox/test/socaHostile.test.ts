import { describe, expect, test } from 'vitest';
import type { AgentFactory, SocaFaultName } from '../src/core.ts';
import { createRandom } from '../src/memory.ts';
import { drawHostileFaults } from '../src/soca/hostility.ts';
import { listenTo } from './support/socaListener.ts';
import { createSocaRig } from './support/socaRig.ts';

const STORY = Int16Array.from({ length: 6000 * 16 }, (_, i) => Math.round(8000 * Math.sin(i / 5)));
const talker: AgentFactory = (context) => ({
  opened: () => context.say({ text: 'A long story.', pcm: STORY }),
});

describe('profile hostile', () => {
  test('20 sessions, each with other things to bear: words and audio get through, and no rule is broken', () => {
    const rig = createSocaRig({ agent: talker, profile: 'hostile' });
    const packings = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const client = rig.connect('', `session-${i}`);
      rig.clock.advanceMs(7000);
      const { events, streams } = listenTo(client.received);
      const said = events.flatMap((event) => (event.type === 'agentText' ? [event.text] : [])).join('');
      const isWordless = client.texts.every((text) => !text.includes('contentStep'));
      if (!isWordless) expect(said.replaceAll(' ', ''), `session ${i}`).toContain('Alongstory.');
      expect(streams.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeGreaterThan(23_000);
      expect(rig.verdicts).toEqual([]);
      packings.add(client.texts.map((text) => text.length).join());
    }
    expect(packings.size).toBeGreaterThan(15);
  });

  test('draws nothing that loses audio or ends a session', () => {
    const drawn = new Set(Array.from({ length: 500 }, (_, seed) => drawHostileFaults(createRandom(seed))).flat());
    const harmful: readonly SocaFaultName[] = [
      'unpadded-chunks',
      'chunk-skipped',
      'corrupt-frame',
      'dropped',
      'closed',
    ];
    expect(harmful.filter((name) => drawn.has(name))).toEqual([]);
    expect(drawn.size).toBeGreaterThan(30);
  });
});
