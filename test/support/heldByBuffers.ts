import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** Bytes that buffers hold once what nobody needs any more is collected. */
export function heldByBuffers(): number {
  // What the first collection found is given back by the second.
  for (let count = 0; count < 2; count++) collect()
  return process.memoryUsage().arrayBuffers
}
