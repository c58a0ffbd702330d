import { defineTests } from '../vitest.shared.ts';

export default defineTests('test-packages', ['scripts/**/*.realtime.test.mjs']);
