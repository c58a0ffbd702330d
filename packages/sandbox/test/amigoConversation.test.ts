// Whole conversations with the client's half of the protocol: what @voicewire/protocol/amigo does is right by every rule.
import type { AmigoOptions } from '@voicewire/protocol/amigo';
import { amigo } from '@voicewire/protocol/amigo';
import { readFiller } from '@voicewire/protocol/amigo/agent-actions';
import type { ResumePoint, SessionCommand, SessionEvent, SessionStep, VendorSession } from '@voicewire/protocol';
import { describe, expect, test } from 'vitest';
import type { SandboxBehaviour } from '../src/core.ts';
import { PROFILES, conversation } from '../src/core.ts';
import type { Socket } from '../src/memory.ts';
import type { AmigoRig } from './support/amigoRig.ts';
import { SERVICE_ID, createAmigoRig } from './support/amigoRig.ts';
import { makeUserSpeech } from './support/rig.ts';

const CHUNK_SAMPLES = 960;
const speech = makeUserSpeech(1200);

/** A protocol session on a socket of the memory network, as an engine would run it. */
class ProtocolClient {
  readonly events: SessionEvent[] = [];
  readonly session: VendorSession;
  closeCode: number | undefined;
  isUplinkOpen = false;
  readonly #rig: AmigoRig;
  readonly #socket: Socket;

  constructor(rig: AmigoRig, options: Partial<AmigoOptions> = {}, resume?: ResumePoint) {
    this.#rig = rig;
    const token = rig.signIn();
    const base = { organization: 'demo-org', serviceId: SERVICE_ID, baseUrl: 'http://localhost:80' };
    const vendor = amigo({ ...base, ...options, credentials: { token } });
    const { url, subprotocols } = vendor.connectionRequest({ token });
    this.session = vendor.createSession({ token }, resume);
    this.#socket = rig.network.sockets.connect(
      { url, subprotocols },
      {
        onOpen: () => this.#take(this.session.open()),
        onMessage: (data) => this.#take(this.session.receive(data)),
        onClose: ({ code }) => {
          this.closeCode = code;
        },
      },
    );
    // Several round trips, of whatever length.
    for (let i = 0; i < 500 && !this.isUplinkOpen && this.closeCode === undefined; i++) rig.clock.advanceMs(20);
  }

  say(command: SessionCommand): this {
    const result = this.session.command(command);
    if (!result.ok) throw new Error(`${command.type} was refused: ${JSON.stringify(result.issues)}`);
    this.#take(result.step);
    this.#rig.clock.advanceMs(0);
    return this;
  }

  /** Speaks in real time, as long as audio is legal. */
  speak(pcm: Int16Array): this {
    for (let at = 0; at < pcm.length && this.isUplinkOpen; at += CHUNK_SAMPLES) {
      const chunk = new Int16Array(CHUNK_SAMPLES);
      chunk.set(pcm.subarray(at, at + CHUNK_SAMPLES));
      this.say({ type: 'sendAudio', bytes: new Uint8Array(chunk.buffer) });
      this.#rig.clock.advanceMs(60);
    }
    return this;
  }

  keepSilent(ms: number): this {
    return this.speak(new Int16Array(ms * 16));
  }

  wait(ms: number): this {
    this.#rig.clock.advanceMs(ms);
    return this;
  }

  close(): this {
    this.#socket.close(1000);
    return this.wait(1);
  }

  all<Type extends SessionEvent['type']>(type: Type): Extract<SessionEvent, { readonly type: Type }>[] {
    return this.events.filter((event) => event.type === type) as Extract<SessionEvent, { readonly type: Type }>[];
  }

  #take({ send, events }: SessionStep): void {
    this.events.push(...events);
    for (const event of events) {
      if (event.type === 'uplinkOpened') this.isUplinkOpen = true;
      if (event.type === 'uplinkClosed' || event.type === 'sessionEnded') this.isUplinkOpen = false;
    }
    for (const { payload } of send) this.#socket.send(payload);
  }
}

const rigWith = (behaviour: SandboxBehaviour = {}, delayMs = 0): AmigoRig =>
  createAmigoRig({ agent: 'conversation', ...behaviour }, delayMs);

const heardBytes = (client: ProtocolClient): number =>
  client.all('agentAudio').reduce((sum, { bytes }) => sum + bytes.length, 0);

describe('a whole conversation', () => {
  test('with turn detection: greeting, two turns, a barge-in, farewell', () => {
    const rig = rigWith();
    const client = new ProtocolClient(rig);
    client.keepSilent(6000).speak(speech).keepSilent(2000).speak(speech).keepSilent(12_000);
    client.say({ type: 'finish' }).keepSilent(1000).wait(500).close();
    expect(rig.verdicts).toEqual([]);
    expect(client.closeCode).toBe(1000);
    expect(client.all('transcript').map(({ text }) => text.replace(/\d\.\d/, 'n'))).toEqual(
      Array(2).fill('[n s of speech]'),
    );
    expect(client.all('turnCompleted').length).toBe(2);
    expect(client.all('sessionEnded')).toMatchObject([{ cause: 'client-ended' }]);
    expect(client.all('malformedMessage')).toEqual([]);
    const lines = rig.record.lines.map(({ text }) => text).join(' ');
    expect(lines).toMatch(/interrupt/);
  });

  test('push-to-talk and text, with MP3 as answer', async () => {
    const { loadMp3Codec } = await import('../src/core.ts');
    const rig = rigWith({ mp3: await loadMp3Codec() } as SandboxBehaviour);
    const client = new ProtocolClient(rig, { turnMode: 'manual', audioFormat: 'mp3' });
    client.wait(6000).speak(speech).say({ type: 'endUserTurn' }).wait(14_000);
    client.say({ type: 'sendUserMessage', text: 'hello' }).wait(14_000);
    client.say({ type: 'finish' }).wait(500).close();
    expect(rig.verdicts).toEqual([]);
    expect(client.all('turnCompleted').length).toBe(3);
    const audio = Buffer.concat(client.all('agentAudio').map(({ bytes }) => Buffer.from(bytes)));
    expect([audio[0], (audio[1] ?? 0) & 0xe0]).toEqual([0xff, 0xe0]);
    expect(audio.length).toBeGreaterThan(50_000);
  });

  test('in text alone', () => {
    const rig = rigWith();
    const client = new ProtocolClient(rig, { responseFormat: 'text', turnMode: 'manual' });
    client.wait(2000).say({ type: 'sendContextualUpdate', text: 'page: checkout' });
    client.say({ type: 'sendUserMessage', text: 'one two three' }).wait(4000);
    client.say({ type: 'sendContextualUpdate', text: 'payment failed', startTurn: true }).wait(4000);
    client.say({ type: 'finish' }).wait(500).close();
    expect(rig.verdicts).toEqual([]);
    const [, second] = client.all('turnCompleted');
    const text = client.all('agentText').filter(({ generation }) => generation === second?.generation);
    expect(text.map((piece) => piece.text).join('')).toBe(second?.fullText);
    expect(client.all('turnCompleted').length).toBe(3);
    expect(heardBytes(client)).toBe(0);
  });

  test('that the agent ends', () => {
    const rig = rigWith({ agent: conversation({ turnsUntilGoodbye: 1 }) });
    const client = new ProtocolClient(rig);
    client.keepSilent(6000).speak(speech).keepSilent(20_000).wait(500).close();
    expect(client.all('sessionEnded')).toMatchObject([{ cause: 'agent-ended' }]);
    expect([client.closeCode, rig.verdicts]).toEqual([1000, []]);
  });

  test('that breaks off and goes on', () => {
    const rig = rigWith({ amigo: { dropHoldMs: 0 }, impairment: 'terminateAtMs=4000' });
    const lost = new ProtocolClient(rig);
    lost.keepSilent(5000);
    expect(lost.closeCode).toBe(1006);
    const resume = lost.session.resumePoint();
    const back = new ProtocolClient(rig, {}, resume);
    back.keepSilent(3000);
    expect(back.all('sessionAccepted')).toMatchObject([{ isResumed: true }]);
    expect(rig.sandbox.ledger.violations.filter(({ severity }) => severity !== 'note')).toEqual([]);
  });

  test('that changes who detects turns, twice', () => {
    const rig = rigWith();
    const client = new ProtocolClient(rig, { turnMode: 'manual' });
    client.wait(6000).say({ type: 'setTurnDetector', detector: 'server' }).wait(100);
    client.keepSilent(300).speak(speech).keepSilent(12_000);
    client.say({ type: 'setTurnDetector', detector: 'client' }).keepSilent(400).wait(400);
    client.speak(speech).say({ type: 'endUserTurn' }).wait(14_000).say({ type: 'finish' }).wait(300).close();
    expect(rig.verdicts).toEqual([]);
    expect(client.all('turnCompleted').length).toBe(3);
  });

  test('with agent actions, and a filler while the agent is slow', () => {
    const slow = conversation({ thinkMs: 4000 });
    const rig = rigWith({ agent: slow });
    const client = new ProtocolClient(rig, { actionFilter: '^(tool-call-|action-)', readFiller });
    client.keepSilent(6000).speak(speech).keepSilent(5000);
    expect(client.all('agentAction').map(({ action }) => action['type'])).toEqual([
      'tool-call-started',
      'tool-call-ended',
      'tool-call-started',
      'action-too-long',
      'tool-call-ended',
    ]);
    expect(client.all('filler')).toMatchObject([{ content: { kind: 'audio', format: { sampleRate: 16_000 } } }]);
    expect(rig.verdicts).toEqual([]);
  });

  test.each(PROFILES)('in profile %s', (profile) => {
    const rig = rigWith({ profile });
    const client = new ProtocolClient(rig);
    client.keepSilent(8000).speak(speech).keepSilent(2000).speak(speech).keepSilent(15_000);
    client.say({ type: 'finish' }).keepSilent(12_000).wait(500).close();
    expect([client.closeCode, rig.verdicts]).toEqual([1000, []]);
    expect(client.all('sessionEnded')).toMatchObject([{ cause: 'client-ended' }]);
    expect(client.all('transcript').length).toBe(2);
    expect(client.all('turnCompleted').length).toBeGreaterThanOrEqual(2);
  });

  test.each([40, 150, 400])('over a network of %d ms each way', (delayMs) => {
    const rig = rigWith({}, delayMs);
    const client = new ProtocolClient(rig);
    client
      .wait(4 * delayMs)
      .keepSilent(6000)
      .speak(speech)
      .keepSilent(2000)
      .speak(speech)
      .keepSilent(14_000);
    client.say({ type: 'finish' }).keepSilent(2000).wait(2000).close().wait(1000);
    expect(rig.verdicts).toEqual([]);
    expect(client.all('turnCompleted').length).toBe(2);
    const manual = new ProtocolClient(rig, { turnMode: 'manual' });
    manual.wait(6000);
    for (let turn = 0; turn < 2; turn++) manual.speak(speech).say({ type: 'endUserTurn' }).wait(16_000);
    manual.say({ type: 'finish' }).wait(2000).close().wait(1000);
    expect(rig.verdicts).toEqual([]);
    expect(manual.all('turnCompleted').length).toBe(3);
  });

  test('the greeting arrives sample by sample, with an alignment that covers it', () => {
    const rig = rigWith();
    const client = new ProtocolClient(rig).keepSilent(8000);
    const [completed] = client.all('turnCompleted');
    const alignment = client.all('agentText').flatMap((event) => event.alignment ?? []);
    expect(alignment.map(({ text }) => text).join('')).toBe(completed?.fullText);
    const lastMs = alignment.at(-1)?.atMs ?? 0;
    expect(heardBytes(client) / 32 - lastMs).toBeGreaterThan(0);
    expect(heardBytes(client) / 32 - lastMs).toBeLessThan(500);
    expect(rig.record.sentPcm().length * 2).toBe(heardBytes(client));
    expect(rig.record.sentPcm().length).toBe(rig.record.lines[0]?.lengthSamples);
  });
});
