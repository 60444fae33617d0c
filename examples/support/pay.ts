import type { EpochFrame } from 'subnetkit/metagraph'
import type { NetworkNeuron } from 'subnetkit/network'
import type { Hotkey } from 'subnetkit/units'

/** What an epoch paid, by name. */
export function paidBy({ names, earnedAlpha }: EpochFrame): Map<string, bigint> {
  return new Map(names.map((name, uid) => [name, earnedAlpha[uid] ?? 0n]))
}

export function hotkeysOf(neurons: readonly NetworkNeuron[]): Map<string, Hotkey> {
  return new Map(neurons.map(({ name, hotkey }) => [name, hotkey]))
}
