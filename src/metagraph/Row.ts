import { hostAndPort } from '../checks/index.js'
import { assert } from '../errors/index.js'
import { U16_MAX, type Uid } from '../units/index.js'
import type { MetagraphColumns, MetagraphRow, MetagraphRowJson } from './types.js'

/** One slot of the columns, read for people. A class only so that `toJSON` is no entry of the row. */
export class Row implements MetagraphRow {
  readonly uid: Uid
  readonly hotkey: MetagraphRow['hotkey']
  readonly coldkey: MetagraphRow['coldkey']
  readonly axon: string | null
  readonly stakeAlpha: bigint
  readonly stakeWeight: number
  readonly consensus: number
  readonly incentive: number
  readonly dividends: number
  readonly validatorTrust: number
  readonly emissionAlpha: bigint
  readonly validatorPermit: boolean
  readonly active: boolean
  readonly registeredAtBlock: number
  readonly lastUpdate: number

  constructor(c: MetagraphColumns, uid: Uid) {
    const hotkey = c.hotkey[uid]
    const coldkey = c.coldkey[uid]
    // Every column has as many entries as this one: no 0 below stands for one that is not there.
    assert(hotkey !== undefined && coldkey !== undefined, `uid ${uid} is no slot`)
    const axon = c.axon[uid] ?? null
    this.uid = uid
    this.hotkey = hotkey
    this.coldkey = coldkey
    this.axon = axon === null ? null : hostAndPort(axon)
    this.stakeAlpha = c.stakeAlpha[uid] ?? 0n
    this.stakeWeight = (c.stakeWeightU16[uid] ?? 0) / U16_MAX
    this.consensus = (c.consensusU16[uid] ?? 0) / U16_MAX
    this.incentive = (c.incentiveU16[uid] ?? 0) / U16_MAX
    this.dividends = (c.dividendsU16[uid] ?? 0) / U16_MAX
    this.validatorTrust = (c.validatorTrustU16[uid] ?? 0) / U16_MAX
    this.emissionAlpha = c.emissionAlpha[uid] ?? 0n
    this.validatorPermit = c.validatorPermit[uid] === 1
    this.active = c.active[uid] === 1
    this.registeredAtBlock = c.registeredAtBlock[uid] ?? 0
    this.lastUpdate = c.lastUpdate[uid] ?? 0
  }

  toJSON(): MetagraphRowJson {
    return { ...this, stakeAlpha: String(this.stakeAlpha), emissionAlpha: String(this.emissionAlpha) }
  }
}
