import type { AudioFormat, Capabilities, SessionEvent } from '@voicewire/protocol';
import { describe, expect, test } from 'vitest';
import type { VoiceError } from '../errors.ts';
import type { AudioOutput } from '../ports/audioOutput.ts';
import type { AudioDecoder, AudioDecoders, AudioDecoderSink } from './audioDecoder.ts';
import { Downlink } from './downlink.ts';

type AgentAudio = Extract<SessionEvent, { type: 'agentAudio' }>;
const PCM: AudioFormat = { encoding: 'pcm-s16le', sampleRate: 16_000 };
const MP3: AudioFormat = { encoding: 'mp3' };

/** A decoder that gives one sample per byte, when it is told to. */
class LateDecoders implements AudioDecoders {
  readonly log: string[] = [];
  private readonly due: (() => void)[] = [];
  constructor(private readonly sampleRate = 16_000) {}
  open(_format: AudioFormat, sink: AudioDecoderSink): AudioDecoder {
    const name = String.fromCharCode(97 + this.log.filter((entry) => entry.startsWith('open')).length);
    this.log.push(`open ${name}`);
    return {
      push: (bytes) => this.due.push(() => sink.onPcm(Int16Array.from(bytes), this.sampleRate)),
      end: () => this.log.push(`end ${name}`),
      dispose: () => this.log.push(`dispose ${name}`),
    };
  }
  prepare(): void {}
  close(): void {}
  deliver(): void {
    for (const give of this.due.splice(0)) give();
  }
}

function createDownlink(generationKey: Capabilities['generationKey'], decoders?: AudioDecoders) {
  const heard: number[] = [];
  const errors: VoiceError[] = [];
  let nowMs = 0;
  let flushes = 0;
  const output = {
    write: (pcm: Int16Array) => heard.push(...pcm),
    flush: () => {
      flushes += 1;
      return Promise.resolve(null);
    },
    get counters() {
      return { writtenSamples: heard.length, playedSamples: heard.length, discardedSamples: 0 };
    },
  } as unknown as AudioOutput;
  const downlink = new Downlink({ generationKey } as Capabilities, 16_000, {
    output,
    decoders,
    nowMs: () => nowMs,
    onError: (error) => errors.push(error),
  });
  return {
    downlink,
    heard,
    errors,
    get flushes() {
      return flushes;
    },
    /** A packet, a ms later. */
    push(bytes: readonly number[], names: Partial<AgentAudio> = {}): void {
      nowMs += 1;
      downlink.push({ type: 'agentAudio', bytes: Uint8Array.from(bytes), format: PCM, ...names }, nowMs);
    },
    wait(ms: number): void {
      nowMs += ms;
    },
  };
}

describe('replies with names', () => {
  test('not one sample of a buried reply is heard, whatever arrives late; the next one is whole', () => {
    const { downlink, heard, push } = createDownlink({ kind: 'id' });
    push([1, 0, 2, 0], { generation: 'a' });
    downlink.interrupt('a');
    push([9, 0], { generation: 'a' });
    push([3, 0], { generation: 'b' });
    push([9, 0], { generation: 'a' });
    push([4, 0], { generation: 'b' });
    expect(heard).toEqual([1, 2, 3, 4]);
    expect(downlink.counters.deadPackets).toBe(2);
  });

  test('half a sample of one reply does not shift the next', () => {
    const { heard, errors, push } = createDownlink({ kind: 'id' });
    push([1, 0, 7], { generation: 'a' });
    push([2, 0], { generation: 'b' });
    push([0], { generation: 'a' });
    expect(heard).toEqual([1, 2, 7]);
    expect(errors.map(({ code }) => code)).toEqual(['odd-audio-length']);
  });

  test('what a decoder gives after its reply was interrupted is dropped', () => {
    const decoders = new LateDecoders();
    const { downlink, heard, push } = createDownlink({ kind: 'id' }, decoders);
    push([1, 2], { generation: 'a', format: MP3 });
    decoders.deliver();
    push([3, 4], { generation: 'a', format: MP3 });
    downlink.interrupt();
    decoders.deliver();
    push([5], { generation: 'b', format: MP3 });
    decoders.deliver();
    expect(heard).toEqual([1, 2, 5]);
    expect(decoders.log).toEqual(['open a', 'dispose a', 'open b']);
  });

  test('so is what it gives of streams that had ended by then, also of the reply before', () => {
    const decoders = new LateDecoders();
    const { downlink, heard, push } = createDownlink({ kind: 'id' }, decoders);
    push([1], { generation: 'a', format: MP3 });
    downlink.end('a', undefined);
    push([2], { generation: 'b', format: MP3 });
    downlink.end('b', undefined);
    downlink.interrupt();
    decoders.deliver();
    push([3], { generation: 'c', format: MP3 });
    decoders.deliver();
    expect(heard).toEqual([3]);
  });

  test('nor is anything of what comes once the player is about to stop, nor of what was still being decoded', () => {
    const decoders = new LateDecoders();
    const { downlink, heard, push } = createDownlink({ kind: 'id' }, decoders);
    push([1, 2], { generation: 'a', format: MP3 });
    downlink.end('a', undefined);
    push([3], { generation: 'b', format: MP3 });
    downlink.close();
    push([4], { generation: 'c', format: MP3 });
    downlink.playFiller(Uint8Array.of(3, 0), { encoding: 'pcm-s16le', sampleRate: 16_000 }, 3);
    decoders.deliver();
    expect(heard).toEqual([]);
    expect(decoders.log).toEqual(['open a', 'end a', 'open b', 'dispose b']);
    expect(downlink.counters.receivedPackets).toBe(3);
  });

  test('another connection may count its replies anew: the name of a dead one is that of a new one there', () => {
    const decoders = new LateDecoders();
    const { downlink, heard, push } = createDownlink({ kind: 'id' }, decoders);
    push([1], { generation: '1', format: MP3 });
    downlink.end('1', undefined);
    downlink.interrupt();
    downlink.disconnect();
    push([2], { generation: '1', format: MP3 });
    expect(downlink.addText({ type: 'agentText', text: 'Hello.', generation: '1' })).toBe(true);
    decoders.deliver();
    expect(heard).toEqual([2]);
    expect(downlink.cut(0, 1)).toEqual({ generation: '1', heardText: '' });
  });

  test('words of a dead reply are not heard either, and words alone make a reply that can die', () => {
    const { downlink, heard, push } = createDownlink({ kind: 'id' });
    expect(downlink.addText({ type: 'agentText', generation: 'a', text: 'One' })).toBe(true);
    downlink.interrupt();
    push([9, 0], { generation: 'a' });
    expect(downlink.addText({ type: 'agentText', generation: 'a', text: ' two' })).toBe(false);
    expect(downlink.addText({ type: 'agentText', generation: 'b', text: 'Three' })).toBe(true);
    expect(heard).toEqual([]);
  });

  test('every stream of a reply has a decoder of its own, which ends with its stream', () => {
    const decoders = new LateDecoders();
    const { downlink, push } = createDownlink({ kind: 'id' }, decoders);
    push([1], { generation: 'a', streamId: 'a/0', format: MP3 });
    push([2], { generation: 'a', streamId: 'a/1', format: MP3 });
    downlink.end('a', 'a/0');
    downlink.disconnect();
    expect(decoders.log).toEqual(['open a', 'open b', 'end a', 'end b']);
  });

  test('streams without an end are closed, oldest first, when there are 16', () => {
    const decoders = new LateDecoders();
    const { push } = createDownlink({ kind: 'id' }, decoders);
    for (let n = 0; n < 17; n++) push([1], { generation: 'a', streamId: String(n), format: MP3 });
    expect(decoders.log.filter((entry) => entry.startsWith('end'))).toEqual(['end a']);
  });
});

describe('replies without names', () => {
  test('a dead packet of odd length keeps the bytes of the live ones in step', () => {
    const scene = createDownlink({ kind: 'none', arrivalGapMs: 100 });
    scene.push([1, 0]);
    scene.downlink.interrupt();
    scene.push([9, 0, 2]);
    scene.wait(200);
    scene.push([0, 3, 0]);
    expect(scene.heard).toEqual([1, 2, 3]);
  });
});

describe('audio that cannot be played', () => {
  test('at another rate than announced is dropped, with one error', () => {
    const { heard, errors, push } = createDownlink({ kind: 'id' });
    const format: AudioFormat = { encoding: 'pcm-s16le', sampleRate: 24_000 };
    push([1, 0], { generation: 'a', format });
    push([2, 0], { generation: 'a', format });
    expect(heard).toEqual([]);
    expect(errors.map(({ code }) => code)).toEqual(['unexpected-sample-rate']);
  });

  test('without a decoder is an error, not an exception', () => {
    const { errors, push } = createDownlink({ kind: 'id' });
    push([1, 2], { generation: 'a', format: MP3 });
    expect(errors.map(({ code }) => code)).toEqual(['audio-undecodable']);
  });
});

describe('times of what is heard', () => {
  test('the first samples of a burst came in with its first packet, although the decoder gives them after the third', () => {
    const decoders = new LateDecoders();
    const { downlink, push } = createDownlink({ kind: 'id' }, decoders);
    for (const value of [1, 2, 3]) push([value], { generation: 'a', format: MP3 });
    decoders.deliver();
    push([4], { generation: 'a', format: MP3 });
    decoders.deliver();
    expect([0, 3].map((sample) => downlink.timesOf(sample)?.receivedMs)).toEqual([1, 4]);
  });
});

describe('fillers', () => {
  test('are played while nothing else is queued, and cut when agent audio comes', () => {
    const scene = createDownlink({ kind: 'id' });
    scene.downlink.playFiller(Uint8Array.of(5, 0), { encoding: 'pcm-s16le', sampleRate: 16_000 }, 7);
    expect(scene.heard).toEqual([5]);
    expect(scene.downlink.timesOf(0)).toMatchObject({ receivedMs: 7 });
    expect(scene.flushes).toBe(0);
    scene.push([1, 0], { generation: 'a' });
    scene.push([2, 0], { generation: 'a' });
    expect(scene.flushes).toBe(1);
  });

  test('the first sample after a dead reply came in its own packet, and not in a dead one', () => {
    const scene = createDownlink({ kind: 'none', arrivalGapMs: 300 });
    scene.push([1, 0]);
    scene.downlink.interrupt();
    scene.push([2, 0]);
    scene.wait(1_000);
    scene.push([3, 0]);
    expect(scene.heard).toEqual([1, 3]);
    expect([0, 1].map((sample) => scene.downlink.timesOf(sample)?.receivedMs)).toEqual([1, 1_003]);
  });
});
