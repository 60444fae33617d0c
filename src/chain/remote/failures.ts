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

/** The error a node told; what no node of this version would have told is an internal one. */
export function errorOf(failure: CanonicalValue): Error {
  const [kind, first = null, second = null, third = null] = Array.isArray(failure)
    ? (failure as readonly CanonicalValue[])
    : []
  switch (kind) {
    case 'CallRejected': {
      const rejection = read(first)
      if (fits(rejectionShape, rejection)) return new CallRejectedError(rejection as Rejection)
      break
    }
    case 'BlocksGone':
      if (isNumber(first) && isNumber(second))
        return new BlocksGoneError({ wantedBlock: first, oldestBlock: second })
      break
    case 'BlockTooLarge':
      if (isNumber(first) && isNumber(second) && isNumber(third))
        return new BlockTooLargeError({ block: first, bytes: second, mostBytes: third })
      break
    case 'InvalidArgument':
      if (isText(first) && isText(third))
        return new InvalidArgumentError({ field: first, value: second, remedy: third })
      break
    case 'Request':
      if (isText(first)) return new ChainRequestError({ code: first })
  }
  return new ChainRequestError({ code: 'Internal' })
}

/** A value from the wire; `undefined` for one that nobody writes there. */
function read(value: CanonicalValue): unknown {
  try {
    return fromWire(value)
  } catch {
    // Of strangers: whatever is wrong with it, it is none.
    return undefined
  }
}

function isNumber(value: CanonicalValue): value is number {
  return typeof value === 'number'
}

function isText(value: CanonicalValue): value is string {
  return typeof value === 'string'
}
