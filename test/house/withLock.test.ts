import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { withLock } from '../../scripts/withLock.mjs'
import { root } from './sources.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'subnetkit-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('withLock', () => {
  test('lets one process at a time work', async () => {
    const counter = join(folder, 'counter')
    writeFileSync(counter, '0')
    const program = `
      import { readFileSync, writeFileSync } from 'node:fs'
      import { withLock } from ${JSON.stringify(join(root, 'scripts/withLock.mjs'))}
      for (let turn = 0; turn < 5; turn++) withLock(${JSON.stringify(join(folder, 'lock'))}, () => {
        const count = Number(readFileSync(${JSON.stringify(counter)}, 'utf8'))
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
        writeFileSync(${JSON.stringify(counter)}, String(count + 1))
      })`
    const run = () => promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program])
    await Promise.all([run(), run(), run()])
    expect(readFileSync(counter, 'utf8')).toBe('15')
    expect(existsSync(join(folder, 'lock'))).toBe(false)
  })

  test('does not wait for a process that is gone, and frees the lock when work throws', () => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    const lock = join(folder, 'a/lock')
    expect(withLock(lock, () => 'first')).toBe('first')
    writeFileSync(lock, `${pid}\n`)
    expect(() =>
      withLock(lock, () => {
        throw new TypeError('work failed')
      }),
    ).toThrow('work failed')
    expect(existsSync(lock)).toBe(false)
  })
})
