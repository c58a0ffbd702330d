// This file exports what users need to test their own programs without devices, networks or real time.
export { FakeClock, type FakeClockOptions } from './fakeClock.ts';
export { VirtualDevices, type VirtualDevice } from '../virtual/virtualDevices.ts';
export { VirtualMicrophone, type SpokenSpan, type VirtualMicrophoneOptions } from '../virtual/virtualMicrophone.ts';
export { VirtualSpeaker, type VirtualSpeakerOptions } from '../virtual/virtualSpeaker.ts';
