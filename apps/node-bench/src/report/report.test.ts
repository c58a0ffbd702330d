import { describe, expect, test } from 'vitest';
import { makeFailedTurn, makeResult, makeRun, makeTurn } from '../../test/makeResult.ts';
import { formatHtml } from './html.ts';
import { formatMarkdown, MARKER_END, MARKER_START, replaceBetweenMarkers } from './markdown.ts';
import { drawSpread, drawTurns } from './pictures.ts';
import { formatMs } from './stageRows.ts';
import { formatReport } from './textTable.ts';

const TURNS = [...Array.from({ length: 9 }, (_, i) => makeTurn(i + 1, 700 + i)), makeFailedTurn(10, 'spoke-over-user')];
const RUN = makeRun(
  TURNS,
  {},
  { target: { kind: 'embedded-sandbox', configuredWaitMs: 560 }, warnings: ['The loop was late.'] },
);

describe('formatMs', () => {
  test.each([
    [0, '0.000'],
    [9.9994, '9.999'],
    [10, '10.0'],
    [1234.56, '1234.6'],
    ['inf', 'inf'],
  ] as const)('%s is written %s', (duration, expected) => {
    expect(formatMs(duration)).toBe(expected);
  });
});

describe('formatReport', () => {
  const lines = formatReport(makeResult(RUN)).split('\n');
  const cellsOf = (stage: string) =>
    lines
      .find((line) => line.startsWith(stage))
      ?.trim()
      .split(/ {2,}/);

  test('has a row per stage with count, percentiles and the interval of the median', () => {
    // Of 10 values the 2nd and the 9th bound the median.
    const waits = ['10', '704.0', '701.0 … 708.0', '708.0', 'inf', 'inf', '700.0', 'inf'];
    expect(cellsOf('responseWait')).toEqual(['responseWait', ...waits]);
    expect(cellsOf('connect')?.slice(0, 4)).toEqual(['connect', '1', '120.0', '-']);
  });

  test('says machine, clock, input, and every note', () => {
    const text = lines.join('\n');
    for (const wanted of [
      'Test CPU (2 cores)',
      'Node v20.20.2',
      'resolution 0.00003 ms',
      'speech ends at 2435 ms, says the sidecar',
      '10 turns in 1 session (1 failed, 1 warm-up turn left out)',
      '560 ms of responseWait',
      '1 × spoke-over-user',
      '! The loop was late.',
    ]) {
      expect(text).toContain(wanted);
    }
  });
});

describe('formatHtml', () => {
  test('is one file that loads nothing and has a picture for each of the 8 stages and one of the turns', () => {
    const html = formatHtml(makeResult(RUN));
    expect(html.match(/<svg /g)?.length).toBe(9);
    expect(html).not.toMatch(/\b(src|href)=|url\(|@import|<script/);
    expect(html.match(/<tr>/g)?.length).toBe(9);
  });

  test('escapes what comes from a file', () => {
    const result = makeResult(makeRun([makeFailedTurn(1, '<script>alert(1)</script>')], {}, { vendor: '<b>"x"</b>' }));
    const html = formatHtml({ ...result, input: { ...result.input, name: '<img>' } });
    expect(html).not.toContain('<script>');
    expect(html).not.toContain('<b>"x"');
    expect(html).not.toContain('<img>');
    expect(html).toContain('&lt;img&gt;');
  });
});

describe('pictures', () => {
  test('a spread has a dot per value and both percentiles, and none for a failed turn', () => {
    const picture = drawSpread('responseWait', [1, 2, 3, Infinity]);
    expect(picture.match(/<circle/g)?.length).toBe(3);
    expect(picture).toContain('class="p50"');
    expect(picture).not.toContain('class="p95"');
    expect(drawSpread('responseWait', [Infinity])).toBe('');
  });

  test('the longest turn fills its row, and parts follow each other without a gap', () => {
    const picture = drawTurns(makeRun([makeTurn(1, 700), makeTurn(2, 300)]));
    const boxes = [...picture.matchAll(/x="([\d.]+)" y="(\d+)" width="([\d.]+)"/g)].map(([, x, y, width]) =>
      [x, y, width].map(Number),
    );
    const first = boxes.filter(([, y]) => y === 2);
    expect(first.length).toBe(4);
    for (const [i, [x = 0, , width = 0]] of first.entries()) {
      expect(Math.abs(x + width - (first[i + 1]?.[0] ?? 900))).toBeLessThanOrEqual(0.2);
    }
  });

  test('at most 400 dots are drawn of 10,000 values', () => {
    const values = Array.from({ length: 10_000 }, (_, i) => i);
    expect(drawSpread('captureToWire', values).match(/<circle/g)?.length).toBeLessThanOrEqual(400);
  });
});

describe('Markdown', () => {
  test('replaces what is between the markers and nothing else', () => {
    const page = `# Title\n\n${MARKER_START}\nold\n${MARKER_END}\n\nEnd.\n`;
    const replaced = replaceBetweenMarkers(page, '| new |', 'page.md');
    expect(replaced).toBe(`# Title\n\n${MARKER_START}\n\n| new |\n\n${MARKER_END}\n\nEnd.\n`);
    expect(replaceBetweenMarkers(replaced, '| new |', 'page.md')).toBe(replaced);
  });

  test.each(['', MARKER_START, `${MARKER_END}\n${MARKER_START}`])(
    'leaves a page alone whose markers are %j',
    (page) => {
      expect(() => replaceBetweenMarkers(page, 'x', 'page.md')).toThrow(
        expect.objectContaining({ code: 'markers-missing' }) as Error,
      );
    },
  );

  test('has the command, the machine, and a table row per stage', () => {
    const markdown = formatMarkdown([makeResult(RUN)]);
    expect(markdown).toContain('`voicewire-bench run --turns 5`');
    expect(markdown).toContain('Test CPU');
    expect(markdown.match(/^\| `/gm)?.length).toBe(8);
  });
});
