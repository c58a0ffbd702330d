// This file is the fault catalogue: each fault that concerns a session, by the project's numbers.
import { COMING_BACK } from './comingBack.ts';
import { CONNECTING } from './connecting.ts';
import { ESTABLISHED } from './established.ts';
import type { Fault } from './fault.ts';
import { MACHINE } from './machine.ts';

export const CATALOGUE: readonly Fault[] = [...CONNECTING, ...ESTABLISHED, ...COMING_BACK, ...MACHINE];
