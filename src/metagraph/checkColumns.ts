import { check, custom, instance, nullable, type ShapeOf, shape, u16, wholeNumber } from '../checks/index.js'
import type { SparseRows } from '../consensus/index.js'
import { InvalidArgumentError, ShapeError } from '../errors/index.js'
import { U16_MAX } from '../units/index.js'
import { checkEntries, checkRowStarts } from './checkRows.js'
import type { MetagraphColumns } from './types.js'

/** Most slots of a subnet: uids are u16. */
export const MAX_SLOTS = U16_MAX + 1

/** Longest hotkey or coldkey as text, far above any address. */
const KEY_LIMIT = 128
/** Longest host name there is. */
const HOST_LIMIT = 253

const list = custom('Pass a list.', Array.isArray)

const rowsShape = shape<SparseRows>({
  rowStart: instance(Uint32Array),
  column: instance(Uint16Array),
  value: instance(Uint16Array),
})

const columnChecks: ShapeOf<MetagraphColumns> = {
  netuid: u16(),
  block: wholeNumber(),
  n: wholeNumber({ max: MAX_SLOTS }),
  ownerUid: nullable(u16()),
  tempoBlocks: wholeNumber(),
  lastEpochBlock: wholeNumber(),
  epochIndex: wholeNumber(),
  hotkey: list,
  coldkey: list,
  axon: list,
  registeredAtBlock: instance(Float64Array),
  lastUpdate: instance(Float64Array),
  active: instance(Uint8Array),
  validatorPermit: instance(Uint8Array),
  stakeAlpha: instance(BigUint64Array),
  stakeWeightU16: instance(Uint16Array),
  consensusU16: instance(Uint16Array),
  incentiveU16: instance(Uint16Array),
  dividendsU16: instance(Uint16Array),
  validatorTrustU16: instance(Uint16Array),
  emissionAlpha: instance(BigUint64Array),
  weights: rowsShape,
  bonds: rowsShape,
}

const columnsShape = shape<MetagraphColumns>(columnChecks)

/**
 * Holds columns to what a metagraph may be: what passes can be exported and read back without a change.
 *
 * @param path - what the errors name before the column.
 * @throws ShapeError, InvalidArgumentError naming the first place that is wrong.
 * PERF: O(n + entries).
 */
export function checkColumns(columns: MetagraphColumns, path: string): void {
  check(path, columnsShape, columns)
  const { n, block, ownerUid } = columns
  checkLengths(columns, path, n)
  if (ownerUid !== null && ownerUid >= n) {
    refuse(`${path}.ownerUid`, ownerUid, `Pass null, or a uid below n, which is ${n}.`)
  }
  if (columns.lastEpochBlock > block)
    refuse(`${path}.lastEpochBlock`, columns.lastEpochBlock, notAfter(block))
  const { registeredAtBlock, lastUpdate } = columns
  checkEach(registeredAtBlock, `${path}.registeredAtBlock`, (at) => isBlock(at, block), notAfter(block))
  // Weights may count from a block to come, as committed ones do.
  const anyBlock = Number.MAX_SAFE_INTEGER
  checkEach(lastUpdate, `${path}.lastUpdate`, (at) => isBlock(at, anyBlock), 'Pass a whole number from 0.')
  for (const name of ['active', 'validatorPermit'] as const) {
    checkEach(columns[name], `${path}.${name}`, (flag) => flag <= 1, 'Pass 0 or 1.')
  }
  checkKeys(columns, { hotkey: `${path}.hotkey`, coldkey: `${path}.coldkey` })
  checkEach(
    columns.axon,
    `${path}.axon`,
    isAxon,
    'Pass null, or a host name or address and a port from 0 to 65535.',
  )
  for (const name of ['weights', 'bonds'] as const) {
    checkRowStarts(columns[name], n, `${path}.${name}`)
    checkEntries(columns[name], n, `${path}.${name}`)
  }
}

/** Checks that every list of an object has n entries. @throws ShapeError naming the first that has not. */
export function checkLengths(columns: object, path: string, n: number): void {
  for (const [name, column] of Object.entries(columns)) {
    const isList = Array.isArray(column) || ArrayBuffer.isView(column)
    const length = isList ? (column as ArrayLike<unknown>).length : n
    if (length !== n)
      throw new ShapeError({ field: `${path}.${name}`, expectedLength: n, actualLength: length })
  }
}

/** Checks who holds the slots; `fields` are the names of both lists in errors. */
export function checkKeys(
  { hotkey, coldkey }: MetagraphColumns,
  fields: { readonly hotkey: string; readonly coldkey: string },
): void {
  const once = 'Pass each hotkey once: a hotkey holds one slot of a subnet.'
  const seen = new Set<string>()
  checkEach(coldkey, fields.coldkey, isText(0, KEY_LIMIT), "Pass an address, or '' where it is not known.")
  checkEach(hotkey, fields.hotkey, isText(1, KEY_LIMIT), 'Pass an address.')
  checkEach(hotkey, fields.hotkey, (one) => seen.size < seen.add(one).size, once)
}

const notAfter = (block: number): string =>
  `Pass a whole number from 0 to ${block}, the block of the metagraph.`

/** Minus zero is left out: it would be written as 0. */
function isBlock(value: number, latest: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= latest && !Object.is(value, -0)
}

/** Text without characters that hide or move a cursor. */
function isText(min: number, max: number): (value: unknown) => boolean {
  return (value) =>
    typeof value === 'string' &&
    value.length >= min &&
    value.length <= max &&
    !/[\p{C}\p{Zl}\p{Zp}]/u.test(value)
}

const isHost = isText(1, HOST_LIMIT)

function isAxon(axon: unknown): boolean {
  if (axon === null) return true
  if (
    typeof axon !== 'object' ||
    Object.keys(axon as object)
      .sort()
      .join() !== 'host,port'
  )
    return false
  const { host, port } = axon as { host: unknown; port: unknown }
  return isHost(host) && Number.isInteger(port) && (port as number) >= 0 && (port as number) <= U16_MAX
}

function checkEach<T>(
  column: Iterable<T>,
  field: string,
  isRight: (value: T) => boolean,
  remedy: string,
): void {
  let at = 0
  for (const value of column) {
    if (!isRight(value)) refuse(`${field}[${at}]`, value, remedy)
    at++
  }
}

function refuse(field: string, value: unknown, remedy: string): never {
  throw new InvalidArgumentError({ field, value, remedy })
}
