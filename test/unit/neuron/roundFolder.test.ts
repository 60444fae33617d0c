import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { decodeRound, encodeRound, type RoundRecord } from '../../../src/mechanism/index.js'
import { RoundFolderError, roundFolder } from '../../../src/neuron/index.js'
import { anyRecord } from '../mechanism/record/anyRecord.js'

let path: string
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'subnetkit-rounds-')), 'judge')
})
afterEach(() => {
  chmodSync(join(path, '..'), 0o700)
  rmSync(join(path, '..'), { recursive: true, force: true })
})

const at = (block: number, index = 0): RoundRecord => anyRecord({ block, index })
const size = encodeRound(at(300)).length

describe('a folder of rounds', () => {
  test('keeps each as a file that is read back', async () => {
    const keep = roundFolder({ path, maxBytes: 10 * size })
    await Promise.all([keep(at(300)), keep(at(300, 1)), keep(at(301))])
    expect(readdirSync(path).sort()).toEqual([
      '0000000300-0.round',
      '0000000300-1.round',
      '0000000301-0.round',
    ])
    expect(decodeRound(readFileSync(join(path, '0000000300-1.round')))).toEqual(at(300, 1))
  })

  test('lets the oldest go where there is no room, also those of an earlier run', async () => {
    const first = roundFolder({ path, maxBytes: 3 * size })
    for (const block of [300, 301, 302]) await first(at(block))
    for (const [age, block] of [300, 301, 302].entries())
      utimesSync(join(path, `0000000${block}-0.round`), 100 + age, 100 + age)
    writeFileSync(join(path, 'notes.txt'), 'mine')
    writeFileSync(join(path, `0000000299-0.round.${'ab'.repeat(8)}.new`), 'cut short')
    const second = roundFolder({ path, maxBytes: 3 * size })
    await second(at(303))
    // A chain that was started anew counts from the beginning again: the newest file is the one that was written last.
    await second(at(260))
    expect(readdirSync(path).sort()).toEqual([
      '0000000260-0.round',
      '0000000302-0.round',
      '0000000303-0.round',
      'notes.txt',
    ])
    // The same round once more takes the place of the file.
    await second(at(303))
    expect(readdirSync(path)).toHaveLength(4)
  })

  test('refuses one that is larger than all may be', async () => {
    await expect(roundFolder({ path, maxBytes: size - 1 })(at(300))).rejects.toThrow(RoundFolderError)
  })

  test('fails where it cannot be written, and goes on when it can', async () => {
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, 'a file where the folder should be')
    const keep = roundFolder({ path, maxBytes: 10 * size })
    await expect(keep(at(300))).rejects.toThrow()
    rmSync(path)
    await keep(at(301))
    expect(readdirSync(path)).toEqual(['0000000301-0.round'])
  })
})
