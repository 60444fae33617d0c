import { SeededRandom } from '../../src/math/index.js'
import { largeNetwork } from './largeNetworks.js'
import { type Network, type RowStyle, randomNetwork } from './randomNetworks.js'

const MIDDLE: readonly number[] = [64, 70, 96, 130]

const STYLES: readonly RowStyle[] = [...Array<RowStyle>(14).fill('ordered'), 'unordered', 'anyhow']

/** The network with one number in the endless series of a seed: mostly small, some of dozens, a few of hundreds of neurons. */
export function networkAt(seed: string, index: number): Network {
  const random = new SeededRandom(`${seed} ${index}`)
  if (random.int(64) === 0) return largeNetwork(random)
  return randomNetwork(random, random.pick(STYLES), random.int(16) === 0 ? MIDDLE : undefined)
}
