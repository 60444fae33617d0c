import { describe, expect, it } from 'vitest'
import { type EpochFunction, type EpochOutput, runEpoch } from '../../../../src/consensus/index.js'
import { epochFunction } from '../../../../src/engine/index.js'
import { BlockPendingError, Ledger } from '../../../../src/ledger/index.js'
import { Harness } from '../harness.js'

const lively = new Harness({ hyperparameters: { tempoBlocks: 3 } })
lively.startSubnet()
const snapshot = lively.ledger.snapshot()

/** A ledger whose epochs answer with something else, made to run one. */
function ran(change: (output: EpochOutput) => unknown): () => void {
  const answer: EpochFunction = (input, params) => change(runEpoch(input, params)) as EpochOutput
  return () => {
    const ledger = Ledger.restore(snapshot, { runEpoch: answer })
    for (let count = 0; count < 5; count++) {
      ledger.finalizeBlock([])
      ledger.commit()
    }
  }
}

/** An answer with other bonds. */
function bonds(rows: { rowStart: number[]; column: number[]; value: number[] }) {
  const other = {
    rowStart: Uint32Array.from(rows.rowStart),
    column: Uint16Array.from(rows.column),
    value: Uint16Array.from(rows.value),
  }
  return (output: EpochOutput) => ({ ...output, bonds: other })
}

/** Writes over every array that was given or taken. */
function spoil(value: object): void {
  for (const entry of Object.values(value)) {
    if (ArrayBuffer.isView(entry)) new Uint8Array(entry.buffer).fill(7)
    else if (typeof entry === 'object' && entry !== null) spoil(entry)
  }
}

describe('An epoch function', () => {
  it('may write into what it was given and what it gave, once it has answered', () => {
    const used: object[] = []
    const careless: EpochFunction = (input, params) => {
      for (const value of used) spoil(value)
      const output = runEpoch(input, params)
      spoil(input)
      used.push(output)
      return output
    }
    const [ledger, other] = [careless, runEpoch].map((epoch) => Ledger.restore(snapshot, { runEpoch: epoch }))
    for (let block = 0; block < 8; block++) {
      expect(ledger?.finalizeBlock([])).toEqual(other?.finalizeBlock([]))
      ledger?.commit()
      other?.commit()
    }
    expect(used.length).toBeGreaterThan(1)
  })

  it("is trusted where it is the library's own, and only by itself: what wraps it is looked at", () => {
    const own = epochFunction()
    const ledgers = [own, runEpoch].map((epoch) => Ledger.restore(snapshot, { runEpoch: epoch }))
    for (let block = 0; block < 8; block++) {
      const [made, expected] = ledgers.map((ledger) => ledger.finalizeBlock([]))
      expect(made).toEqual(expected)
      for (const ledger of ledgers) ledger.commit()
    }
    const wrapper: EpochFunction = (input, params) => ({ ...own(input, params), active: new Uint8Array(9) })
    const ledger = Ledger.restore(snapshot, { runEpoch: wrapper })
    const makeFive = () => {
      for (let count = 0; count < 5; count++) {
        ledger.finalizeBlock([])
        ledger.commit()
      }
    }
    expect(makeFive).toThrow(expect.objectContaining({ field: 'runEpoch active' }))
  })

  it('is refused by the name of what it gives wrong, before any of it is stored', () => {
    const wrong: [column: string, change: (output: EpochOutput) => unknown][] = [
      ['active', () => undefined],
      ['active', async (output) => output],
      ['consensusU16', (output) => ({ ...output, consensusU16: new Uint16Array(2) })],
      ['dividendsU16', (output) => ({ ...output, dividendsU16: [0] })],
      ['serverEmissionRao', ({ serverEmissionRao: _, ...output }) => output],
      ['bonds', ({ bonds: _, ...output }) => output],
      ['bonds', (output) => ({ ...output, bonds: { ...output.bonds, rowStart: new Uint32Array(1) } })],
      ['bonds', (output) => ({ ...output, bonds: { ...output.bonds, value: new Uint16Array(5) } })],
      ['bonds', bonds({ rowStart: [1, 1, 1], column: [0], value: [1] })],
      ['bonds', bonds({ rowStart: [0, 2, 1], column: [0], value: [1] })],
      ['bonds', bonds({ rowStart: [0, 1, 1], column: [2], value: [1] })],
      ['bonds', (output) => ({ ...output, bonds: { rowStart: [0, 0, 0], column: [], value: [] } })],
      ['active', (output) => ({ ...output, active: output.active.fill(2) })],
      ['validatorPermit', (output) => ({ ...output, validatorPermit: output.validatorPermit.fill(255) })],
      [
        'serverEmissionRao',
        (output) => ({ ...output, serverEmissionRao: output.serverEmissionRao.fill(2n ** 62n) }),
      ],
    ]
    for (const [column, change] of wrong) expect(ran(change)).toThrow(`Invalid runEpoch ${column}`)
    expect(ran((output) => output)).not.toThrow()
  })

  it('may fail: the block is not made, and can be made again', () => {
    let failures = 1
    const failing: EpochFunction = (input, params) => {
      if (failures-- > 0) throw new RangeError('no memory')
      return runEpoch(input, params)
    }
    const [ledger, other] = [failing, runEpoch].map((epoch) => Ledger.restore(snapshot, { runEpoch: epoch }))
    let thrown = 0
    while ((ledger?.info().head.number ?? 0) < 8) {
      try {
        ledger?.finalizeBlock([])
        ledger?.commit()
        other?.finalizeBlock([])
        other?.commit()
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
        thrown++
      }
    }
    expect(thrown).toBe(1)
    expect(ledger?.info()).toEqual(other?.info())
  })

  it('is not answered by the ledger whose block it is part of', () => {
    const doors: string[] = []
    const asking: EpochFunction = (input, params) => {
      for (const ask of [
        () => ledger.finalizeBlock([]),
        () => ledger.query('totals', {}),
        () => ledger.snapshot(),
      ]) {
        try {
          ask()
        } catch (error) {
          doors.push(error instanceof BlockPendingError ? error.door : String(error))
        }
      }
      return runEpoch(input, params)
    }
    const ledger = Ledger.restore(snapshot, { runEpoch: asking })
    const other = Ledger.restore(snapshot, { runEpoch })
    while (doors.length === 0) {
      expect(ledger.finalizeBlock([])).toEqual(other.finalizeBlock([]))
      ledger.commit()
      other.commit()
    }
    expect(doors).toEqual(['finalizeBlock', 'query', 'snapshot'])
    expect(ledger.query('invariants', {}).broken).toEqual([])
  })
})
