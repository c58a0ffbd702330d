import { defineTests } from '../../vitest.shared.ts';

export default defineTests('test', ['src/**/*.test.ts', 'test/**/*.test.ts'], ['**/*.realtime.test.ts']);
