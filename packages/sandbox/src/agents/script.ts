// This file reads the script of the scripted agent: who says what, in plain JSON.
import { SandboxError } from '../errors.ts';

/** One turn of the user and the answer to it. Times in ms. */
export interface ScriptTurn {
  /** What the user is taken to say: it becomes the transcript. Default: nobody knows, and the transcript says so. */
  readonly user?: string;
  /** What the agent answers, piece by piece. */
  readonly agent: readonly string[];
  /** From the end of the user's turn to the answer. Default 150. */
  readonly thinkMs?: number;
  /** Ends the session when the answer has been spoken. Default false. */
  readonly hangUp?: boolean;
}

/** A whole conversation. */
export interface Script {
  /** Spoken when the session opens. Default: nothing, the user begins. */
  readonly greeting?: string;
  /** In their order; after the last one the script starts again with the first. */
  readonly turns: readonly ScriptTurn[];
}

const MAX_TURNS = 1000;
const MAX_LINE_CHARS = 2000;
const MAX_THINK_MS = 600_000;

/**
 * Checks a script that came from a file.
 *
 * @param value Parsed JSON or YAML.
 * @throws {SandboxError} `invalid-option`, naming the place and what is wanted there.
 */
export function readScript(value: unknown): Script {
  const { greeting, turns } = readObject(value, 'script', ['greeting', 'turns']);
  if (!Array.isArray(turns) || turns.length === 0 || turns.length > MAX_TURNS) {
    throw invalid('turns', `a list of 1 to ${MAX_TURNS} turns`);
  }
  return {
    ...(greeting === undefined ? {} : { greeting: readLine(greeting, 'greeting') }),
    turns: turns.map((turn: unknown, i) => readTurn(turn, `turns[${i}]`)),
  };
}

function readTurn(value: unknown, path: string): ScriptTurn {
  const { user, agent, thinkMs, hangUp } = readObject(value, path, ['user', 'agent', 'thinkMs', 'hangUp']);
  const lines: unknown[] = Array.isArray(agent) ? agent : [agent];
  if (hangUp !== undefined && typeof hangUp !== 'boolean') throw invalid(`${path}.hangUp`, 'true or false');
  if (thinkMs !== undefined && !(typeof thinkMs === 'number' && thinkMs >= 0 && thinkMs <= MAX_THINK_MS)) {
    throw invalid(`${path}.thinkMs`, `0 to ${MAX_THINK_MS}`);
  }
  return {
    agent: lines.map((line, i) => readLine(line, `${path}.agent[${i}]`)),
    ...(user === undefined ? {} : { user: readLine(user, `${path}.user`) }),
    ...(thinkMs === undefined ? {} : { thinkMs }),
    ...(hangUp === undefined ? {} : { hangUp }),
  };
}

function readLine(value: unknown, path: string): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= MAX_LINE_CHARS) return value;
  throw invalid(path, `a text of 1 to ${MAX_LINE_CHARS} characters`);
}

function readObject(value: unknown, path: string, names: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(path, 'an object');
  const unknownName = Object.keys(value).find((name) => !names.includes(name));
  if (unknownName !== undefined) throw invalid(`${path}.${unknownName.slice(0, 40)}`, `one of ${names.join(', ')}`);
  return value as Readonly<Record<string, unknown>>;
}

function invalid(path: string, expected: string): SandboxError {
  return new SandboxError('invalid-option', `The script is wrong at ${path}: wanted ${expected}.`, {
    option: 'script',
    path,
    expected,
  });
}
