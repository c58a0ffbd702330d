// This file counts the breaches of a run by invariant, with the commands that play their stories again.
import type { Breach } from '../invariants/invariant.ts';

/** Seeds that are named for each invariant. */
const NAMED_SEEDS = 10;

/** The command that plays one story again. */
export function replayCommand(seed: number): string {
  return `node packages/client/scripts/schedules.mjs --seed ${seed}`;
}

export class BrokenInvariants {
  /** By invariant; for what the sandbox saw, by its rule as well. */
  private readonly seeds = new Map<string, Set<number>>();
  private stories = 0;

  /** Stories that broke any. */
  get storyCount(): number {
    return this.stories;
  }

  add(seed: number, breaches: readonly Breach[]): void {
    this.stories += 1;
    for (const { invariant, what } of breaches) {
      const [, rule = ''] = /rule (\S+) broken/.exec(what) ?? [];
      const name = `${invariant} ${rule}`.trim();
      this.seeds.set(name, (this.seeds.get(name) ?? new Set()).add(seed));
    }
  }

  /** One row for each invariant that was broken, in Markdown. */
  table(): string {
    const rows = [...this.seeds]
      .sort(([, a], [, b]) => b.size - a.size)
      .map(([name, seeds]) => {
        const named = [...seeds].slice(0, NAMED_SEEDS);
        const more = seeds.size > named.length ? ', …' : '';
        return `| ${name} | ${seeds.size} | ${named.join(', ')}${more} | \`${replayCommand(named[0] ?? 0)}\` |`;
      });
    return ['| invariant | stories | seeds | the first again |', '| --- | --- | --- | --- |', ...rows].join('\n');
  }
}
