import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { bundleIn } from '../network/bundle.js'

const run = promisify(execFile)

// Node 20 can wait for ever for a lock of its own when memory is collected at the wrong moment of making a key.
it('an axon and its callers go on, however often memory is collected meanwhile', async () => {
  const { folder, remove } = await bundleIn(fileURLToPath(new URL('.', import.meta.url)), 'shakingHands')
  try {
    const program = join(folder, 'shakingHands.mjs')
    const options = { timeout: 40_000, killSignal: 'SIGKILL' } as const
    // Collections at random after a few allocations: of so many key pairs one is met in the wrong moment.
    const { stdout } = await run(process.execPath, ['--random-gc-interval=20', program], options)
    expect(stdout).toBe('40 of 40\n')
  } finally {
    await remove()
  }
}, 90_000)
