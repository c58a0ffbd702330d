// This file words what a worklet's constructor reported.
import { createVoiceError, type VoiceError } from '../errors.ts';

/** A rate the DSP does not know is the caller's business; everything else is the worklet's. */
export function errorOfWorkletFault(
  worklet: 'capture' | 'playout',
  fault: { readonly code: string; readonly message: string },
  sampleRate: number,
): VoiceError {
  const code = fault.code === 'unsupported-sample-rate' ? fault.code : 'worklet-failed';
  return createVoiceError(code, `The ${worklet} worklet could not start: ${fault.message}`, {
    details: { fault: fault.code, sampleRate },
  });
}
