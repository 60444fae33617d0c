import { keyPairFromUri } from 'subnetkit/crypto'
import { asColdkey, asHotkey, type Coldkey, type Hotkey, type Netuid } from 'subnetkit/units'

/** A subnet of the play: its customers spend so much TAO in a round, more or less, on the alpha of what it does. */
export interface SubnetPlan {
  readonly name: string
  readonly spendsTao: number
  /** When it is registered: part of the run. */
  readonly comesAt: number
}

/** Three that begin together, and one that comes when there is no room: then the subnet with the lowest price average goes. */
export const SUBNETS: readonly SubnetPlan[] = [
  { name: 'good', spendsTao: 6, comesAt: 0 },
  { name: 'fair', spendsTao: 3, comesAt: 0 },
  { name: 'poor', spendsTao: 0, comesAt: 0 },
  { name: 'newcomer', spendsTao: 5, comesAt: 0.65 },
]

/** A subnet that is there, and who is in it. */
export interface Member extends SubnetPlan {
  readonly owner: Coldkey
  readonly miner: Coldkey
  readonly validator: Coldkey
  readonly customer: Coldkey
  readonly ownerHotkey: Hotkey
  readonly minerHotkey: Hotkey
  readonly validatorHotkey: Hotkey
  netuid: Netuid | null
}

/** The accounts of a subnet, which follow from its name. */
export function memberOf(plan: SubnetPlan): Member {
  const keyOf = (who: string): Coldkey => asColdkey(keyPairFromUri(`//${plan.name}//${who}`).address)
  const hotkeyOf = (who: string): Hotkey => asHotkey(keyOf(`${who}//hotkey`))
  return {
    ...plan,
    owner: keyOf('owner'),
    miner: keyOf('miner'),
    validator: keyOf('validator'),
    customer: keyOf('customer'),
    ownerHotkey: hotkeyOf('owner'),
    minerHotkey: hotkeyOf('miner'),
    validatorHotkey: hotkeyOf('validator'),
    netuid: null,
  }
}
