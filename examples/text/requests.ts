import { SeededRandom } from 'subnetkit/math'
import { LEAST_TOKENS, MOST_TOKENS, type TextRequest } from './protocol.js'

/** How customers begin. */
const openings = [
  'The captain',
  'The whale',
  'An old sailor',
  'My friend',
  'The harpooneer',
  'A young man of Nantucket',
  'The carpenter',
  'Nobody on deck',
]
const actions = [
  'looked at',
  'spoke of',
  'had never seen',
  'turned away from',
  'thought of',
  'was afraid of',
  'laughed at',
  'waited for',
]
const objects = [
  'the sea',
  'the ship',
  'the white whale',
  'his leg',
  'the storm',
  'the boats',
  'the night',
  'God',
]

/** A request as customers make them: what it asks for, and by which seed, follows from the chance that it is given. */
export function drawRequest(random: SeededRandom): TextRequest {
  const prompt = `${random.pick(openings)} ${random.pick(actions)} ${random.pick(objects)}`
  const tokens = LEAST_TOKENS + random.int(MOST_TOKENS - LEAST_TOKENS + 1)
  return { prompt, seed: random.nextU32(), tokens }
}

/** One of a few requests that never change. */
export const testText = (nth: number): TextRequest => drawRequest(new SeededRandom(`test text ${nth}`))
