import type { SessionStats } from '@voicewire/client/browser';
import { describe, expect, test } from 'vitest';
import { wordFigures } from './figures.ts';

const NEVER_CONNECTED: SessionStats = {
  status: 'disconnected',
  connectMs: null,
  input: { capturedSamples: 0, framesCount: 0, missedSamples: 0, latency: { ms: 0, basis: 'unknown' } },
  uplink: null,
  downlink: null,
  output: {
    writtenSamples: 0,
    playedSamples: 0,
    discardedSamples: 0,
    underrunCount: 0,
    rmsDb: -100,
    latency: { ms: 0, basis: 'unknown' },
  },
};

const NO_UPLINK = {
  sentMessages: 0,
  sentBytes: 0,
  passedFrames: 0,
  droppedBeforeOpenFrames: 0,
  mutedFrames: 0,
  congestedFrames: 0,
  lostFrames: 0,
};

describe('The figures', () => {
  test('before a call nothing is claimed', () => {
    expect(wordFigures({ stats: NEVER_CONNECTED, agentDelayMs: null, agentSampleRate: 16_000 })).toEqual({
      connect: '–',
      wire: '–',
      ear: '–',
      buffered: '0 ms',
      underruns: '0',
      output: '–',
      basis: '',
    });
  });

  test('2,400 samples written, 640 played and 160 dropped are 100 ms buffered at 16 kHz', () => {
    const output = { ...NEVER_CONNECTED.output, writtenSamples: 2400, playedSamples: 640, discardedSamples: 160 };
    const stats = { ...NEVER_CONNECTED, output };
    expect(wordFigures({ stats, agentDelayMs: null, agentSampleRate: 16_000 }).buffered).toBe('100 ms');
  });

  test('two percentiles share their unit', () => {
    const captureToWire = { count: 100, minMs: 1, p50Ms: 3.84, p95Ms: 19.2, maxMs: 30 };
    const stats = { ...NEVER_CONNECTED, uplink: { ...NO_UPLINK, captureToWire } };
    expect(wordFigures({ stats, agentDelayMs: null, agentSampleRate: 16_000 }).wire).toBe('3.8 / 19 ms');
  });

  test('a latency comes with how sure it is', () => {
    const output = { ...NEVER_CONNECTED.output, latency: { ms: 40, basis: 'measured' as const } };
    const stats = { ...NEVER_CONNECTED, output, connectMs: 312.4 };
    const texts = wordFigures({ stats, agentDelayMs: 91.2, agentSampleRate: 16_000 });
    expect(texts).toMatchObject({ connect: '312 ms', ear: '91 ms', output: '40 ms', basis: '(measured)' });
  });
});
