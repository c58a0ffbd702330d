import { defineTests } from '../../vitest.shared.ts';

export default defineTests('test-realtime', ['src/**/*.realtime.test.ts', 'test/**/*.realtime.test.ts']);
