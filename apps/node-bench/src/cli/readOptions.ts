// This file reads the command line; whatever is wrong in it becomes a sentence that names the option.
import { parseArgs } from 'node:util';
import { BenchError } from '../benchError.ts';

/** Options of `run`, checked and with defaults filled in. */
export interface RunCommand {
  readonly name: 'run';
  /** One vendor, or `all`. */
  readonly vendor: string;
  readonly url: string | null;
  readonly turns: number;
  readonly sessions: number;
  readonly warmupTurns: number;
  readonly answerLimitMs: number;
  readonly seed: number;
  readonly inputPath: string | null;
  readonly jsonPath: string | null;
  readonly htmlPath: string | null;
  readonly isVirtual: boolean;
}

export interface CompareCommand {
  readonly name: 'compare';
  readonly firstPath: string;
  readonly secondPath: string;
  readonly toleranceRatio: number;
}

export interface ReportCommand {
  readonly name: 'report';
  readonly paths: readonly string[];
  readonly htmlPath: string | null;
  readonly markdownPath: string | null;
}

export type Command = RunCommand | CompareCommand | ReportCommand | { readonly name: 'help' };

const RUN_OPTIONS = {
  vendor: { type: 'string', default: 'voice-api' },
  url: { type: 'string' },
  turns: { type: 'string', default: '10' },
  sessions: { type: 'string', default: '1' },
  'warmup-turns': { type: 'string', default: '1' },
  'answer-limit-ms': { type: 'string', default: '5000' },
  seed: { type: 'string', default: '1' },
  input: { type: 'string' },
  json: { type: 'string' },
  html: { type: 'string' },
  virtual: { type: 'boolean', default: false },
} as const;

/**
 * @param words What follows the program's name.
 * @throws {BenchError} `unknown-command`, `unknown-option`, `invalid-option` or `missing-argument`.
 */
export function readOptions(words: readonly string[]): Command {
  const [name, ...rest] = words;
  if (name === undefined || words.includes('--help') || words.includes('-h') || name === 'help')
    return { name: 'help' };
  if (name === 'run') return readRun(rest);
  if (name === 'compare') return readCompare(rest);
  if (name === 'report') return readReport(rest);
  throw new BenchError(
    'unknown-command',
    `There is no command "${name}"; there are run, compare and report. See --help.`,
  );
}

function readRun(words: readonly string[]): RunCommand {
  const { values } = parse(() => parseArgs({ args: [...words], options: RUN_OPTIONS }));
  const url = values.url === undefined ? null : checkUrl(values.url);
  if (url !== null && values.virtual) {
    throw new BenchError('invalid-option', '--virtual runs a sandbox of its own: leave out --url, or --virtual.');
  }
  return {
    name: 'run',
    vendor: values.vendor,
    url,
    turns: wholeNumber('turns', values.turns, 1, 100_000),
    sessions: wholeNumber('sessions', values.sessions, 1, 1000),
    warmupTurns: wholeNumber('warmup-turns', values['warmup-turns'], 0, 1000),
    answerLimitMs: wholeNumber('answer-limit-ms', values['answer-limit-ms'], 100, 600_000),
    seed: wholeNumber('seed', values.seed, 0, 2 ** 32 - 1),
    inputPath: pathOf('input', values.input),
    jsonPath: pathOf('json', values.json),
    htmlPath: pathOf('html', values.html),
    isVirtual: values.virtual,
  };
}

function readCompare(words: readonly string[]): CompareCommand {
  const options = { 'tolerance-percent': { type: 'string', default: '5' } } as const;
  const { values, positionals } = parse(() => parseArgs({ args: [...words], options, allowPositionals: true }));
  const [firstPath, secondPath, ...others] = positionals;
  if (firstPath === undefined || secondPath === undefined || others.length > 0) {
    throw new BenchError('missing-argument', 'compare takes two results: voicewire-bench compare A.json B.json');
  }
  const percent = wholeNumber('tolerance-percent', values['tolerance-percent'], 0, 1000);
  return { name: 'compare', firstPath, secondPath, toleranceRatio: percent / 100 };
}

function readReport(words: readonly string[]): ReportCommand {
  const options = { html: { type: 'string' }, markdown: { type: 'string' } } as const;
  const { values, positionals } = parse(() => parseArgs({ args: [...words], options, allowPositionals: true }));
  if (positionals.length === 0) {
    throw new BenchError('missing-argument', 'report takes a result: voicewire-bench report FILE.json');
  }
  if (values.html !== undefined && positionals.length > 1) {
    throw new BenchError('invalid-option', '--html shows one result: give one FILE.json with it.');
  }
  return {
    name: 'report',
    paths: positionals,
    htmlPath: pathOf('html', values.html),
    markdownPath: pathOf('markdown', values.markdown),
  };
}

function parse<Parsed>(read: () => Parsed): Parsed {
  try {
    return read();
  } catch (cause) {
    // Node's own sentences name the option and, where it guesses a cause, how to write it.
    const message = cause instanceof Error ? cause.message.replace(/\.?$/, '.') : 'The options cannot be read.';
    const isUnknown = (cause as { code?: unknown }).code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION';
    throw new BenchError(isUnknown ? 'unknown-option' : 'invalid-option', `${message} See --help.`, cause);
  }
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new BenchError('invalid-option', `--${option} is "${text}", wanted a whole number from ${least} to ${most}.`);
}

function pathOf(option: string, path: string | undefined): string | null {
  if (path === '') throw new BenchError('invalid-option', `--${option} is empty, wanted the path of a file.`);
  return path ?? null;
}

// The URL itself is not repeated: it may hold a password.
function checkUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw new BenchError('invalid-option', '--url is no URL; wanted for example http://127.0.0.1:8787.', cause);
  }
  const isHttp = url.protocol === 'http:' || url.protocol === 'https:';
  if (isHttp && url.username === '' && url.password === '' && url.search === '' && url.hash === '') return url.href;
  throw new BenchError(
    'invalid-option',
    '--url must be http or https, without user name, password, query or fragment.',
  );
}
