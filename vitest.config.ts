import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'services/*/src/**/*.test.ts', 'infra/**/*.test.ts'],
          // No test measures time; a property over thousands of cases may be slow on a busy machine.
          testTimeout: 60_000,
          // They keep nothing in the process, so files share it: a third of the time goes that way.
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'system',
          globalSetup: ['test/support/global-setup.ts'],
          include: ['test/**/*.test.ts'],
          // These only end a hang: a machine that others use as well has been seen to be three times as slow as usual.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // They mostly wait for other processes; each has servers, ports and folders of its own.
          maxWorkers: 4,
          // What they leave behind is other processes, which each of them ends: importing everything anew is a tenth of the time.
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
