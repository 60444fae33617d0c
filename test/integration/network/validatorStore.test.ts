import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sleep, systemClock } from '../../../src/clock/index.js'
import { fileValidatorStore } from '../../../src/neuron/index.js'
import { bundle } from './bundle.js'

let built: Awaited<ReturnType<typeof bundle>>
let folder: string

beforeAll(async () => {
  built = await bundle('saver')
  folder = await mkdtemp(join(tmpdir(), 'subnetkit-saver-'))
})

afterAll(async () => {
  await built.remove()
  await rm(folder, { recursive: true, force: true })
})

describe('fileValidatorStore', () => {
  test('holds one whole value whenever its process is killed', async () => {
    for (const afterMs of [0, 1, 3, 7, 13]) {
      const path = join(folder, `${afterMs}.state`)
      const saver = spawn(process.execPath, [join(built.folder, 'saver.mjs'), path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const ended = once(saver, 'exit')
      await once(saver.stdout, 'data')
      // Not a wait for something to be done: the moment of the kill is what varies.
      await sleep(systemClock, afterMs)
      saver.kill('SIGKILL')
      await ended
      const value = await fileValidatorStore(path).load()
      expect(value).toHaveLength(200_000)
      expect(value!.every((byte) => byte === value![0])).toBe(true)
    }
  })
})
