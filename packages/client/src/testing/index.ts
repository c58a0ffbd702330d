// This file exports what users need to test their own programs without devices, networks or real time.
export { FakeClock, type FakeClockOptions } from './fakeClock.ts';
export { MemoryServer, type MemoryConnection, type MemoryServerOptions } from './memoryServer.ts';
export { hum, type Cue, type Scene, type Script, type ScriptStep } from './script.ts';
export { ScriptedAgent, type ScriptedAgentOptions } from './scriptedAgent.ts';
export { SCRIPTED_CAPABILITIES, scriptedVendor } from './scriptedVendor.ts';
export { createTestCall, type TestCall, type TestCallOptions } from './testCall.ts';
export { VirtualDevices, type VirtualDevice } from '../virtual/virtualDevices.ts';
export { VirtualMicrophone, type SpokenSpan, type VirtualMicrophoneOptions } from '../virtual/virtualMicrophone.ts';
export { VirtualSpeaker, type VirtualSpeakerOptions } from '../virtual/virtualSpeaker.ts';
