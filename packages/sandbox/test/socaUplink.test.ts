import { assertSameSamples } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { makeUserSpeech } from './support/rig.ts';
import { createSocaRig } from './support/socaRig.ts';
import { frameOf } from './support/testClient.ts';

/** Samples as bytes, in messages of any length. */
function bytesOf(pcm: Int16Array): Uint8Array {
  return new Uint8Array(pcm.slice().buffer);
}

describe('a right client', () => {
  test('that speaks and is silent for 20 s in messages of 640 bytes breaks no rule', () => {
    const rig = createSocaRig({ agent: 'conversation' });
    const client = rig.connect();
    for (let turn = 0; turn < 4; turn++) {
      client.speak(makeUserSpeech(1500));
      client.keepSilent(3500);
    }
    client.close();
    rig.clock.advanceMs(2000);
    expect(rig.verdicts).toEqual([]);
    expect(rig.record.close).toMatchObject({ code: 1000, wasClean: true });
  });

  test('what it says arrives sample by sample, however it is cut', () => {
    for (const sizeBytes of [2, 320, 640, 1280, 1600, 8192]) {
      const rig = createSocaRig();
      const client = rig.connect();
      const pcm = makeUserSpeech(512);
      const bytes = bytesOf(pcm);
      for (let at = 0; at < bytes.length; at += sizeBytes) client.send(bytes.subarray(at, at + sizeBytes));
      rig.clock.advanceMs(10);
      assertSameSamples(`${sizeBytes} bytes`, rig.record.receivedPcm(), pcm);
    }
  });
});

describe('D-06, the length of messages', () => {
  const send = (sizeBytes: number, count: number, soca = {}) => {
    const rig = createSocaRig({ soca });
    const client = rig.connect();
    for (let i = 0; i < count; i++) {
      client.send(new Uint8Array(sizeBytes));
      rig.clock.advanceMs(sizeBytes / 32);
    }
    const verdicts = rig.verdicts.filter((verdict) => verdict.startsWith('D-06'));
    return { verdicts, samples: rig.record.counters.audioSamplesIn, client };
  };

  test.each([
    [640, []],
    [320, []],
    [642, ['D-06 note']],
    [1280, ['D-06 note']],
    [1600, ['D-06 note']],
    [1602, ['D-06 strict']],
    [8192, ['D-06 strict']],
  ] as const)('%i bytes, 20 times: %j, and heard', (sizeBytes, verdicts) => {
    const sent = send(sizeBytes, 20);
    expect(sent.verdicts).toEqual(verdicts);
    expect(sent.samples).toBe(10 * sizeBytes);
    expect(sent.client.closes).toEqual([]);
  });

  test.each([
    [639, 'D-06 fatal'],
    [1, 'D-06 fatal'],
    [8191, 'D-06 fatal'],
    [0, 'D-06 strict'],
  ])('%i bytes: %s, and ignored', (sizeBytes, verdict) => {
    const sent = send(sizeBytes, 2);
    expect(sent.verdicts).toEqual([verdict, verdict]);
    expect(sent.samples).toBe(0);
    expect(sent.client.closes).toEqual([]);
  });

  test('with oddAudio "close" an odd length closes with 1003, but not under policy record', () => {
    expect(send(639, 1, { oddAudio: 'close' }).client.closes).toMatchObject([{ code: 1003 }]);
    const rig = createSocaRig({ policy: 'record', soca: { oddAudio: 'close' } });
    const client = rig.connect();
    client.send(new Uint8Array(639));
    rig.clock.advanceMs(10);
    expect(client.closes).toEqual([]);
    expect(rig.verdicts).toEqual(['D-06 fatal']);
  });

  test('an utterance in blocks of 256 ms, as the vendor’s sample sends it, is answered', () => {
    const rig = createSocaRig({ agent: 'conversation' });
    const client = rig.connect();
    const pcm = new Int16Array(4096 * 24);
    pcm.set(makeUserSpeech(2000), 4096 * 8);
    for (let at = 0; at < pcm.length; at += 4096) {
      client.send(bytesOf(pcm.subarray(at, at + 4096)));
      rig.clock.advanceMs(256);
    }
    expect(client.of('stt.final').length).toBe(1);
    expect(client.sentences.length).toBeGreaterThan(0);
    expect(rig.verdicts).toEqual(['D-06 strict']);
  });
});

describe('D-07 and D-08, text', () => {
  const send = (text: string, policy: 'enforce' | 'record' = 'enforce') => {
    const rig = createSocaRig({ policy });
    const client = rig.connect();
    client.send(text);
    client.keepSilent(100);
    const error = client.of('error').at(-1)?.message;
    return { error, verdicts: rig.verdicts, closes: client.closes };
  };
  const base64 = Buffer.from(bytesOf(makeUserSpeech(40))).toString('base64');

  test.each([
    ['another type', '{"type":"hello"}', 'unknown message', 'D-07 strict'],
    ['no JSON', 'hello', 'unknown message', 'D-07 strict'],
    ['JSON that is no object', '[1,2]', 'unknown message', 'D-07 strict'],
    ['a second start', '{"type":"start"}', 'already started', 'D-07 strict'],
    ['base64 audio in JSON', JSON.stringify({ type: 'audio', audio: base64 }), 'audio must be binary', 'D-08 fatal'],
    ['base64 audio alone', base64, 'audio must be binary', 'D-08 fatal'],
    ['a data URL', `data:audio/pcm;base64,${base64}`, 'audio must be binary', 'D-08 fatal'],
    ['samples as numbers', JSON.stringify({ samples: Array(320).fill(0) }), 'audio must be binary', 'D-08 fatal'],
  ])('%s', (_name, text, error, verdict) => {
    expect(send(text)).toEqual({ error, verdicts: [verdict], closes: [] });
    expect(send(text, 'record')).toEqual({ error: undefined, verdicts: [verdict], closes: [] });
  });

  test.each(['{"type":"stop"}', '{ "type": "barge", "at": 5 }'])('%s is neither', (text) => {
    const { error, verdicts } = send(text);
    expect(error).toBeUndefined();
    expect(verdicts.filter((verdict) => !verdict.startsWith('D-12'))).toEqual([]);
  });
});

describe('D-09, audio that never stops', () => {
  const verdictsAfter = (
    act: (client: ReturnType<ReturnType<typeof createSocaRig>['connect']>, advance: (ms: number) => void) => void,
  ) => {
    const rig = createSocaRig();
    const client = rig.connect();
    client.keepSilent(2000);
    act(client, (ms) => rig.clock.advanceMs(ms));
    return rig.verdicts;
  };

  test('a gap of 90 ms: nothing; 200 ms: a note; 700 ms, as in a mute that stops sending: strict', () => {
    const gap = (ms: number) =>
      verdictsAfter((client, advance) => {
        advance(ms);
        client.keepSilent(500);
      });
    expect(gap(70)).toEqual([]);
    expect(gap(200)).toEqual(['D-09 note']);
    expect(gap(700)).toEqual(['D-09 strict']);
  });

  test('audio at 48,000 samples/s taken for 16,000: strict', () => {
    const verdicts = verdictsAfter((client, advance) => {
      for (let i = 0; i < 900; i++) {
        client.send(frameOf(new Int16Array(320)));
        if (i % 3 === 2) advance(20);
      }
    });
    expect(verdicts).toContain('D-09 strict');
  });

  test('audio that ends long before the session does: strict', () => {
    const rig = createSocaRig();
    const client = rig.connect();
    client.keepSilent(1000);
    rig.clock.advanceMs(3000);
    client.close();
    rig.clock.advanceMs(10);
    expect(rig.verdicts).toEqual(['D-09 strict']);
  });

  test('a block of 256 ms that comes 60 ms late: nothing; 300 ms: a note; 600 ms: strict', () => {
    const late = (ms: number) => {
      const rig = createSocaRig();
      const client = rig.connect();
      for (let i = 0; i < 20; i++) {
        rig.clock.advanceMs(i === 10 ? 256 + ms : i === 11 ? Math.max(0, 256 - ms) : 256);
        client.send(new Uint8Array(8192));
      }
      return rig.verdicts;
    };
    expect(late(60)).toEqual(['D-06 strict']);
    // The gap, and the two blocks that come at once after it.
    expect(late(300)).toEqual(['D-06 strict', 'D-09 note', 'D-09 note']);
    expect(late(600)).toContain('D-09 strict');
  });

  test('40 ms and 50 ms messages in time: nothing but the note about their length', () => {
    for (const sizeBytes of [1280, 1600]) {
      const rig = createSocaRig();
      const client = rig.connect();
      for (let i = 0; i < 200; i++) {
        client.send(new Uint8Array(sizeBytes));
        rig.clock.advanceMs(sizeBytes / 32);
      }
      expect(rig.verdicts).toEqual(['D-06 note']);
    }
  });
});

describe('D-17, the end', () => {
  test.each([
    [1000, []],
    [1001, ['D-17 note']],
    [3001, ['D-17 strict']],
  ])('the client closes with %i: %j', (code, verdicts) => {
    const rig = createSocaRig();
    const client = rig.connect();
    client.keepSilent(100);
    client.close(code);
    rig.clock.advanceMs(10);
    expect(rig.verdicts).toEqual(verdicts);
  });

  test('a message over 64 KiB: close 1009', () => {
    const rig = createSocaRig();
    const client = rig.connect();
    client.send(new Uint8Array(65_538));
    rig.clock.advanceMs(10);
    expect(client.closes).toMatchObject([{ code: 1009 }]);
    expect(rig.verdicts).toContain('D-17 strict');
  });

  test('under policy record, a message of 4 MiB is recorded and closes nothing', () => {
    const rig = createSocaRig({ policy: 'record' });
    const client = rig.connect();
    client.send(new Uint8Array(4_194_304));
    rig.clock.advanceMs(10);
    expect(client.closes).toEqual([]);
    expect(rig.verdicts).toContain('D-17 strict');
  });

  test('a client that sends nothing at all for 120 s is let go with 1000', () => {
    const rig = createSocaRig();
    const client = rig.connect();
    rig.clock.advanceMs(121_000);
    expect(client.closes).toMatchObject([{ code: 1000 }]);
  });

  test.each(['enforce', 'record'] as const)('under %s a socket without a start is let go as well', (policy) => {
    const rig = createSocaRig({ policy });
    const client = rig.open();
    rig.clock.advanceMs(130_000);
    expect(client.closes.length).toBe(1);
  });

  test('on shutdown every session is closed with 1012', () => {
    const rig = createSocaRig();
    const [listening, opening] = [rig.connect(), rig.open()];
    rig.clock.advanceMs(1);
    rig.sandbox.close();
    rig.clock.advanceMs(10);
    expect([listening, opening].map(({ closes }) => closes[0]?.code)).toEqual([1012, 1012]);
  });
});
