import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { defineConfig } from 'vitest/config'
import { writeWorkerProgram } from './scripts/workerProgram.mjs'

// Part of the sources that is made: the program of the threads that compute batches.
await writeWorkerProgram(build)

/** Suites of real sockets, timers and processes, where a busy machine may be the cause of a failure. */
const RACED = ['test/integration/**/*.test.ts', 'test/contract/**/*.test.ts', 'test/markets/*Ways.test.ts']

/** Suites of what a process does once, such as loading a graphics driver or deriving known keys, and of what its heap holds. */
const ALONE = [
  'test/*/compute/**/*.test.ts',
  'test/{property,vectors}/gpu.test.ts',
  'test/unit/engine/gpu/**/*.test.ts',
  'test/arguments/compute.test.ts',
  'test/sim/faults/leftovers.test.ts',
  'test/unit/simulation/presetOnce.test.ts',
]

const src = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url))

export default defineConfig({
  resolve: {
    alias: [
      { find: /^subnetkit$/, replacement: src('index.ts') },
      { find: /^subnetkit\/(.+)$/, replacement: src('$1/index.ts') },
    ],
  },
  test: {
    // A test of those that fails is tried once more, and named in the sum; any other fails at once. They have time for a machine that does much else.
    projects: [
      // All but those alone share the modules of a process with the files before them, since to load the sources takes longer than most of the suites:
      // so nothing that a suite leaves behind may matter to the next one.
      {
        extends: true,
        test: { name: 'raced', include: RACED, retry: 1, testTimeout: 120_000, isolate: false },
      },
      { extends: true, test: { name: 'alone', include: ALONE } },
      {
        extends: true,
        test: {
          name: 'exact',
          include: ['test/**/*.test.ts'],
          exclude: [...RACED, ...ALONE],
          isolate: false,
        },
      },
    ],
    // A property, a play or a process may wait for others that share its core.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 10_000 } },
    // One more than there are cores: many suites wait for processes, sockets and timers.
    maxWorkers: availableParallelism() + 1,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/**/*.d.ts'],
      reporter: ['text', 'text-summary', 'json-summary'],
      // The figure is printed whatever the tests say.
      reportOnFailure: true,
    },
  },
})
