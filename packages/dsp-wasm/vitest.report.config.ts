import { defineTests } from '../../vitest.shared.ts';

// Not tests: they measure, and write what they measured into docs/.
export default defineTests('report', ['test/**/*.report.ts']);
