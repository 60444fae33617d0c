import { describe, expect, test } from 'vitest'
import { type CallDoor, sendCall } from '../../../src/chain/calls/sendCall.js'
import { Turns } from '../../../src/chain/calls/Turns.js'
import {
  CallRejectedError,
  ChainConnectionError,
  ChainRequestError,
  type Rejection,
} from '../../../src/chain/index.js'
import { decodeCanonical } from '../../../src/codec/index.js'
import { AbortedError } from '../../../src/errors/index.js'
import type { BlockHeader, Receipt } from '../../../src/ledger/index.js'
import { keyOf } from '../ledger/harness.js'

const alice = keyOf('alice')
const HASH = 'ab'.repeat(32)

const rejected = (error: string): CallRejectedError =>
  new CallRejectedError({ error, data: {}, detail: '', remedy: '' } as unknown as Rejection)
const busy = (): ChainRequestError => new ChainRequestError({ code: 'TooManyRequests' })
const lost = (): ChainConnectionError => new ChainConnectionError({ fault: 'lost', node: 'n:1' })

/** A door that answers as told, and remembers which bytes it was given. */
class Door implements CallDoor {
  readonly genesisHash = HASH
  readonly callWindowBlocks = 64
  readonly seen: Uint8Array[] = []
  chainNonces: number[] = []
  nonces: number[]
  blocks = 0
  readonly #answers: (Error | 'receipt')[]

  constructor(answers: (Error | 'receipt')[], nonces: number[] = [0]) {
    this.#answers = answers
    this.nonces = nonces
  }

  signingPlace() {
    const nonce = this.nonces.length > 1 ? this.nonces.shift()! : this.nonces[0]!
    return { nonce, head: { number: this.blocks, hash: HASH } as BlockHeader }
  }

  async submit(bytes: Uint8Array): Promise<Receipt> {
    this.seen.push(bytes)
    const answer = this.#answers.shift()
    if (answer === 'receipt') return { nonce: 7 } as Receipt
    throw answer ?? rejected('Expired')
  }

  salt(): undefined {}

  async chainNonce(): Promise<number> {
    return this.chainNonces.shift() ?? 0
  }

  async nextBlock(signal: AbortSignal | undefined): Promise<void> {
    this.blocks++
    if (signal?.aborted) throw new AbortedError({ what: 'x', cause: signal.reason })
  }

  /** Nonces of what it was given. */
  get signed(): number[] {
    return this.seen.map((bytes) => {
      const [, , payload] = decodeCanonical(bytes) as [string, Uint8Array, Uint8Array]
      return (decodeCanonical(payload) as unknown[])[2] as number
    })
  }
}

const send = (door: Door, signal?: AbortSignal): Promise<Receipt> =>
  sendCall(
    door,
    { signer: alice, name: 'startSubnet', args: { netuid: 1 } },
    signal === undefined ? {} : { signal },
  )

describe('a call on its way', () => {
  test('is signed anew when others took its nonce', async () => {
    const door = new Door([rejected('StaleNonce'), rejected('StaleNonce'), 'receipt'], [3, 4, 5])
    expect(await send(door)).toEqual({ nonce: 7 })
    expect(door.signed).toEqual([3, 4, 5])
  })

  test('is sent again as the same bytes after a loss', async () => {
    const door = new Door([lost(), lost(), 'receipt'], [3, 4])
    await send(door)
    expect(door.signed).toEqual([3, 3, 3])
    expect(new Set(door.seen.map((bytes) => bytes.join())).size).toBe(1)
  })

  test('is not signed anew after a loss while its nonce is free on chain: a copy may still be under way', async () => {
    const door = new Door([lost(), rejected('StaleNonce'), rejected('StaleNonce'), 'receipt'], [3, 4])
    door.chainNonces = [3, 3]
    await send(door)
    expect(door.signed).toEqual([3, 3, 3, 3])
    expect(door.blocks).toBe(2)
  })

  test('is signed anew after a loss once its nonce was used and the same bytes were refused after that', async () => {
    const door = new Door([lost(), rejected('StaleNonce'), rejected('StaleNonce'), 'receipt'], [3, 4])
    door.chainNonces = [4]
    await send(door)
    expect(door.signed).toEqual([3, 3, 3, 4])
  })

  test('takes the receipt of its first copy, also when its nonce was seen to be used', async () => {
    const door = new Door([lost(), rejected('StaleNonce'), 'receipt'], [3, 4])
    door.chainNonces = [4]
    await send(door)
    expect(door.signed).toEqual([3, 3, 3])
  })

  test('waits from block to block while there is no room, as the same bytes, until it expires', async () => {
    const full = Array.from({ length: 5 }, () => rejected('MempoolFull'))
    const door = new Door([...full, 'receipt'], [3, 4])
    await send(door)
    expect(door.signed).toEqual([3, 3, 3, 3, 3, 3])
    const late = new Door([...full, rejected('Expired')])
    await expect(send(late)).rejects.toMatchObject({ code: 'Expired' })
    expect(late.blocks).toBe(5)
  })

  test('waits from block to block while the node has too many requests, as the same bytes', async () => {
    const door = new Door([busy(), busy(), 'receipt'])
    await send(door)
    expect(door.blocks).toBe(2)
    expect(new Set(door.seen.map(String)).size).toBe(1)
  })

  test('is not signed anew because the node gave up its answer: it may have taken the bytes', async () => {
    const door = new Door([busy(), rejected('StaleNonce'), 'receipt'])
    door.chainNonces = [0]
    await send(door)
    expect(door.signed).toEqual([0, 0, 0])
  })

  test('does not wait for ever for a node that always has too many requests', async () => {
    const door = new Door(Array.from({ length: 1_000 }, busy))
    await expect(send(door)).rejects.toThrow(ChainRequestError)
    expect(door.blocks).toBe(256)
  })

  test('ends with its signal while there is no room', async () => {
    const stop = new AbortController()
    const door = new Door(Array.from({ length: 9 }, () => rejected('MempoolFull')))
    const sent = send(door, stop.signal)
    stop.abort()
    await expect(sent).rejects.toThrow(AbortedError)
  })

  test('ends with what signing again cannot mend', async () => {
    for (const code of ['WrongChain', 'AncientBirthBlock', 'Expired', 'OutcomeUnknown', 'MalformedCall']) {
      const door = new Door([rejected(code), 'receipt'])
      await expect(send(door)).rejects.toMatchObject({ code })
      expect(door.seen).toHaveLength(1)
    }
    const gone = new ChainConnectionError({ fault: 'otherChain', node: 'n:1' })
    await expect(send(new Door([lost(), gone]))).rejects.toBe(gone)
  })

  test('does not go on for ever with a node that dies of it', async () => {
    const door = new Door(Array.from({ length: 100 }, lost))
    await expect(send(door)).rejects.toMatchObject({ fault: 'lost' })
    expect(door.seen.length).toBeLessThan(20)
  })

  test('is not signed anew past the time of its first signature', async () => {
    const door = new Door(Array.from({ length: 500 }, () => rejected('StaleNonce')))
    const signingPlace = door.signingPlace.bind(door)
    door.signingPlace = () => {
      door.blocks += 10
      return signingPlace()
    }
    await expect(send(door)).rejects.toMatchObject({ code: 'StaleNonce' })
    expect(door.seen.length).toBe(8)
  })
})

describe('turns', () => {
  test('come one after the other by signer, and without a wait where nobody is before', async () => {
    const turns = new Turns()
    const first = turns.take('a')
    const second = turns.take('a')
    expect([first.before, turns.take('b').before]).toEqual([undefined, undefined])
    let passed = false
    void second.before?.then(() => {
      passed = true
    })
    await Promise.resolve()
    expect(passed).toBe(false)
    first.end()
    await second.before
    second.end()
    await Promise.resolve()
    expect(turns.take('a').before).toBe(undefined)
  })

  test('are not passed by those behind one that gave up', async () => {
    const turns = new Turns()
    const first = turns.take('a')
    const second = turns.take('a')
    const third = turns.take('a')
    second.end()
    let passed = false
    void third.before?.then(() => {
      passed = true
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(passed).toBe(false)
    first.end()
    await third.before
  })
})
