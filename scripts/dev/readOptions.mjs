// This file reads the options of the dev command and turns them into vite's.
import { parseArgs } from 'node:util';

const MAX_PORT = 65_535;

/**
 * @param {readonly string[]} words As typed after the command.
 * @returns {{ wantsHelp: boolean, forVite: string[] } | { problem: string }}
 */
export function readOptions(words) {
  // `pnpm run dev -- --port 1` hands the separator on.
  const own = words[0] === '--' ? words.slice(1) : words;
  // `--host` alone means every interface; parseArgs knows no optional values.
  const isBareHost = (/** @type {number} */ i) => own[i] === '--host' && (own[i + 1] ?? '-').startsWith('-');
  const isEveryHost = own.some((_, i) => isBareHost(i));
  try {
    const { values } = parseArgs({
      args: own.filter((_, i) => !isBareHost(i)),
      options: { port: { type: 'string' }, host: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    const { port, host, help = false } = values;
    if (port !== undefined && !(/^\d+$/.test(port) && Number(port) <= MAX_PORT)) {
      return { problem: `--port is '${port}', wanted a whole number up to ${MAX_PORT}.` };
    }
    const hostWords = host === undefined ? [] : ['--host', host];
    return {
      wantsHelp: help,
      forVite: [...(port === undefined ? [] : ['--port', port]), ...(isEveryHost ? ['--host'] : hostWords)],
    };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
