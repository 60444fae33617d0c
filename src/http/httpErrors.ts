import { BaseError } from '../errors/index.js'

/**
 * Why a signed request was not taken.
 *
 * - `malformed`: a header is missing, is there twice or is not in the one form that is spoken.
 * - `badSignature`: it is not the sender's, is of another scheme than the sender's, or covers something else.
 * - `wrongReceiver`: it was signed for somebody else.
 * - `stale`: its time lies outside the window, or before the start of a server that remembers nothing of before.
 * - `replayed`: it was used already.
 * - `unknownSender`: nothing says by which scheme this sender signs.
 * - `tooMany`: a bound on remembered requests was reached.
 * - `unavailable`: a store or registry gave no answer, so nobody is let in.
 */
export type RequestRefusal =
  | 'malformed'
  | 'badSignature'
  | 'wrongReceiver'
  | 'stale'
  | 'replayed'
  | 'unknownSender'
  | 'tooMany'
  | 'unavailable'

/** The HTTP status of each refusal unless its protocol has another. */
const statuses: Readonly<Record<RequestRefusal, number>> = {
  malformed: 401,
  badSignature: 401,
  wrongReceiver: 401,
  stale: 401,
  replayed: 401,
  unknownSender: 401,
  tooMany: 429,
  unavailable: 503,
}

/** A signed request was not taken. Its sentence may be sent to the caller: it holds neither signature nor content. */
export class RequestRefusedError extends BaseError {
  override readonly name = 'RequestRefusedError'
  readonly code = 'RequestRefused'
  readonly refusal: RequestRefusal
  /** The HTTP status that says the same. */
  readonly httpStatus: number

  constructor(details: { refusal: RequestRefusal; why: string; httpStatus?: number; cause?: unknown }) {
    super(details.why, {
      hints: ['The caller signs each attempt anew, for the hotkey it calls, with a clock that is right.'],
      docsPath: 'errors#request-refused',
      cause: details.cause,
    })
    this.refusal = details.refusal
    this.httpStatus = details.httpStatus ?? statuses[details.refusal]
  }
}

/** What JSON has no form for. */
export type JsonFault = 'notJson' | 'notFinite' | 'loneSurrogate' | 'protoKey' | 'tooDeep' | 'tooManyValues'

const faults: Readonly<Record<JsonFault, readonly [what: string, remedy: string]>> = {
  notJson: [
    'is of a kind that JSON does not have',
    'Send text, numbers, true, false, null, arrays and plain objects; arrays of numbers go by encodeTensor.',
  ],
  notFinite: ['is a number that JSON does not have', 'Send a finite number, or null.'],
  loneSurrogate: ['is text with half of a surrogate pair', 'Send text that is Unicode.'],
  protoKey: ['is a key that objects treat as their prototype', 'Choose another key.'],
  tooDeep: ['lies too deep, or contains itself', 'Send it flatter: 32 levels are allowed.'],
  tooManyValues: ['is one value too many', 'Send less: 131,072 values are allowed.'],
}

/** A value would not arrive as it was sent, so it is not sent. */
export class NotJsonError extends BaseError {
  override readonly name = 'NotJsonError'
  readonly code = 'NotJson'
  readonly fault: JsonFault
  /** Where it is: `answer.scores[3]`. */
  readonly path: string

  constructor(details: { fault: JsonFault; path: string }) {
    const [what, remedy] = faults[details.fault]
    super(`The value cannot travel over HTTP: ${details.path} ${what}.`, {
      hints: [remedy],
      docsPath: 'errors#not-json',
    })
    this.fault = details.fault
    this.path = details.path
  }
}

/** A synapse cannot be spoken in a protocol of the reference, or printed as its class. */
export class NotPythonError extends BaseError {
  override readonly name = 'NotPythonError'
  readonly code = 'NotPython'
  readonly synapse: string
  /** Which part: `request.count`. */
  readonly path: string

  constructor(details: { synapse: string; path: string; why: string; remedy: string; cause?: unknown }) {
    super(`Synapse ${details.synapse} has no form in Python: ${details.path} ${details.why}.`, {
      hints: [details.remedy],
      docsPath: 'errors#not-python',
      cause: details.cause,
    })
    this.synapse = details.synapse
    this.path = details.path
  }
}

/** Bytes that should be a tensor are none, or one of a kind that is not read. */
export class MalformedTensorError extends BaseError {
  override readonly name = 'MalformedTensorError'
  readonly code = 'MalformedTensor'

  constructor(details: { why: string; cause?: unknown }) {
    super(`This is no tensor: ${details.why}.`, {
      hints: ['The peer is broken or hostile; tensors of Python objects are never read.'],
      docsPath: 'errors#malformed-tensor',
      cause: details.cause,
    })
  }
}
