// This file says how the sandbox's agent behaves when it is measured, so that what it waits for is known.
import { conversation, DEFAULT_TURN_OPTIONS, type SandboxBehaviour } from '@voicewire/sandbox/memory';

/** The agent talks back without a thought, and never starts talking by itself: it would speak into a turn. */
export const MEASURED_AGENT: SandboxBehaviour = {
  agent: conversation({ thinkMs: 0, silenceMs: 0 }),
  turns: DEFAULT_TURN_OPTIONS,
};

/** Silence after which this agent takes the user's turn for over; part of every `responseWait`. */
export const CONFIGURED_WAIT_MS = DEFAULT_TURN_OPTIONS.endSilenceMs;
