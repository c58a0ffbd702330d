// This file is the command that fails when an import or a name crosses a boundary of the architecture.
import { fileURLToPath } from 'node:url';
import { findViolations } from './boundaries/rules.mjs';
import { readWorkspace } from './boundaries/workspace.mjs';

const root = process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url));
const workspace = readWorkspace(root);
const moduleCount = workspace.reduce((sum, { modules }) => sum + modules.length, 0);
const violations = findViolations(workspace);

for (const { path, line, rule, message } of violations) console.error(`${path}:${line}  ${rule}  ${message}`);
if (moduleCount === 0) console.error(`No modules found under ${root}: nothing was checked.`);
else console.log(`${moduleCount} modules in ${workspace.length - 1} packages, ${violations.length} boundaries crossed`);
process.exitCode = violations.length > 0 || moduleCount === 0 ? 1 : 0;
