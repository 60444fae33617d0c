import { assert } from '../errors/index.js'
import type { OpenedCall, Receipt } from '../ledger/index.js'

interface WaitingTestCall {
  readonly call: OpenedCall
  readonly resolve: (receipt: Receipt) => void
  readonly reject: (error: unknown) => void
}

/** Calls of test origin until the next block, which takes all of them before any other. */
export class TestCalls {
  #waiting: WaitingTestCall[] = []

  /** Lets a call wait for its receipt. */
  add(call: OpenedCall): Promise<Receipt> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ call, resolve, reject })
    })
  }

  get calls(): readonly OpenedCall[] {
    return this.#waiting.map(({ call }) => call)
  }

  /** Hands out the receipts of a block that took all. None is dropped where they are allowed, and they come first in every order of calls. */
  settle(receipts: readonly Receipt[]): void {
    const settled = this.#waiting
    this.#waiting = []
    for (const [at, { resolve }] of settled.entries()) {
      const receipt = receipts[at]
      assert(receipt?.origin === 'test', 'a call of test origin has its receipt')
      resolve(receipt)
    }
  }

  clear(error: () => unknown): void {
    const left = this.#waiting
    this.#waiting = []
    for (const { reject } of left) reject(error())
  }
}
