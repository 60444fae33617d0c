import { fits, plainObject, shape, text } from '../../checks/index.js'
import type { CanonicalValue } from '../../codec/index.js'
import { describeValue, InvalidArgumentError } from '../../errors/index.js'
import {
  BlocksGoneError,
  BlockTooLargeError,
  CallRejectedError,
  ChainRequestError,
  type Rejection,
} from '../chainErrors.js'
import { fromWire, toWire } from './wireValues.js'

/** What a node of this version says of a call that cannot enter a block. */
const rejectionShape = shape<Rejection>({
  error: text(),
  data: plainObject,
  detail: text(),
  remedy: text(),
})

/**
 * An error as a node tells it: its kind and the fields a client needs to make the same error again. What a
 * client could not have caused travels as `Internal` and nothing else.
 */
export function failureOf(error: unknown): CanonicalValue {
  if (error instanceof CallRejectedError) return ['CallRejected', toWire(error.rejection)]
  if (error instanceof BlocksGoneError) return ['BlocksGone', error.wantedBlock, error.oldestBlock]
  if (error instanceof BlockTooLargeError) return ['BlockTooLarge', error.block, error.bytes, error.mostBytes]
  if (error instanceof ChainRequestError) return ['Request', error.code]
  if (error instanceof InvalidArgumentError) {
    return ['InvalidArgument', error.field, describeValue(error.value), error.hints.join(' ')]
  }
  return ['Request', 'Internal']
}

/** The error a node told. */
export function errorOf(failure: CanonicalValue): Error {
  const [kind, ...fields] = Array.isArray(failure) ? (failure as readonly CanonicalValue[]) : []
  const [first, second, third] = fields
  if (kind === 'CallRejected') {
    const rejection = fromWire(first ?? null)
    if (fits(rejectionShape, rejection)) return new CallRejectedError(rejection as Rejection)
  }
  if (kind === 'BlocksGone') {
    return new BlocksGoneError({ wantedBlock: Number(first), oldestBlock: Number(second) })
  }
  if (kind === 'BlockTooLarge') {
    return new BlockTooLargeError({ block: Number(first), bytes: Number(second), mostBytes: Number(third) })
  }
  if (kind === 'InvalidArgument') {
    return new InvalidArgumentError({ field: String(first), value: second, remedy: String(third) })
  }
  return new ChainRequestError({ code: kind === 'Request' ? String(first) : 'Internal' })
}
