import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { localnetPreset } from '../../../src/chain/index.js'
import { decodeRound, type ProtocolMechanism } from '../../../src/mechanism/index.js'
import { furtherMechanism, LocalNetwork, ProcessNetwork } from '../../../src/network/index.js'
import { replayRound } from '../../../src/neuron/index.js'
import { bundle } from './bundle.js'
import { powers, Squares } from './squares.js'
import { rightSum, Sums } from './sums.js'

let built: Awaited<ReturnType<typeof bundle>>
let folder: string

beforeAll(async () => {
  built = await bundle('steps')
  folder = mkdtempSync(join(tmpdir(), 'subnetkit-records-'))
})

afterAll(async () => {
  await built.remove()
  rmSync(folder, { recursive: true, force: true })
})

/** Replays every file of a folder; how many there were. */
async function replayAll(path: string, make: () => ProtocolMechanism<never>): Promise<number> {
  const files = readdirSync(path).filter((name) => name.endsWith('.round'))
  for (const name of files) await replayRound(make(), decodeRound(readFileSync(join(path, name))))
  return files.length
}

describe('records of rounds over real sockets replay to the same scores', () => {
  test('of neurons in processes of their own, with steps', async () => {
    const module = join(built.folder, 'steps.mjs')
    const roundsFolder = join(folder, 'processes')
    const network = await ProcessNetwork.start({
      execArgv: [],
      blockMs: 60,
      roundsFolder,
      neurons: [
        { name: 'right', role: 'miner', module, options: 2 },
        { name: 'wrong', role: 'miner', module, options: 3 },
        { name: 'judge', role: 'validator', module },
      ],
    })
    for await (const _ of network.epochs({ count: 3 }));
    await network.stop()
    expect(readdirSync(roundsFolder)).toEqual(['judge'])
    expect(await replayAll(join(roundsFolder, 'judge'), () => new Squares() as never)).toBeGreaterThan(3)
  })

  test('of a network in this process', async () => {
    const roundsFolder = join(folder, 'sockets')
    const network = await LocalNetwork.start({
      mechanism: new Sums(),
      miners: [{ name: 'good', answer: rightSum }],
      validators: [{ name: 'judge' }],
      time: 'real',
      preset: localnetPreset({ blockMs: 50, hyperparameters: { maxAllowedValidators: 1 } }),
      roundsFolder,
    })
    for await (const _ of network.epochs({ count: 2 }));
    await network.stop()
    expect(await replayAll(join(roundsFolder, 'judge'), () => new Sums() as never)).toBeGreaterThan(3)
  })
})

test('a network on virtual time keeps the records of each mechanism', async () => {
  const roundsFolder = join(folder, 'virtual')
  const given: string[] = []
  const network = await LocalNetwork.start({
    mechanism: new Sums(),
    furtherMechanisms: [furtherMechanism({ mechanism: new Squares() })],
    miners: [{ name: 'good', answer: rightSum, answers: powers(2) }],
    validators: [{ name: 'judge' }],
    roundsFolder,
    onRound: (_, neuron) => void given.push(neuron),
  })
  for await (const _ of network.epochs({ count: 1 }));
  await network.stop()
  expect(readdirSync(roundsFolder).sort()).toEqual(['judge', 'judge.1'])
  const first = await replayAll(join(roundsFolder, 'judge'), () => new Sums() as never)
  const second = await replayAll(join(roundsFolder, 'judge.1'), () => new Squares() as never)
  expect([first > 3, second > 3]).toEqual([true, true])
  expect(given).toEqual(Array.from({ length: first + second }, () => 'judge'))
})
