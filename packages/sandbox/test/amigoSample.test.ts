// What the clients on the vendor's page send, in their order: recorded where it is careless, never refused.
import { describe, expect, test } from 'vitest';
import { PCM_CONFIG, START, createAmigoRig } from './support/amigoRig.ts';
import { makeUserSpeech } from './support/rig.ts';

/** One ScriptProcessor block: 256 ms. */
const BLOCK_SAMPLES = 4096;
const QUERY = 'response_format=voice&audio_format=pcm';

describe("the page's clients", () => {
  test('the class for production: turn detection with audio at once, text at once, blocks of 256 ms, farewell', () => {
    const rig = createAmigoRig({ agent: 'conversation' });
    const client = rig
      .connect({ query: QUERY })
      .send({ ...START, service_version_set_name: 'release' })
      .wait(20);
    const keepAlive = { type: 'client.extend-timeout' };
    let blocks = 0;
    const speech = makeUserSpeech(2000);
    /** Sends blocks in real time and a keep-alive every 15 s, as its timers do. */
    const stream = (pcm: Int16Array): void => {
      for (let at = 0; at < pcm.length; at += BLOCK_SAMPLES) {
        const block = new Int16Array(BLOCK_SAMPLES);
        block.set(pcm.subarray(at, at + BLOCK_SAMPLES));
        client.sendAudio(block, blocks === 0 ? PCM_CONFIG : undefined).wait(256);
        blocks += 1;
        if (blocks % 59 === 0) client.send(keepAlive);
      }
    };
    client.send({ type: 'client.switch-vad-mode', vad_mode_on: true });
    client.sendAudio(new Int16Array(BLOCK_SAMPLES), PCM_CONFIG);
    blocks = 1;
    client.say('Hello, how can you help me?');
    stream(new Int16Array(16 * 12_000));
    stream(speech);
    stream(new Int16Array(16 * 16_000));
    expect(client.closeCode).toBeUndefined();
    // Its text asks for help, so there is a menu, and then, after a whole sentence, a long story.
    expect(client.all('server.interaction-complete').length).toBe(1);
    expect(client.all('server.vad-speech-ended').length).toBe(1);
    expect(client.types.at(-1)).toBe('new-message');
    client.send({ type: 'client.switch-vad-mode', vad_mode_on: false });
    stream(new Int16Array(16 * 600));
    client.send({ type: 'client.finish-conversation' });
    stream(new Int16Array(16 * 1000));
    client.send({ type: 'client.close-connection' });
    client.socket.close(1005);
    client.wait(10);
    expect(client.all('server.conversation-completed').length).toBe(1);
    expect(client.closeCode).toBe(1005);
    const { violationsByRule } = rig.record.counters;
    expect(Object.keys(violationsByRule).sort()).toEqual(['A-17', 'A-35', 'A-41', 'A-50', 'A-51']);
    expect(new Set(rig.record.violations.map(({ severity }) => severity))).toEqual(new Set(['strict', 'note']));
  });

  test('the quick start in Python: text as soon as the conversation is there, while the agent greets', () => {
    const rig = createAmigoRig({ agent: 'conversation' });
    const client = rig
      .connect({ query: QUERY })
      .send({ ...START, service_version_set_name: 'release' })
      .wait(20);
    client.say('Hello!').wait(12_000);
    expect([client.closeCode, rig.verdicts]).toEqual([undefined, []]);
    expect(client.all('server.interaction-complete').length).toBe(1);
  });

  test('a pcm sample that sends the low byte of each number is heard as noise, and not refused', () => {
    const rig = createAmigoRig({ agent: 'conversation' });
    const client = rig.converse({ query: QUERY }).switchVad(true);
    // String.fromCharCode(...int16) and btoa: one byte per sample, where it does not throw.
    for (let i = 0; i < 20; i++) {
      const audio = Buffer.alloc(BLOCK_SAMPLES, i + 1).toString('base64');
      client
        .send({ type: 'client.new-audio-message', audio, ...(i === 0 ? { audio_config: PCM_CONFIG } : {}) })
        .wait(256);
    }
    expect(client.closeCode).toBeUndefined();
  });
});
