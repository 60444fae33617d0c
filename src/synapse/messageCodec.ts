import { bytes as bytesCheck, check } from '../checks/index.js'
import { MsgpackWriter } from './MsgpackWriter.js'
import { type SendableFault, UnencodableMessageError } from './messageErrors.js'
import { readMsgpack } from './readMsgpack.js'

const anyBytes = /* @__PURE__ */ bytesCheck()

/** One at rest serves the next message; a value whose getter packs something needs another one meanwhile. */
const writersAtRest: MsgpackWriter[] = []

/** What is written: a root that errors call it by, how many values count as written already, and the writing itself. */
export interface Writing {
  readonly root: string
  readonly values: number
  readonly write: (writer: MsgpackWriter) => SendableFault | undefined
}

/**
 * Writes something and lends its bytes to `use`: once that returns, the next message is written over them.
 *
 * @throws UnencodableMessageError naming the part that cannot travel, and why.
 */
export function lend<T>({ root, values, write }: Writing, use: (bytes: Uint8Array) => T): T {
  const writer = writersAtRest.pop() ?? new MsgpackWriter()
  writer.begin(values)
  let fault: SendableFault | undefined
  try {
    fault = write(writer)
  } catch (cause) {
    // A getter or a proxy of the caller's threw.
    throw new UnencodableMessageError({ fault: 'unpackable', path: root, cause })
  }
  if (fault !== undefined) throw new UnencodableMessageError({ fault, path: pathOf(root, writer.path) })
  try {
    return use(writer.written)
  } finally {
    writer.rest()
    writersAtRest.push(writer)
  }
}

/** Bytes in memory of their own. */
export function copied(bytes: Uint8Array): Uint8Array {
  return bytes.slice()
}

/**
 * The msgpack bytes of one value, which arrives as it was sent or is refused; Node's `Buffer` arrives as a `Uint8Array` of the same bytes,
 * and what somebody named on a typed array stays behind. Each property is read once, in order.
 *
 * PERF: one pass, and a copy of what it wrote.
 *
 * @throws UnencodableMessageError
 *
 * @example
 * ```ts
 * import { packValue, unpackValue } from 'subnetkit/synapse'
 *
 * unpackValue(packValue({ scores: Float32Array.of(0.5), at: new Date(0) }))
 * ```
 */
export function packValue(value: unknown): Uint8Array {
  return lend({ root: 'value', values: 0, write: (writer) => writer.value(value, 0) }, copied)
}

/**
 * The value of msgpack bytes from a peer. Byte strings come out as views of `bytes`, typed arrays as copies.
 *
 * @throws MalformedMessageError
 *
 * @example
 * ```ts
 * import { packValue, unpackValue } from 'subnetkit/synapse'
 *
 * unpackValue(packValue([1, 'a', null]))
 * ```
 */
export function unpackValue(bytes: Uint8Array): unknown {
  if (!(bytes instanceof Uint8Array)) check('bytes', anyBytes, bytes)
  return readMsgpack(bytes)
}

function pathOf(root: string, path: readonly (string | number)[]): string {
  let text = root
  for (const step of path.toReversed()) text += typeof step === 'number' ? `[${step}]` : `.${step}`
  return text
}
