import type { EpochFrame } from 'subnetkit/metagraph'
import type { NetworkNeuron } from 'subnetkit/network'
import type { Hotkey } from 'subnetkit/units'

/** Sums what frames say of pay, by name. */
export class Pay {
  readonly earnedAlpha = new Map<string, bigint>()

  add({ names, earnedAlpha }: EpochFrame): void {
    for (const [uid, name] of names.entries()) {
      this.earnedAlpha.set(name, (this.earnedAlpha.get(name) ?? 0n) + (earnedAlpha[uid] ?? 0n))
    }
  }
}

export function hotkeysOf(neurons: readonly NetworkNeuron[]): Map<string, Hotkey> {
  return new Map(neurons.map(({ name, hotkey }) => [name, hotkey]))
}
