import { defineTests } from '../../vitest.shared.ts';

export default defineTests('test-realtime', ['test/**/*.realtime.test.ts']);
