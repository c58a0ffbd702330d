import { defineTests } from '../vitest.shared.ts';

export default defineTests('test-scripts', ['scripts/**/*.test.mjs'], ['**/*.realtime.test.mjs']);
