import { U16_MAX, type Uid } from '../units/index.js'
import type { MetagraphColumns, MetagraphRow, MetagraphRowJson } from './types.js'

/** One slot of the columns, read for people. A class only so that `toJSON` is no entry of the row. */
export class Row implements MetagraphRow {
  readonly uid: Uid
  readonly hotkey: MetagraphRow['hotkey']
  readonly coldkey: MetagraphRow['coldkey']
  readonly axon: string | null
  readonly stakeRao: bigint
  readonly stakeWeight: number
  readonly consensus: number
  readonly incentive: number
  readonly dividends: number
  readonly validatorTrust: number
  readonly emissionRao: bigint
  readonly validatorPermit: boolean
  readonly active: boolean
  readonly registeredAtBlock: number
  readonly lastUpdate: number

  constructor(c: MetagraphColumns, uid: Uid) {
    const axon = c.axon[uid]!
    this.uid = uid
    this.hotkey = c.hotkey[uid]!
    this.coldkey = c.coldkey[uid]!
    this.axon = axon === null ? null : `${axon.host}:${axon.port}`
    this.stakeRao = c.stakeRao[uid]!
    this.stakeWeight = c.stakeWeightU16[uid]! / U16_MAX
    this.consensus = c.consensusU16[uid]! / U16_MAX
    this.incentive = c.incentiveU16[uid]! / U16_MAX
    this.dividends = c.dividendsU16[uid]! / U16_MAX
    this.validatorTrust = c.validatorTrustU16[uid]! / U16_MAX
    this.emissionRao = c.emissionRao[uid]!
    this.validatorPermit = c.validatorPermit[uid] === 1
    this.active = c.active[uid] === 1
    this.registeredAtBlock = c.registeredAtBlock[uid]!
    this.lastUpdate = c.lastUpdate[uid]!
  }

  toJSON(): MetagraphRowJson {
    return { ...this, stakeRao: String(this.stakeRao), emissionRao: String(this.emissionRao) }
  }
}
