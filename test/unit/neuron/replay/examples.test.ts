import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { factorise } from '../../../../examples/miner/factorise.js'
import { Factorising } from '../../../../examples/miner/subnet.js'
import type { ProtocolMechanism, RoundRecord } from '../../../../src/mechanism/index.js'
import { replayRound } from '../../../../src/neuron/index.js'
import { testNetwork } from '../../../../src/testing/index.js'
import { root } from '../../../house/sources.js'

describe('every round of an example replays to equal scores:', () => {
  /** What a program that starts a network recorded, and a new instance of its mechanism. */
  async function ran(file: string, name: string) {
    const text = readFileSync(join(root, file), 'utf8')
    const folder = mkdtempSync(join(root, file, '..', '.replay-'))
    try {
      const path = join(folder, 'program.ts')
      writeFileSync(
        path,
        `export const rounds = []\nconst console = { log() {}, table() {} }\n${text
          .replaceAll("from './", "from '../")
          .replace(
            'LocalNetwork.start({',
            'LocalNetwork.start({ onRound: (record) => void rounds.push(record),',
          )
          .replace(`class ${name}`, `export class ${name}`)}`,
      )
      return (await import(path)) as { rounds: RoundRecord[]; [name: string]: unknown }
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  test('quickstart', async () => {
    const { rounds, CubeRoots } = await ran('examples/quickstart/subnet.ts', 'CubeRoots')
    expect(rounds.length).toBeGreaterThan(100)
    for (const record of rounds)
      await replayRound(new (CubeRoots as new () => ProtocolMechanism<never>)(), record)
  }, 60_000)

  test('matrix', async () => {
    const { rounds, SquareRoots } = await ran('examples/matrix/subnet.ts', 'SquareRoots')
    expect(rounds.length).toBeGreaterThan(20)
    const { createBackend } = await import('../../../../src/compute/index.js')
    const make = SquareRoots as new (backend: unknown) => ProtocolMechanism<never>
    const backend = await createBackend()
    for (const record of rounds) await replayRound(new make(backend), record)
  }, 60_000)

  test('miner', async () => {
    const { rounds, faults } = await testNetwork({
      mechanism: new Factorising(),
      miners: [{ name: 'right', answer: factorise }],
      validators: 1,
      epochs: 1,
      replay: () => new Factorising(),
    })
    expect([rounds.length > 3, faults]).toEqual([true, []])
  })
})
