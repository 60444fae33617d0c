import type { Alpha, BlockNumber, Uid } from '../../units/index.js'

/** What decides whether a neuron gives up its uid. */
export interface ReplacementCandidate {
  readonly uid: Uid
  readonly registeredAtBlock: BlockNumber
  /** What it earned in the last epoch, as server and validator. */
  readonly emissionAlpha: Alpha
  /** Whether the coldkey that owns the subnet owns its hotkey. */
  readonly isSubnetOwners: boolean
}

/** What decides who may not be driven out. */
export interface ProtectionRule {
  readonly block: BlockNumber
  readonly immunityPeriodBlocks: number
  readonly ownerImmuneUidsLimit: number
  /** Uid of the subnet's owner hotkey, `null` when it has none here. */
  readonly ownerHotkeyUid: Uid | null
}

export interface ReplacementRule extends ProtectionRule {
  readonly minNonImmuneUids: number
}

/**
 * The uid a newcomer takes over in a full subnet: the neuron that earned least, among equals the one
 * registered first, then the lowest uid.
 *
 * The owner's oldest neurons up to the limit (and always the owner hotkey) are never replaced. Neurons in
 * their immunity period are spared as long as more than `minNonImmuneUids` others remain; after that it is
 * their turn, and not the others'.
 *
 * @returns `null` when nobody may be replaced.
 * @source subtensor `pallets/subtensor/src/subnets/uids.rs`, `get_neuron_to_prune`
 */
export function uidToReplace(neurons: readonly ReplacementCandidate[], rule: ReplacementRule): Uid | null {
  const immortal = immortalUids(neurons, rule)
  const mortal = neurons.filter(({ uid }) => !immortal.has(uid))
  const nonImmune = mortal.filter((neuron) => !isImmune(neuron, rule))
  const pool =
    nonImmune.length > rule.minNonImmuneUids ? nonImmune : mortal.filter((neuron) => isImmune(neuron, rule))
  return pool.length === 0
    ? null
    : pool.reduce((worst, neuron) => (isWorse(neuron, worst) ? neuron : worst)).uid
}

/** Whether a neuron is still in its immunity period. */
export function isImmune(
  { registeredAtBlock }: ReplacementCandidate,
  { block, immunityPeriodBlocks }: ProtectionRule,
): boolean {
  return block - registeredAtBlock < immunityPeriodBlocks
}

/** The owner's oldest neurons up to the limit, the owner hotkey before all others. */
export function immortalUids(
  neurons: readonly ReplacementCandidate[],
  rule: ProtectionRule,
): ReadonlySet<Uid> {
  const oldest = neurons
    .filter(({ isSubnetOwners }) => isSubnetOwners)
    .sort((a, b) => a.registeredAtBlock - b.registeredAtBlock || a.uid - b.uid)
    .slice(0, rule.ownerImmuneUidsLimit)
    .map(({ uid }) => uid)
  const { ownerHotkeyUid } = rule
  if (ownerHotkeyUid === null || oldest.includes(ownerHotkeyUid)) return new Set(oldest)
  return new Set([ownerHotkeyUid, ...oldest].slice(0, rule.ownerImmuneUidsLimit))
}

function isWorse(a: ReplacementCandidate, b: ReplacementCandidate): boolean {
  if (a.emissionAlpha !== b.emissionAlpha) return a.emissionAlpha < b.emissionAlpha
  if (a.registeredAtBlock !== b.registeredAtBlock) return a.registeredAtBlock < b.registeredAtBlock
  return a.uid < b.uid
}
