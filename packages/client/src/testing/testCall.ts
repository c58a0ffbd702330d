// This file puts a session, a scripted agent and virtual devices onto one virtual clock.
import { loadDsp } from '@voicewire/dsp-wasm';
import type { Capabilities } from '@voicewire/protocol';
import * as callParts from '../session/callParts.ts';
import type { SessionEventName, SessionEvents } from '../session/events.ts';
import type { SessionOptions } from '../session/options.ts';
import { VoiceSession } from '../session/session.ts';
import { VirtualDevices } from '../virtual/virtualDevices.ts';
import { VirtualMicrophone } from '../virtual/virtualMicrophone.ts';
import { VirtualSpeaker } from '../virtual/virtualSpeaker.ts';
import { FakeClock } from './fakeClock.ts';
import type { Script } from './script.ts';
import { ScriptedAgent } from './scriptedAgent.ts';

export interface TestCallOptions extends Partial<Omit<SessionOptions, 'vendor'>> {
  readonly script: Script;
  /** What the scripted vendor has and has not. Default: everything. */
  readonly capabilities?: Partial<Capabilities>;
  /** One-way delay of the network, in ms. Default 0. */
  readonly delayMs?: number;
  /** Keeps what both sides heard. Default true; long runs do without. */
  readonly record?: boolean;
}

/** A conversation about to begin. */
export interface TestCall {
  readonly clock: FakeClock;
  readonly session: VoiceSession;
  readonly agent: ScriptedAgent;
  /** `microphone.say(samples)` speaks; 16 kHz. */
  readonly microphone: VirtualMicrophone;
  readonly devices: VirtualDevices;
  /** Everything the user has heard so far, silence included; 16 kHz. */
  heard(this: void): Float32Array;
  /** Moves the clock until the promise settles. @throws What it was rejected with, or after `limitMs` of virtual time. */
  run<Value>(this: void, promise: Promise<Value>, limitMs?: number): Promise<Value>;
  /** Moves the clock until the session says something. @throws {Error} after `limitMs` of virtual time. */
  next<Name extends SessionEventName>(this: void, name: Name, limitMs?: number): Promise<SessionEvents[Name]>;
}

/** Virtual time that nothing in a test takes longer than. */
const LIMIT_MS = 60_000;
const STEP_MS = 10;

export async function createTestCall(options: TestCallOptions): Promise<TestCall> {
  const { script, capabilities = {}, delayMs = 0, record = true, ...session } = options;
  const dsp = await loadDsp();
  const clock = new FakeClock();
  const agent = new ScriptedAgent({ clock, script, capabilities, delayMs, record });
  const blocks: Float32Array[] = [];
  const microphone = new VirtualMicrophone({ clock, dsp, sampleRate: 16_000 });
  const onPlayed = (block: Float32Array): void => void blocks.push(block.slice());
  const output = new VirtualSpeaker({ clock, dsp, ...(record && { onPlayed }) });
  const devices = new VirtualDevices();
  const call = new VoiceSession(
    { clock, sockets: agent.sockets, input: microphone, output, devices },
    { vendor: agent.vendor, ...session },
    callParts,
  );
  return {
    clock,
    session: call,
    agent,
    microphone,
    devices,
    heard: () => join(blocks),
    run: (promise, limitMs = LIMIT_MS) => run(clock, promise, limitMs),
    next: (name, limitMs = LIMIT_MS) => {
      const told = new Promise<SessionEvents[typeof name]>((resolve) => {
        const stop = call.on(name, (event) => {
          stop();
          resolve(event);
        });
      });
      return run(clock, told, limitMs, name);
    },
  };
}

async function run<Value>(clock: FakeClock, promise: Promise<Value>, limitMs: number, what = 'it'): Promise<Value> {
  let isSettled = false;
  const settle = (): void => void (isSettled = true);
  promise.then(settle, settle);
  if (!(await clock.advanceUntil(() => isSettled, limitMs, STEP_MS))) {
    throw new Error(`Waited ${limitMs} ms of virtual time in vain for ${what}.`);
  }
  return promise;
}

function join(blocks: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const block of blocks) {
    joined.set(block, at);
    at += block.length;
  }
  return joined;
}
