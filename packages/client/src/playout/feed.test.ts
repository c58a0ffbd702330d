import { describe, expect, test } from 'vitest';
import { makeSequence, SequenceVerifier } from '@voicewire/testkit';
import { PlayoutFeed } from './feed.ts';

const SAMPLE_RATE = 16_000;

describe('PlayoutFeed', () => {
  test('hands 2 s over at once and the rest as the player consumes, in order and complete', () => {
    const handed: Int16Array[] = [];
    const feed = new PlayoutFeed(SAMPLE_RATE, (pcm) => handed.push(pcm));
    const samples = makeSequence(0, 10 * SAMPLE_RATE);
    feed.write(samples);
    const count = () => handed.reduce((sum, block) => sum + block.length, 0);
    expect(count()).toBe(2 * SAMPLE_RATE);
    for (let consumed = 0; consumed <= samples.length; consumed += 1_600) feed.onConsumed(consumed);
    expect(count()).toBe(samples.length);
    const verifier = new SequenceVerifier();
    for (const block of handed) verifier.read(block);
    expect(verifier.verdict().isIntact, JSON.stringify(verifier.verdict())).toBe(true);
  });

  test('clear drops only what was not handed over, and says how much', () => {
    const feed = new PlayoutFeed(SAMPLE_RATE, () => undefined);
    feed.write(new Int16Array(3 * SAMPLE_RATE));
    expect(feed.clear()).toBe(SAMPLE_RATE);
    expect(feed.clear()).toBe(0);
    expect(feed.writtenSamples).toBe(3 * SAMPLE_RATE);
  });

  test('refuses what would make the backlog longer than ten minutes, and counts it', () => {
    const feed = new PlayoutFeed(SAMPLE_RATE, () => undefined);
    const minute = new Int16Array(60 * SAMPLE_RATE);
    const taken = Array.from({ length: 11 }, () => feed.write(minute));
    expect(taken).toEqual([...new Array<boolean>(10).fill(true), false]);
    expect(feed.overflowedSamples).toBe(minute.length);
  });
});
