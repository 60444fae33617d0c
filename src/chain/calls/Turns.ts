/** One call's turn among those of its signer. */
export interface Turn {
  /** Settles when all calls before it were accepted or given up; `undefined` when they have been. */
  readonly before: Promise<void> | undefined
  /** Lets the next one go. Ending twice does nothing. */
  end(): void
}

interface Last {
  readonly over: Promise<void>
  isOver: boolean
}

/**
 * Lets the calls of one signer go one after the other. One that gives up waiting for its turn does not let the next one pass
 * those before it. Where nobody waits, nothing is awaited.
 */
export class Turns {
  readonly #last = new Map<string, Last>()

  take(signer: string): Turn {
    const previous = this.#last.get(signer)
    const before = previous === undefined || previous.isOver ? undefined : previous.over
    let resolve!: () => void
    const over = new Promise<void>((onResolve) => {
      resolve = onResolve
    })
    const own: Last = { over, isOver: false }
    this.#last.set(signer, own)
    const finish = (): void => {
      own.isOver = true
      if (this.#last.get(signer) === own) this.#last.delete(signer)
      resolve()
    }
    let ended = false
    return {
      before,
      end: () => {
        if (ended) return
        ended = true
        if (before === undefined || previous?.isOver) finish()
        else void before.then(finish)
      },
    }
  }
}
