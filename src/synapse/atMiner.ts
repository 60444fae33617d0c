import type { StandardSchemaV1 } from '@standard-schema/spec'
import { assertSynapse } from './assertSynapse.js'
import { defineStream, defineSynapse } from './defineSynapse.js'
import type { StreamSynapse, Synapse } from './types.js'

/** A request, and the hotkey of the miner that it is for. */
export interface AtMiner<Request> {
  readonly miner: string
  readonly request: Request
}

/**
 * A synapse that a validator sells to customers, asked of a miner that the customer names: `call(atMiner(synapse), validator, { miner, request })`. Asked without it, the
 * validator chooses.
 *
 * @throws InvalidArgumentError for what is no synapse, or one whose name has more than 58 characters.
 *
 * @example
 * ```ts
 * import { atMiner, defineSynapse } from 'subnetkit/synapse'
 * import { z } from 'zod'
 *
 * const rent = defineSynapse({ name: 'rent', request: z.object({ hours: z.int() }), answer: z.object({ lease: z.string() }) })
 * const rentAt = atMiner(rent) // asked with { miner: hotkey, request: { hours: 3 } }
 * ```
 */
export function atMiner<Request, Answer>(synapse: Synapse<Request, Answer>): Synapse<AtMiner<Request>, Answer>
export function atMiner<Request, Chunk>(
  synapse: StreamSynapse<Request, Chunk>,
): StreamSynapse<AtMiner<Request>, Chunk>
export function atMiner(synapse: Synapse | StreamSynapse): Synapse | StreamSynapse
export function atMiner(synapse: Synapse | StreamSynapse): Synapse | StreamSynapse {
  assertSynapse('synapse', synapse)
  const name = `${synapse.name}.miner`
  const request = atMinerSchema(synapse.request)
  const { idempotent } = synapse
  const shared = { name, request, ...(idempotent === undefined ? {} : { idempotent }) }
  return synapse.kind === 'unary'
    ? defineSynapse({ ...shared, answer: synapse.answer })
    : defineStream({ ...shared, chunk: synapse.chunk })
}

type Result<Request> = StandardSchemaV1.Result<AtMiner<Request>>

function atMinerSchema<Request>(
  inner: StandardSchemaV1<unknown, Request>,
): StandardSchemaV1<unknown, AtMiner<Request>> {
  const validate = (value: unknown): Result<Request> | Promise<Result<Request>> => {
    const { miner, request } = (value ?? {}) as Partial<Record<string, unknown>>
    if (typeof miner !== 'string')
      return { issues: [{ message: 'Pass the hotkey of a miner.', path: ['miner'] }] }
    const wrapped = (result: StandardSchemaV1.Result<Request>): Result<Request> =>
      result.issues === undefined
        ? { value: { miner, request: result.value } }
        : { issues: result.issues.map((issue) => ({ ...issue, path: ['request', ...(issue.path ?? [])] })) }
    const result = inner['~standard'].validate(request)
    return result instanceof Promise ? result.then(wrapped) : wrapped(result)
  }
  return { '~standard': { version: 1, vendor: 'subnetkit', validate } }
}
