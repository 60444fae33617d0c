// Runs in the page: backends that live here, called from outside.
import { type BackendOptions, type ComputeBackend, createBackend } from '../../../src/compute/index.js'
import { decode, encode } from './wire.js'

const backends: ComputeBackend[] = []

/** Opens a backend; the answer holds its number. */
export async function open(options: BackendOptions): Promise<string> {
  try {
    const backend = await createBackend(options)
    return encode({ result: backends.push(backend) - 1, info: backend.info })
  } catch (error) {
    return encode({ fault: fieldsOf(error) })
  }
}

/** Calls a method. That it leaves its inputs as they are can only be seen here. */
export async function call(backend: number, method: string, args: string): Promise<string> {
  const on = backends[backend]!
  const inputs = decode(args) as unknown[]
  try {
    const work = on[method as 'ema'] as (...inputs: unknown[]) => Promise<unknown>
    const result = await work.apply(on, inputs)
    if (encode(inputs) !== args) throw new TypeError(`${method} changed its inputs`)
    return encode({ result, info: on.info })
  } catch (error) {
    return encode({ fault: fieldsOf(error), info: on.info })
  }
}

function fieldsOf(error: unknown): Record<string, unknown> {
  const { name, message, ...rest } = error as Error
  return { name, message, ...rest, cause: undefined }
}
