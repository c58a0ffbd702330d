// This file is the package's entry point for Node: the core, and what puts it on a port.
export * from '../core.ts';
export { loadClips } from './loadClips.ts';
export { createNodeClock } from './nodeClock.ts';
export { startSandbox } from './startSandbox.ts';
export type { RunningSandbox, StartSandboxOptions } from './startSandbox.ts';
export type { OpenAiOptions } from './openAi/modelServer.ts';
export { openAiCompatible } from './openAi/openAiCompatible.ts';
export { createRateConverter } from './rateConverter.ts';
export { loadScript } from './loadScript.ts';
