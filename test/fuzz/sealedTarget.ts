import type { FuzzRandom } from './FuzzRandom.js'
import type { FuzzTarget } from './FuzzTarget.js'
import { mutated } from './mutate.js'

/** Something that opens for its holder alone, and to nothing but what was sealed in it. */
export interface SealedOptions {
  readonly share: number
  readonly sealed: Uint8Array
  readonly content: Uint8Array
  /** What is in it; `undefined` when it is refused. */
  readonly open: (input: Uint8Array) => Uint8Array | undefined | Promise<Uint8Array | undefined>
  /** The only errors that it may throw; each counts as refused. */
  readonly refusals?: readonly (abstract new (
    ...args: never[]
  ) => Error)[]
}

/** As long as a proof over curves may take on a busy machine. */
const OPENING_MS = 5_000

/** What is sealed, made wrong: it is refused, or it opens to what it held. */
export function sealed(name: string, options: SealedOptions): FuzzTarget {
  const { share, content, open, refusals = [] } = options
  return {
    name,
    share,
    async try(random: FuzzRandom) {
      const input = mutated(options.sealed, random)
      const shown = (): string => Buffer.from(input).toString('hex').slice(0, 2_000)
      const began = performance.now()
      let opened: Uint8Array | undefined
      try {
        opened = await open(input)
      } catch (error) {
        if (!refusals.some((refusal) => error instanceof refusal)) throw error
      }
      const ms = performance.now() - began
      if (ms > OPENING_MS) throw new TypeError(`it took ${Math.round(ms)} ms of ${shown()}`)
      if (opened !== undefined && !Buffer.from(opened).equals(content))
        throw new TypeError(`it opened to something else: ${shown()}`)
      if (opened === undefined && Buffer.from(input).equals(options.sealed))
        throw new TypeError('it refused what was sealed')
      return { isAccepted: opened !== undefined, ms, bytes: 0 }
    },
  }
}
