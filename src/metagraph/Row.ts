import { assert } from '../errors/index.js'
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
    const at = <T>(column: ArrayLike<T>): T => entryAt(column, uid)
    const axon = at(c.axon)
    this.uid = uid
    this.hotkey = at(c.hotkey)
    this.coldkey = at(c.coldkey)
    this.axon = axon === null ? null : `${axon.host}:${axon.port}`
    this.stakeRao = at(c.stakeRao)
    this.stakeWeight = at(c.stakeWeightU16) / U16_MAX
    this.consensus = at(c.consensusU16) / U16_MAX
    this.incentive = at(c.incentiveU16) / U16_MAX
    this.dividends = at(c.dividendsU16) / U16_MAX
    this.validatorTrust = at(c.validatorTrustU16) / U16_MAX
    this.emissionRao = at(c.emissionRao)
    this.validatorPermit = c.validatorPermit[uid] === 1
    this.active = c.active[uid] === 1
    this.registeredAtBlock = at(c.registeredAtBlock)
    this.lastUpdate = at(c.lastUpdate)
  }

  toJSON(): MetagraphRowJson {
    return { ...this, stakeRao: String(this.stakeRao), emissionRao: String(this.emissionRao) }
  }
}

/** What a column, which is as long as there are slots, holds of one. */
function entryAt<T>(column: ArrayLike<T>, uid: Uid): T {
  const entry = column[uid]
  assert(entry !== undefined, `uid ${uid} is no slot`)
  return entry
}
