import { describe, expect, it } from 'vitest'
import {
  BlocksGoneError,
  BlockTooLargeError,
  CallRejectedError,
  ChainClosedError,
  ChainConnectionError,
  ChainRequestError,
  SubnetNotExistsError,
} from '../../../src/chain/index.js'
import { refuse } from '../../../src/ledger/index.js'

describe('errors of a chain', () => {
  it.each([
    [
      new CallRejectedError(refuse('NonceGap', { nonce: 3, nextNonce: 2 })),
      'NonceGap',
      'The call was rejected (NonceGap): The call has nonce 3, and one of the account with nonce 2 comes first. Put the calls with the nonces from 2 on before it.',
    ],
    [
      new SubnetNotExistsError({ netuid: 9 }),
      'SubnetNotExists',
      "Subnet 9 does not exist. Register one first, or see which exist: chain.query('totals', {}).",
    ],
    [
      new BlocksGoneError({ wantedBlock: 2, oldestBlock: 6 }),
      'BlocksGone',
      'Block 2 is not kept any more; the oldest is 6. Read the state at the head, then follow from the next block.',
    ],
    [
      new BlockTooLargeError({ block: 7, bytes: 20_000_000, mostBytes: 16_777_152 }),
      'BlockTooLarge',
      'Block 7 has 20000000 bytes; a chain node sends at most 16777152 of one. Read the state at the head, then follow from block 8.',
    ],
    [
      new ChainRequestError({ code: 'TooLarge' }),
      'TooLarge',
      'The chain node refused the request: TooLarge. Ask for less: the answer is longer than what a node sends; pages take a limit.',
    ],
    [
      new ChainClosedError(),
      'ChainClosed',
      'The chain is closed. Finish what waits for the chain before chain.close().',
    ],
    [
      new ChainConnectionError({ fault: 'lost', node: '127.0.0.1:9944' }),
      'ChainConnection',
      'The connection was lost (chain node 127.0.0.1:9944). Ask again; the same signed bytes may be submitted again, they are executed once.',
    ],
    [
      new ChainConnectionError({ fault: 'otherChain', node: '127.0.0.1:9944' }),
      'ChainConnection',
      'Another chain answers than before (chain node 127.0.0.1:9944). Connect anew: nothing of the old chain holds there, no account, no registration and no signed call.',
    ],
    [
      new ChainRequestError({ code: 'TooManyRequests' }),
      'TooManyRequests',
      'The chain node refused the request: TooManyRequests. Wait for answers before asking more; see the log of the node for Internal.',
    ],
  ])('%s', (error, code, message) => {
    expect(error.code).toBe(code)
    expect(error.message).toBe(message)
    expect(error.docsPath).toMatch(/^errors#[a-z-]+$/)
    expect(error.name).toBe(error.constructor.name)
  })
})
