import { bytes, check, custom, listOf, nullable, shape, text, u16, wholeNumber } from '../checks/index.js'
import type { SparseRows } from '../consensus/index.js'
import type { MetagraphView } from '../ledger/index.js'
import { Metagraph } from '../metagraph/index.js'
import type { Coldkey, Hotkey } from '../units/index.js'

const rows = custom(
  'Pass a list of rowStart, column and value, each a Uint8Array.',
  (value) => Array.isArray(value) && value.length === 3 && value.every((part) => part instanceof Uint8Array),
)

const axon = custom(
  'Pass null, or a list of host and port.',
  (value) =>
    value === null ||
    (Array.isArray(value) &&
      value.length === 2 &&
      typeof value[0] === 'string' &&
      Number.isInteger(value[1]) &&
      value[1] >= 0 &&
      value[1] <= 65_535),
)

const viewShape = shape<MetagraphView>({
  netuid: u16(),
  block: wholeNumber(),
  n: wholeNumber({ max: 65_536 }),
  ownerUid: nullable(u16()),
  tempoBlocks: wholeNumber(),
  lastEpochBlock: wholeNumber(),
  epochIndex: wholeNumber(),
  hotkey: listOf(text()),
  coldkey: listOf(text()),
  axon: listOf(axon),
  registeredAtBlock: bytes(),
  lastUpdate: bytes(),
  active: bytes(),
  validatorPermit: bytes(),
  stakeRao: bytes(),
  stakeWeightU16: bytes(),
  consensusU16: bytes(),
  incentiveU16: bytes(),
  dividendsU16: bytes(),
  validatorTrustU16: bytes(),
  emissionRao: bytes(),
  weights: rows,
  bonds: rows,
})

/**
 * Turns a metagraph as it travels into one to work with; the bytes are copied.
 *
 * The columns of a view are little-endian, as the typed arrays of every machine Node.js and browsers run on.
 *
 * @throws InvalidArgumentError naming what of the view is missing, wrong or unknown.
 */
export function metagraphFromView(view: MetagraphView): Metagraph {
  check('view', viewShape, view)
  return new Metagraph({
    netuid: view.netuid,
    block: view.block,
    n: view.n,
    ownerUid: view.ownerUid,
    tempoBlocks: view.tempoBlocks,
    lastEpochBlock: view.lastEpochBlock,
    epochIndex: view.epochIndex,
    hotkey: view.hotkey as readonly Hotkey[],
    coldkey: view.coldkey as readonly Coldkey[],
    axon: view.axon.map((axon) => (axon === null ? null : { host: axon[0], port: axon[1] })),
    registeredAtBlock: new Float64Array(copied(view.registeredAtBlock)),
    lastUpdate: new Float64Array(copied(view.lastUpdate)),
    active: new Uint8Array(copied(view.active)),
    validatorPermit: new Uint8Array(copied(view.validatorPermit)),
    stakeRao: new BigUint64Array(copied(view.stakeRao)),
    stakeWeightU16: new Uint16Array(copied(view.stakeWeightU16)),
    consensusU16: new Uint16Array(copied(view.consensusU16)),
    incentiveU16: new Uint16Array(copied(view.incentiveU16)),
    dividendsU16: new Uint16Array(copied(view.dividendsU16)),
    validatorTrustU16: new Uint16Array(copied(view.validatorTrustU16)),
    emissionRao: new BigUint64Array(copied(view.emissionRao)),
    weights: rowsFrom(view.weights),
    bonds: rowsFrom(view.bonds),
  })
}

function rowsFrom([rowStart, column, value]: MetagraphView['weights']): SparseRows {
  return {
    rowStart: new Uint32Array(copied(rowStart)),
    column: new Uint16Array(copied(column)),
    value: new Uint16Array(copied(value)),
  }
}

/** A buffer that holds exactly these bytes, aligned for any element. */
const copied = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer
