import type { Receipt } from '../ledger/index.js'
import type { BlockNumber } from '../units/index.js'

/** Receipts kept at most; of about half a kilobyte each. */
const MAX_RECEIPTS = 65_536

/**
 * Receipts of the calls in the last blocks by call: whoever asks again with the same bytes is told what became of them, and not
 * that their nonce is used. Kept for as long as a call can be valid, and at most {@link MAX_RECEIPTS}.
 */
export class IncludedCalls {
  readonly #windowBlocks: number
  readonly #maxReceipts: number
  readonly #byHash = new Map<string, Receipt>()
  readonly #blocks: { readonly number: BlockNumber; readonly receipts: readonly Receipt[] }[] = []
  /** Every call in this block and those after it is known. */
  #completeFrom: BlockNumber = 0

  constructor(options: { windowBlocks: number; maxReceipts?: number }) {
    this.#windowBlocks = options.windowBlocks
    this.#maxReceipts = options.maxReceipts ?? MAX_RECEIPTS
  }

  push(number: BlockNumber, receipts: readonly Receipt[]): void {
    for (const receipt of receipts) this.#byHash.set(receipt.callHash, receipt)
    if (receipts.length > 0) this.#blocks.push({ number, receipts })
    while (this.#blocks.length > 0 && this.#mustGo(this.#blocks[0]!.number, number)) {
      const oldest = this.#blocks.shift()!
      for (const { callHash } of oldest.receipts) this.#byHash.delete(callHash)
      this.#completeFrom = oldest.number + 1
    }
  }

  receiptOf(callHash: string): Receipt | undefined {
    return this.#byHash.get(callHash)
  }

  /**
   * Whether a call that is not known here may have been in a block all the same.
   *
   * @param signedAt - the recent block that it names; `undefined` when that is too old to be known.
   */
  mayHaveForgotten(signedAt: BlockNumber | undefined): boolean {
    return this.#completeFrom > 0 && (signedAt === undefined || signedAt + 1 < this.#completeFrom)
  }

  #mustGo(oldest: BlockNumber, newest: BlockNumber): boolean {
    return oldest <= newest - this.#windowBlocks || this.#byHash.size > this.#maxReceipts
  }
}
