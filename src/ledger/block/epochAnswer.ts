import type { EpochOutput, SparseRows } from '../../consensus/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import type { Alpha } from '../../units/index.js'

/** What an epoch function must give, one entry per uid. */
const COLUMNS = {
  active: Uint8Array,
  validatorPermit: Uint8Array,
  stakeWeightU16: Uint16Array,
  consensusU16: Uint16Array,
  incentiveU16: Uint16Array,
  dividendsU16: Uint16Array,
  validatorTrustU16: Uint16Array,
  serverEmissionRao: BigUint64Array,
  validatorEmissionRao: BigUint64Array,
  combinedEmissionRao: BigUint64Array,
} as const

type ColumnName = keyof typeof COLUMNS

/** What the ledger takes of an answer. */
export type EpochAnswer = Pick<EpochOutput, ColumnName | 'bonds'>

/** Columns of 0 and 1. */
const FLAGS: readonly ColumnName[] = ['active', 'validatorPermit']

/**
 * A copy of what an epoch function gave, which is the user's: what it gives wrong is said before it is stored, and is no defect of the ledger.
 *
 * @throws InvalidArgumentError naming a column that it did not give, not for every uid, or with what cannot be: bonds that are no rows, flags
 *   besides 0 and 1, and more for miners than there is to share.
 * PERF: every entry, bonds too.
 */
export function epochAnswer(
  output: Partial<EpochOutput> | undefined,
  n: number,
  emissionAlpha: Alpha,
): EpochAnswer {
  const columns = Object.fromEntries(
    Object.entries(COLUMNS).map(([name, Kind]) => {
      const column: unknown = output?.[name as ColumnName]
      if (!(column instanceof Kind) || column.length !== n) {
        throw wrong(name, column, `a ${Kind.name} of ${n} entries`)
      }
      return [name, column.slice()]
    }),
  ) as unknown as Pick<EpochOutput, ColumnName>
  for (const name of FLAGS) {
    const column = columns[name] as Uint8Array
    if (column.some((flag) => flag > 1)) throw wrong(name, column, 'flags of 0 and 1')
  }
  const { serverEmissionRao } = columns
  const paidAlpha = serverEmissionRao.reduce((sum, alpha) => sum + alpha, 0n)
  // Shares are rounded to 32 bits each, upwards too.
  const mostAlpha = emissionAlpha + ((emissionAlpha * BigInt(n)) >> 32n) + BigInt(n)
  if (paidAlpha > mostAlpha) {
    throw wrong(
      'serverEmissionRao',
      paidAlpha,
      `at most the ${emissionAlpha} alpha that the epoch shares out`,
    )
  }
  return { ...columns, bonds: ownBonds(output?.bonds, n) }
}

/** A copy of what the library's own epoch function gave, which is right and holds until the next epoch. */
export function keptAnswer(output: EpochOutput): EpochAnswer {
  const { rowStart, column, value } = output.bonds
  return {
    active: output.active.slice(),
    validatorPermit: output.validatorPermit.slice(),
    stakeWeightU16: output.stakeWeightU16.slice(),
    consensusU16: output.consensusU16.slice(),
    incentiveU16: output.incentiveU16.slice(),
    dividendsU16: output.dividendsU16.slice(),
    validatorTrustU16: output.validatorTrustU16.slice(),
    serverEmissionRao: output.serverEmissionRao.slice(),
    validatorEmissionRao: output.validatorEmissionRao.slice(),
    combinedEmissionRao: output.combinedEmissionRao.slice(),
    bonds: { rowStart: rowStart.slice(), column: column.slice(), value: value.slice() },
  }
}

function ownBonds(bonds: Partial<SparseRows> | undefined, n: number): SparseRows {
  const { rowStart, column, value } = bonds ?? {}
  const isRows =
    rowStart instanceof Uint32Array &&
    column instanceof Uint16Array &&
    value instanceof Uint16Array &&
    rowStart.length === n + 1 &&
    rowStart[0] === 0 &&
    rowStart[n] === column.length &&
    rowStart[n] === value.length &&
    ascends(rowStart) &&
    isBelow(column, n)
  if (!isRows) throw wrong('bonds', bonds, `rows for ${n} uids`)
  return {
    rowStart: new Uint32Array(rowStart),
    column: new Uint16Array(column),
    value: new Uint16Array(value),
  }
}

/* Plain loops: bonds are as many as neurons squared, and a call for each of them costs as much as half an epoch. */

function ascends(numbers: Uint32Array): boolean {
  for (let at = 1; at < numbers.length; at++) if ((numbers[at] ?? 0) < (numbers[at - 1] ?? 0)) return false
  return true
}

function isBelow(uids: Uint16Array, n: number): boolean {
  for (let at = 0; at < uids.length; at++) if ((uids[at] ?? 0) >= n) return false
  return true
}

function wrong(column: string, value: unknown, expected: string): InvalidArgumentError {
  const remedy = `An epoch function gives what subnetkit/consensus runEpoch gives, here ${expected}.`
  return new InvalidArgumentError({ field: `runEpoch ${column}`, value, remedy })
}
