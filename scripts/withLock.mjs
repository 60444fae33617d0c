// One process at a time: two that build the same folder would delete each other's files. Node's own modules only.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const PAUSE_MS = 100

/**
 * Does work while no other process does work under the same lock; waits, blocking, for its turn. The lock of a process that is gone
 * counts for nothing.
 *
 * @template T
 * @param {string} path - the lock's file
 * @param {() => T} work
 * @returns {T}
 */
export function withLock(path, work) {
  mkdirSync(dirname(path), { recursive: true })
  while (!takes(path)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS)
  try {
    return work()
  } finally {
    rmSync(path, { force: true })
  }
}

function takes(path) {
  try {
    writeFileSync(path, `${process.pid}\n`, { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
  if (!isHeld(path)) rmSync(path, { force: true })
  return false
}

function isHeld(path) {
  try {
    const text = readFileSync(path, 'utf8')
    // Between its making and its writing it is empty.
    if (!text.endsWith('\n')) return true
    process.kill(Number(text), 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
