/**
 * The floors of the house: a room imports only from rooms on lower floors, through their `index.js`.
 * This table is what the check, the build and docs/architecture.md are held to.
 *
 * @type {readonly { readonly floor: number, readonly rooms: readonly string[] }[]}
 */
export const floors = [
  { floor: 0, rooms: ['errors'] },
  { floor: 1, rooms: ['checks', 'units'] },
  { floor: 2, rooms: ['clock', 'codec', 'crypto', 'files', 'log', 'math'] },
  { floor: 3, rooms: ['compute', 'consensus', 'emission', 'synapse', 'timelock', 'transport'] },
  { floor: 4, rooms: ['artefact', 'axon', 'dendrite', 'engine', 'ledger', 'metagraph', 'sandbox', 'wallet'] },
  { floor: 5, rooms: ['chain', 'http', 'mechanism', 'router', 'tracing'] },
  { floor: 6, rooms: ['neuron', 'simulation'] },
  { floor: 7, rooms: ['monitor', 'network', 'report'] },
  { floor: 8, rooms: ['cli', 'testing'] },
]

/** Rooms that are synchronous, read no clock, randomness or environment, and also run in a browser. */
export const pureRooms = [
  'errors',
  'checks',
  'units',
  'math',
  'crypto',
  'codec',
  'consensus',
  'emission',
  'synapse',
  'timelock',
  'ledger',
]

/** Pure rooms whose numbers decide state: no power of two numbers either, since engines may round it differently. */
export const exactRooms = ['math', 'consensus', 'emission', 'ledger']

/** Rooms without a subpath: what only the others need, and the command line. */
const innerRooms = ['checks', 'files', 'cli']

/** Rooms that have a subpath of their own, `subnetkit/<room>`. */
export const publicRooms = floors.flatMap(({ rooms }) => rooms).filter((room) => !innerRooms.includes(room))

/** Floor of a room; `index.ts` at the top of `src/` stands above all. */
export function floorOf(room) {
  if (room === '') return floors.length
  return floors.find(({ rooms }) => rooms.includes(room))?.floor
}
