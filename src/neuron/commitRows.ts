import type { CanonicalValue } from '../codec/index.js'
import { type LockedWeights, MOST_LOCKED_COMMITS } from './TimelockCommits.js'
import { type KeptCommit, MOST_KEPT_COMMITS } from './WeightsCommits.js'

/** Commits as they stand in a stored memory: numbers of 16 bits as two bytes each, the lower one first. */
export function writtenCommits(commits: readonly KeptCommit[]): CanonicalValue {
  return commits.map(({ commitHash, epochIndex, block, uids, values, salt, versionKey }) => [
    commitHash,
    epochIndex,
    block,
    bytesOf(uids),
    bytesOf(values),
    bytesOf(salt),
    versionKey,
  ])
}

/** Reads them; `undefined` for what is none, or more than are ever kept. */
export function readCommits(value: CanonicalValue | undefined): readonly KeptCommit[] | undefined {
  return readRows(value, MOST_KEPT_COMMITS, readCommit)
}

/** Time-locked commits as they stand in a stored memory. */
export function writtenLocks(locks: readonly LockedWeights[]): CanonicalValue {
  return locks.map(({ commitHash, epochIndex, block, uids, values }) => [
    commitHash,
    epochIndex,
    block,
    bytesOf(uids),
    bytesOf(values),
  ])
}

/** Reads them; `undefined` for what is none, or more than are ever kept. */
export function readLocks(value: CanonicalValue | undefined): readonly LockedWeights[] | undefined {
  return readRows(value, MOST_LOCKED_COMMITS, readLock)
}

function readRows<Row>(
  value: CanonicalValue | undefined,
  most: number,
  read: (row: CanonicalValue) => Row | undefined,
): readonly Row[] | undefined {
  if (!Array.isArray(value) || value.length > most) return undefined
  const rows: Row[] = []
  for (const one of value) {
    const row = read(one)
    if (row === undefined) return undefined
    rows.push(row)
  }
  return rows
}

function readCommit(row: CanonicalValue): KeptCommit | undefined {
  if (!Array.isArray(row) || row.length !== 7) return undefined
  const [commitHash, epochIndex, block, uidBytes, valueBytes, saltBytes, versionKey] = row
  const [uids, values, salt] = [numbersIn(uidBytes), numbersIn(valueBytes), numbersIn(saltBytes)]
  if (uids === undefined || values === undefined || salt === undefined) return undefined
  if (!isHash(commitHash)) return undefined
  if (!isCount(epochIndex) || !isCount(versionKey) || uids.length !== values.length) return undefined
  if (block !== null && !isCount(block)) return undefined
  return { commitHash, epochIndex, block, uids, values, salt, versionKey }
}

function readLock(row: CanonicalValue): LockedWeights | undefined {
  if (!Array.isArray(row) || row.length !== 5) return undefined
  const [commitHash, epochIndex, block, uidBytes, valueBytes] = row
  const [uids, values] = [numbersIn(uidBytes), numbersIn(valueBytes)]
  if (uids === undefined || uids.length !== values?.length) return undefined
  if (!isHash(commitHash) || !isCount(epochIndex) || !isCount(block)) return undefined
  return { commitHash, epochIndex, block, uids, values }
}

function isHash(value: CanonicalValue | undefined): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
}

function isCount(value: CanonicalValue | undefined): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function bytesOf(numbers: readonly number[]): Uint8Array {
  return Uint8Array.from(numbers.flatMap((number) => [number & 0xff, number >> 8]))
}

function numbersIn(bytes: CanonicalValue | undefined): number[] | undefined {
  if (!(bytes instanceof Uint8Array) || bytes.length % 2 !== 0) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Array.from({ length: bytes.length / 2 }, (_, at) => view.getUint16(2 * at, true))
}
