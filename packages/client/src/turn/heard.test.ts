import { describe, expect, test } from 'vitest';
import { Heard } from './heard.ts';

/** 1000 samples a second: a sample is a millisecond. */
const RATE = 1_000;

describe('Heard with times from the vendor', () => {
  const ALIGNMENT = 'One two three'.split('').map((text, index) => ({ atMs: index * 100, text }));

  function speak(): Heard {
    const heard = new Heard(RATE);
    heard.addText('r', 'One two three', ALIGNMENT);
    heard.expectAudio('r', 's');
    heard.addAudio('r', 's', 0, 1_400);
    heard.endAudio('r', 's');
    return heard;
  }

  test.each([
    [0, ''],
    [250, ''],
    // The third letter of "One" began at 200 ms and the space at 300 ms.
    [301, 'One'],
    [650, 'One'],
    [701, 'One two'],
    [1_299, 'One two'],
    [1_301, 'One two three'],
    [1_400, 'One two three'],
  ])('after %d ms of 1,400 the user has heard "%s"', (heardMs, heardText) => {
    expect(speak().cut(heardMs, 1_400)).toEqual({ generation: 'r', heardText });
  });

  test('times count from the start of their own part of the reply', () => {
    const heard = speak();
    heard.addText(
      'r',
      ' four five',
      ' four five'.split('').map((text, index) => ({ atMs: index * 100, text })),
    );
    heard.expectAudio('r', 't');
    heard.addAudio('r', 't', 1_400, 1_000);
    expect(heard.cut(1_400 + 550, 2_400)?.heardText).toBe('One two three four');
  });
});

describe('Heard without times', () => {
  test('words are spread evenly over their sound, sentence by sentence', () => {
    const heard = new Heard(RATE);
    for (const [index, sentence] of ['Hello there.', ' How are you?'].entries()) {
      heard.addText('r', sentence);
      heard.expectAudio('r', String(index));
      heard.addAudio('r', String(index), index * 1_000, 1_000);
      heard.endAudio('r', String(index));
    }
    // 8 of 13 characters of the second: " How are".
    expect(heard.cut(1_650, 2_000)?.heardText).toBe('Hello there. How are');
  });

  test('sound that is still on its way is taken to be spoken at 15 characters a second', () => {
    const heard = new Heard(RATE);
    heard.addText('r', 'fifteen letters and many more of them to come');
    heard.expectAudio('r', undefined);
    heard.addAudio('r', undefined, 0, 1_100);
    expect(heard.cut(1_100, 1_100)?.heardText).toBe('fifteen letters');
  });

  test('sound that is decoded late belongs to the words it came with', () => {
    const heard = new Heard(RATE);
    for (const id of ['a', 'b']) {
      heard.addText('r', `${id} ${id}.`);
      heard.expectAudio('r', id);
      heard.endAudio('r', id);
    }
    heard.addAudio('r', 'a', 0, 500);
    heard.addAudio('r', 'b', 500, 500);
    expect(heard.cut(500, 1_000)?.heardText).toBe('a a.');
  });

  test('writing without spaces is cut between characters, never inside one', () => {
    const heard = new Heard(RATE);
    heard.addText('r', '你好😀吗');
    heard.expectAudio('r', 's');
    heard.addAudio('r', 's', 0, 500);
    heard.endAudio('r', 's');
    expect(heard.cut(300, 500)?.heardText).toBe('你好');
  });
});

describe('Heard over several replies', () => {
  function twoReplies(): Heard {
    const heard = new Heard(RATE);
    for (const [index, name] of ['first', 'second'].entries()) {
      heard.addText(name, `The ${name} one.`);
      heard.expectAudio(name, name);
      heard.addAudio(name, name, index * 1_000, 1_000);
      heard.endAudio(name, name);
    }
    return heard;
  }

  test('tells of the one that was being heard, not of what waited behind it', () => {
    expect(twoReplies().cut(500, 2_000)).toEqual({ generation: 'first', heardText: 'The' });
    expect(twoReplies().cut(1_600, 2_000)).toEqual({ generation: 'second', heardText: 'The' });
  });

  test('what was thrown away stays unheard, also when more is heard later', () => {
    const heard = twoReplies();
    heard.cut(500, 2_000);
    heard.addText('third', 'Three.');
    heard.expectAudio('third', 'third');
    heard.addAudio('third', 'third', 2_000, 100);
    heard.endAudio('third', 'third');
    expect(heard.cut(2_100, 2_100)).toEqual({ generation: 'third', heardText: 'Three.' });
  });

  test('a reply of which nothing was heard gives no words, and no words give nothing', () => {
    const heard = new Heard(RATE);
    expect(heard.cut(0, 0)).toBeUndefined();
    heard.expectAudio(undefined, undefined);
    heard.addAudio(undefined, undefined, 0, 100);
    expect(heard.cut(50, 100)).toBeUndefined();
    heard.addText('r', 'Never heard.');
    expect(heard.cut(100, 100)).toEqual({ generation: 'r', heardText: '' });
  });

  test('the last 8 replies are remembered, and 100,000 characters of one', () => {
    const heard = new Heard(RATE);
    for (let n = 0; n < 200; n++) heard.addText(`r${n}`, 'x');
    expect(heard.cut(0, 0)?.generation).toBe('r192');
    for (let n = 0; n < 300; n++) heard.addText('long', 'y'.repeat(1_000));
    heard.expectAudio('long', 's');
    heard.addAudio('long', 's', 0, 10);
    heard.endAudio('long', 's');
    expect(heard.cut(10, 10)?.heardText.length).toBe(100_000);
  });
});
