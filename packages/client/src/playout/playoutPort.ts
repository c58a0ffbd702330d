// This file is the writing side of a player that lives elsewhere: feeds it, and keeps track of what it reports.
import type { AudioOutputCounters, AudioOutputSink, PlayedSample } from '../ports/audioOutput.ts';
import { SILENCE_DB } from '../ports/meterLevel.ts';
import type { PlayoutCommand, PlayoutMessage } from '../worklet/playoutMessages.ts';
import { PlayoutFeed } from './feed.ts';

/** Shared by every output whose `PlayoutStage` is reached by messages. */
export class PlayoutPort {
  private readonly feed: PlayoutFeed;
  private played = 0;
  private discarded = 0;
  private underruns = 0;
  private rmsDb = SILENCE_DB;
  private hasOverflowed = false;
  private flushes: ((last: PlayedSample | null) => void)[] = [];
  private drains: (() => void)[] = [];

  constructor(
    streamSampleRate: number,
    private readonly sink: AudioOutputSink,
    private readonly send: (command: PlayoutCommand) => void,
  ) {
    this.feed = new PlayoutFeed(streamSampleRate, (pcm) => this.send({ type: 'write', pcm }));
  }

  get counters(): AudioOutputCounters {
    return {
      writtenSamples: this.feed.writtenSamples + this.feed.overflowedSamples,
      playedSamples: this.played,
      discardedSamples: this.discarded + this.feed.overflowedSamples,
      underrunCount: this.underruns,
      rmsDb: this.rmsDb,
    };
  }

  write(pcm: Int16Array): void {
    if (this.feed.write(pcm) || this.hasOverflowed) return;
    this.hasOverflowed = true;
    this.sink.onOverflow();
  }

  /** Resolves with the last sample that is heard, or null when nothing was playing. */
  flush(): Promise<PlayedSample | null> {
    const upstreamSamples = this.feed.clear();
    return new Promise((resolve) => {
      this.flushes.push(resolve);
      this.send({ type: 'flush', upstreamSamples });
    });
  }

  /** Resolves when everything written was played or dropped. */
  drain(): Promise<void> {
    if (this.isDrained()) return Promise.resolve();
    return new Promise((resolve) => this.drains.push(resolve));
  }

  setVolume(gain: number): void {
    this.send({ type: 'volume', gain });
  }

  /** The player is gone: nobody waits for it any longer. */
  close(): void {
    this.settleFlushes(null);
    this.settleDrains();
  }

  receive(message: Exclude<PlayoutMessage, { type: 'ready' | 'failed' | 'stopped' }>): void {
    switch (message.type) {
      case 'speechStarted':
        return this.sink.onSpeechStarted({ streamSample: message.streamSample, outputFrame: message.outputFrame });
      case 'speechEnded':
        return this.sink.onSpeechEnded({ streamSample: message.streamSample, outputFrame: message.outputFrame });
      case 'flushed': {
        const { streamSample, outputFrame } = message;
        return this.settleFlushes(streamSample < 0 ? null : { streamSample, outputFrame });
      }
      case 'report':
        this.played = message.playedSamples;
        this.discarded = message.discardedSamples;
        this.underruns = message.underrunCount;
        this.rmsDb = message.rmsDb;
        this.feed.onConsumed(this.played + this.discarded);
        if (this.isDrained()) this.settleDrains();
    }
  }

  private isDrained(): boolean {
    return this.played + this.discarded >= this.feed.writtenSamples;
  }

  private settleFlushes(last: PlayedSample | null): void {
    const waiting = this.flushes;
    this.flushes = [];
    for (const resolve of waiting) resolve(last);
  }

  private settleDrains(): void {
    const waiting = this.drains;
    this.drains = [];
    for (const resolve of waiting) resolve();
  }
}
