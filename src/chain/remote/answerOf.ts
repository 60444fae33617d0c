import type { CanonicalValue } from '../../codec/index.js'
import { isAddress } from '../../crypto/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import { checkQuery } from '../../ledger/index.js'
import type { Address } from '../../units/index.js'
import type { Chain, SubmitOptions } from '../Chain.js'
import type { ClientMessage } from './messages.js'
import { toWire } from './wireValues.js'

/** What is answered once. */
export type RequestMessage = Extract<
  ClientMessage,
  readonly ['head' | 'query' | 'nonce' | 'submit', ...unknown[]]
>

/** Asks the chain what a client asked of its node; what it rejects with travels as `failureOf` puts it. */
export async function answerOf(
  message: RequestMessage,
  chain: Chain,
  options: SubmitOptions & { readonly signal: AbortSignal },
): Promise<CanonicalValue> {
  const { signal } = options
  switch (message[0]) {
    case 'head':
      return toWire(await chain.head({ signal }))
    case 'nonce':
      return chain.nextNonce(readAddress(message[2]), { signal })
    case 'submit':
      return toWire(await chain.submit(message[2], options))
    case 'query': {
      const [, , name, args] = message
      checkQuery(name, args)
      return toWire(await chain.query(name, args as never, { signal }))
    }
  }
}

function readAddress(text: string): Address {
  if (isAddress(text)) return text
  throw new InvalidArgumentError({
    field: 'address',
    value: text,
    remedy: 'Pass an address from parseAddress.',
  })
}
