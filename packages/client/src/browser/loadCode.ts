// This file words what happens when a part of the package that is loaded on demand does not come.
import { createVoiceError } from '../errors.ts';

/** @throws {VoiceError} `code-load-failed`. A browser asks for the file again the next time, if it does not remember failures. */
export function loadCode<Module>(loading: Promise<Module>): Promise<Module> {
  return loading.catch((cause: unknown) => {
    throw createVoiceError('code-load-failed', 'A file of this package could not be loaded.', { cause });
  });
}
