import { check, custom, instance, listOf, nullable, shape, text, u16, wholeNumber } from '../checks/index.js'
import type { SparseRows } from '../consensus/index.js'
import type { MetagraphView } from '../ledger/index.js'
import { Metagraph } from '../metagraph/index.js'
import type { Coldkey, Hotkey } from '../units/index.js'

const rows = shape<SparseRows>({
  rowStart: instance(Uint32Array),
  column: instance(Uint16Array),
  value: instance(Uint16Array),
})

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
  registeredAtBlock: instance(Float64Array),
  lastUpdate: instance(Float64Array),
  active: instance(Uint8Array),
  validatorPermit: instance(Uint8Array),
  stakeRao: instance(BigUint64Array),
  stakeWeightU16: instance(Uint16Array),
  consensusU16: instance(Uint16Array),
  incentiveU16: instance(Uint16Array),
  dividendsU16: instance(Uint16Array),
  validatorTrustU16: instance(Uint16Array),
  emissionRao: instance(BigUint64Array),
  weights: rows,
  bonds: rows,
})

/**
 * Turns a metagraph as a ledger answers it into one to work with; the columns are copied.
 *
 * @throws InvalidArgumentError naming what of the view is missing, wrong or unknown.
 */
export function metagraphFromView(view: MetagraphView): Metagraph {
  check('view', viewShape, view)
  return new Metagraph({
    ...view,
    hotkey: view.hotkey as readonly Hotkey[],
    coldkey: view.coldkey as readonly Coldkey[],
    axon: view.axon.map((axon) => (axon === null ? null : { host: axon[0], port: axon[1] })),
  })
}
