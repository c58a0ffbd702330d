// This file measures how much of a core the bench's own process uses: the client, its virtual devices, and the bench.
import process from 'node:process';

/** Where CPU time and time are read. */
export interface LoadSource {
  /** CPU time of the process since its start, in µs. */
  cpuUsage(): { readonly user: number; readonly system: number };
  nowMs(): number;
}

const OWN_PROCESS: LoadSource = { cpuUsage: () => process.cpuUsage(), nowMs: () => performance.now() };

/** Starts measuring. @returns A function that gives CPU time ÷ time since then; 1 is one whole core. */
export function watchProcessLoad(source: LoadSource = OWN_PROCESS): () => number {
  const readCpuMs = (): number => (source.cpuUsage().user + source.cpuUsage().system) / 1000;
  const [startCpuMs, startMs] = [readCpuMs(), source.nowMs()];
  return () => Math.round(((readCpuMs() - startCpuMs) / (source.nowMs() - startMs)) * 1000) / 1000;
}
