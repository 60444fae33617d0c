import {
  bigintWithin,
  type Check,
  check,
  custom,
  flag,
  instance,
  nullable,
  rao,
  recordOf,
  shape,
  text,
  u16,
  wholeNumber,
} from '../../checks/index.js'
import type { SafeFloat } from '../../math/index.js'
import { configShape, hyperparametersShape } from '../rules/configShapes.js'
import type { RecordStore, Table } from './RecordStore.js'
import type {
  AccountRecord,
  AxonRecord,
  ChainRecord,
  EpochColumns,
  HotkeyRecord,
  NeuronRecord,
  SparseRows,
  StakeRecord,
  SubnetClockRecord,
  SubnetPoolRecord,
  SubnetRecord,
  WeightsRecord,
} from './records.js'
import { ALL_TABLES } from './tables.js'

const block = wholeNumber()
const account = custom(
  'Expected an account: 64 lower-case hex digits.',
  (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
)

const safeFloat = shape<SafeFloat>({
  mantissa: bigintWithin({ max: 10n ** 21n }),
  exponent: wholeNumber({ min: -1_000, max: 1_000 }),
})
const flags = custom(
  'Expected bytes of 0 and 1.',
  (value) => value instanceof Uint8Array && value.every((byte) => byte <= 1),
)
const u16s = instance(Uint16Array)

const weightsShape = shape<WeightsRecord>({ uids: u16s, values: u16s })
const bondsShape = shape<SparseRows>({ rowStart: instance(Uint32Array), column: u16s, value: u16s })

/** What each record must be, by table: what a ledger can have written. */
const RECORDS: Readonly<Record<string, Check>> = {
  config: configShape,
  chain: shape<ChainRecord>({
    block,
    totalIssuanceRao: rao(),
    lastLockRao: rao(),
    lastLockBlock: block,
    lastSubnetBlock: block,
  }),
  account: shape<AccountRecord>({ balanceRao: rao(), nonce: wholeNumber() }),
  hotkey: shape<HotkeyRecord>({ owner: account, takeU16: nullable(u16()), takeChangedAtBlock: block }),
  subnet: shape<SubnetRecord>({
    netuid: u16({ min: 1 }),
    owner: account,
    ownerHotkey: account,
    n: wholeNumber({ max: 65_536 }),
    registeredAtBlock: block,
    firstEmissionBlock: nullable(block),
    subtokenEnabled: flag,
    emissionEnabled: flag,
    lockRao: rao(),
    hyperparameters: hyperparametersShape,
    changedAtBlock: recordOf(block),
  }),
  subnetClock: shape<SubnetClockRecord>({
    lastEpochBlock: block,
    pendingEpochAt: block,
    blocksSinceLastStep: block,
    epochIndex: wholeNumber(),
    lastStepBlock: block,
  }),
  subnetPool: shape<SubnetPoolRecord>({
    burnRao: rao(),
    subnetTaoRao: rao(),
    alphaIn: rao(),
    alphaOut: rao(),
    pendingServer: rao(),
    pendingValidator: rao(),
    pendingOwnerCut: rao(),
    pendingRoot: rao(),
    recycledRao: rao(),
    recycledAlpha: rao(),
    burnedAlpha: rao(),
    unearnedAlpha: rao(),
    dustAlpha: rao(),
    minerBurnedBits: bigintWithin({ max: 1n << 32n }),
  }),
  neuron: shape<NeuronRecord>({
    hotkey: account,
    registeredAtBlock: block,
    lastUpdate: block,
    axon: nullable(
      shape<AxonRecord>({
        ip: text({ max: 64 }),
        port: u16({ min: 1 }),
        version: wholeNumber({ max: 0xffff_ffff }),
        block,
      }),
    ),
  }),
  uid: u16(),
  epoch: shape<EpochColumns>({
    active: flags,
    validatorPermit: flags,
    stakeWeightU16: u16s,
    consensusU16: u16s,
    incentiveU16: u16s,
    dividendsU16: u16s,
    validatorTrustU16: u16s,
    emissionRao: instance(BigUint64Array),
  }),
  weights: custom('Expected uids, each once, with as many values.', (value) => {
    const { uids, values } = value as WeightsRecord
    return isFit(weightsShape, value) && uids.length === values.length && new Set(uids).size === uids.length
  }),
  bonds: custom('Expected rows that begin where the one before ends.', (value) => {
    const { rowStart, column, value: bonds } = value as SparseRows
    return (
      isFit(bondsShape, value) &&
      rowStart[0] === 0 &&
      rowStart.every((start, row) => row === 0 || start >= rowStart[row - 1]!) &&
      rowStart.at(-1) === column.length &&
      column.length === bonds.length
    )
  }),
  stake: shape<StakeRecord>({
    totalAlpha: rao(),
    positions: wholeNumber(),
    peakExponent: nullable(wholeNumber({ min: -1_000, max: 1_000 })),
    denominator: safeFloat,
  }),
  share: safeFloat,
}

const NETUID = '(?:[1-9]\\d{0,4})'
const UID = '(?:0|[1-9]\\d{0,4})'
const HEX = '[0-9a-f]{64}'

const IDS: Readonly<Record<string, RegExp>> = {
  config: /^$/,
  chain: /^$/,
  account: new RegExp(`^${HEX}$`),
  hotkey: new RegExp(`^${HEX}$`),
  neuron: new RegExp(`^${NETUID}/${UID}$`),
  weights: new RegExp(`^${NETUID}/${UID}$`),
  uid: new RegExp(`^${NETUID}/${HEX}$`),
  stake: new RegExp(`^${NETUID}/${HEX}$`),
  share: new RegExp(`^${NETUID}/${HEX}/${HEX}$`),
}
const OF_SUBNET = new RegExp(`^${NETUID}$`)

/**
 * Holds every record to what it can be.
 *
 * @throws InvalidArgumentError naming table, record and field of the first that is out of range.
 * PERF: walks every record.
 */
export function checkRecords(store: RecordStore): void {
  for (const table of ALL_TABLES as readonly Table<unknown>[]) {
    const record = RECORDS[table.name]!
    const id = IDS[table.name] ?? OF_SUBNET
    for (const key of store.ids(table)) {
      check(
        `${table.name} key`,
        custom('Expected another form.', (value) => id.test(String(value))),
        key,
      )
      check(`${table.name} ${key}`.trim(), record, store.get(table, key))
    }
  }
}

function isFit(expected: Check, value: unknown): boolean {
  try {
    check('record', expected, value)
    return true
  } catch {
    return false
  }
}
