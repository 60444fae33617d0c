import type { AsyncHook } from 'node:async_hooks'
import { AsyncContext } from '../../clock/index.js'

/** In which replay something is done. */
const watched = new AsyncContext<OutsideWaits>()

/** What a `play` may not wait for but at a door: time and the network. Work that always ends the same, such as hashing, is none of them. */
const KINDS: Readonly<Record<string, string>> = {
  Timeout: 'a timer',
  TCPWRAP: 'a socket',
  TCPCONNECTWRAP: 'a socket',
  PIPEWRAP: 'a socket',
  UDPWRAP: 'a socket',
  GETADDRINFOREQWRAP: 'a look-up of a name',
}

/** Something of the outside that a `play` made, and where. */
interface Found {
  readonly what: string
  readonly at: string | undefined
}

/** Sees timers and sockets that are made in the course of a `play`. Where the platform does not tell, it sees none. */
export class OutsideWaits {
  readonly #alive = new Map<number, Found>()
  readonly #hook: AsyncHook | undefined
  #fired: Found | undefined

  constructor() {
    this.#hook = globalThis.process?.getBuiltinModule?.('node:async_hooks')?.createHook({
      init: (id, type) => {
        const what = KINDS[type]
        if (what === undefined || watched.current !== this) return
        this.#alive.set(id, { what, at: ownLine(new Error('here').stack) })
      },
      before: (id) => {
        this.#fired ??= this.#alive.get(id)
      },
      destroy: (id) => {
        this.#alive.delete(id)
      },
    })
  }

  /** What was made and not given up, or has called back. */
  get found(): Found | undefined {
    if (this.#fired !== undefined) return this.#fired
    const [first] = this.#alive.values()
    return first
  }

  /** Runs what is watched. */
  watch<T>(play: () => T): T {
    this.#hook?.enable()
    return watched.run(this, play)
  }

  end(): void {
    this.#hook?.disable()
  }
}

/** The first place that is neither the hook's, which stands first, nor in the platform. */
function ownLine(stack: string | undefined): string | undefined {
  return stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(1)
    .find((line) => !/\bnode:/.test(line))
    ?.trim()
    .replace(/^at /, '')
}
