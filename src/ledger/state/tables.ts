import type { CanonicalValue } from '../../codec/index.js'
import type { SafeFloat } from '../../math/index.js'
import {
  type ChainConfig,
  decodeConfig,
  decodeHyperparameters,
  encodeConfig,
  encodeHyperparameters,
} from '../config.js'
import { bytesOfU16, bytesOfU32, bytesOfU64, u16OfBytes, u32OfBytes, u64OfBytes } from './columns.js'
import type { Table } from './RecordStore.js'
import type {
  AccountId,
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

/*
 * How each record is written. A record is an array in a fixed order; changing one changes every state hash.
 * Decoders read what `encode` wrote: a snapshot is checked against its own state hash after loading.
 */

type Row = readonly CanonicalValue[]

/** The chain's settings, part of every state hash. */
export const configTable: Table<ChainConfig> = { name: 'config', encode: encodeConfig, decode: decodeConfig }

export const chainTable: Table<ChainRecord> = {
  name: 'chain',
  encode: (r) => [r.block, r.totalIssuanceRao, r.lastLockRao, r.lastLockBlock, r.lastSubnetBlock],
  decode(value) {
    const [block, totalIssuanceRao, lastLockRao, lastLockBlock, lastSubnetBlock] = value as never as [
      number,
      bigint,
      bigint,
      number,
      number,
    ]
    return { block, totalIssuanceRao, lastLockRao, lastLockBlock, lastSubnetBlock }
  },
}

export const accountTable: Table<AccountRecord> = {
  name: 'account',
  encode: (r) => [r.balanceRao, r.nonce],
  decode(value) {
    const [balanceRao, nonce] = value as never as [bigint, number]
    return { balanceRao, nonce }
  },
}

export const hotkeyTable: Table<HotkeyRecord> = {
  name: 'hotkey',
  encode: (r) => [r.owner, r.takeU16, r.takeChangedAtBlock],
  decode(value) {
    const [owner, takeU16, takeChangedAtBlock] = value as never as [AccountId, number | null, number]
    return { owner, takeU16, takeChangedAtBlock }
  },
}

export const subnetTable: Table<SubnetRecord> = {
  name: 'subnet',
  encode: (r) => ({ ...r, hyperparameters: encodeHyperparameters(r.hyperparameters) }),
  decode(value) {
    const record = value as never as SubnetRecord & { hyperparameters: CanonicalValue }
    return { ...record, hyperparameters: decodeHyperparameters(record.hyperparameters) }
  },
}

export const subnetClockTable: Table<SubnetClockRecord> = {
  name: 'subnetClock',
  encode: (r) => [r.lastEpochBlock, r.pendingEpochAt, r.blocksSinceLastStep, r.epochIndex, r.lastStepBlock],
  decode(value) {
    const [lastEpochBlock, pendingEpochAt, blocksSinceLastStep, epochIndex, lastStepBlock] =
      value as readonly number[] as [number, number, number, number, number]
    return { lastEpochBlock, pendingEpochAt, blocksSinceLastStep, epochIndex, lastStepBlock }
  },
}

const POOL_FIELDS = [
  'burnRao',
  'subnetTaoRao',
  'alphaIn',
  'alphaOut',
  'pendingServer',
  'pendingValidator',
  'pendingOwnerCut',
  'pendingRoot',
  'recycledRao',
  'recycledAlpha',
  'burnedAlpha',
  'unearnedAlpha',
  'dustAlpha',
  'minerBurnedBits',
] as const satisfies readonly (keyof SubnetPoolRecord)[]

export const subnetPoolTable: Table<SubnetPoolRecord> = {
  name: 'subnetPool',
  encode: (r) => POOL_FIELDS.map((field) => r[field]),
  decode: (value) =>
    Object.fromEntries(
      POOL_FIELDS.map((field, index) => [field, (value as Row)[index]]),
    ) as never as SubnetPoolRecord,
}

export const neuronTable: Table<NeuronRecord> = {
  name: 'neuron',
  encode: (r) => [
    r.hotkey,
    r.registeredAtBlock,
    r.lastUpdate,
    r.axon === null ? null : [r.axon.ip, r.axon.port, r.axon.version, r.axon.block],
  ],
  decode(value) {
    const [hotkey, registeredAtBlock, lastUpdate, axon] = value as never as [AccountId, number, number, Row]
    return { hotkey, registeredAtBlock, lastUpdate, axon: axon === null ? null : decodeAxon(axon) }
  },
}

/** Uid of a member: `netuid/hotkey`. */
export const uidTable: Table<number> = {
  name: 'uid',
  encode: (uid) => uid,
  decode: (value) => value as number,
}

export const epochTable: Table<EpochColumns> = {
  name: 'epoch',
  encode: (r) => [
    r.active,
    r.validatorPermit,
    bytesOfU16(r.stakeWeightU16),
    bytesOfU16(r.consensusU16),
    bytesOfU16(r.incentiveU16),
    bytesOfU16(r.dividendsU16),
    bytesOfU16(r.validatorTrustU16),
    bytesOfU64(r.emissionRao),
  ],
  decode(value) {
    const columns = value as readonly Uint8Array[]
    return {
      active: columns[0]!,
      validatorPermit: columns[1]!,
      stakeWeightU16: u16OfBytes(columns[2]!),
      consensusU16: u16OfBytes(columns[3]!),
      incentiveU16: u16OfBytes(columns[4]!),
      dividendsU16: u16OfBytes(columns[5]!),
      validatorTrustU16: u16OfBytes(columns[6]!),
      emissionRao: u64OfBytes(columns[7]!),
    }
  },
}

export const weightsTable: Table<WeightsRecord> = {
  name: 'weights',
  encode: (r) => [bytesOfU16(r.uids), bytesOfU16(r.values)],
  decode(value) {
    const [uids, values] = value as readonly Uint8Array[]
    return { uids: u16OfBytes(uids!), values: u16OfBytes(values!) }
  },
}

export const bondsTable: Table<SparseRows> = {
  name: 'bonds',
  encode: (r) => [bytesOfU32(r.rowStart), bytesOfU16(r.column), bytesOfU16(r.value)],
  decode(value) {
    const [rowStart, column, values] = value as readonly Uint8Array[]
    return { rowStart: u32OfBytes(rowStart!), column: u16OfBytes(column!), value: u16OfBytes(values!) }
  },
}

/** Stake on a hotkey: `netuid/hotkey`. */
export const stakeTable: Table<StakeRecord> = {
  name: 'stake',
  encode: (pool) => [
    pool.totalAlpha,
    pool.positions,
    pool.peakExponent,
    ...encodeSafeFloat(pool.denominator),
  ],
  decode(value) {
    const [totalAlpha, positions, peakExponent, ...denominator] = value as Row
    return {
      totalAlpha: totalAlpha as bigint,
      positions: positions as number,
      peakExponent: peakExponent as number | null,
      denominator: decodeSafeFloat(denominator),
    }
  },
}

/** A coldkey's share of it: `netuid/hotkey/coldkey`. */
export const shareTable: Table<SafeFloat> = {
  name: 'share',
  encode: encodeSafeFloat,
  decode: (value) => decodeSafeFloat(value as Row),
}

export const ALL_TABLES = [
  configTable,
  chainTable,
  accountTable,
  hotkeyTable,
  subnetTable,
  subnetClockTable,
  subnetPoolTable,
  neuronTable,
  uidTable,
  epochTable,
  weightsTable,
  bondsTable,
  stakeTable,
  shareTable,
] as unknown as readonly Table<never>[]

/** A mantissa has up to 70 bits, so it travels as text. */
function encodeSafeFloat({ mantissa, exponent }: SafeFloat): [string, number] {
  return [mantissa.toString(), exponent]
}

function decodeSafeFloat(row: Row): SafeFloat {
  return { mantissa: BigInt(row[0] as string), exponent: row[1] as number }
}

function decodeAxon(row: Row): AxonRecord {
  const [ip, port, version, block] = row as never as [string, number, number, number]
  return { ip, port, version, block }
}
