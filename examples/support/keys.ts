import { type KeyPair, keyPairFromSeed, sha256 } from 'subnetkit/crypto'

/** One of the keys of somebody in a run, which follow from the run's seed. */
export function keyOf(seed: string, name: string, which: 'coldkey' | 'hotkey' | 'buyer'): KeyPair {
  return keyPairFromSeed(sha256(new TextEncoder().encode(JSON.stringify([seed, name, which]))))
}
