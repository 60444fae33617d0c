/*
 * What the types of calls and of what carries them say, and what they refuse. Compiled with the other tests, never run: a line that ought to be
 * refused and is not fails the compiler.
 */
import nodeTest from 'node:test'
import { describe, expectTypeOf, it } from 'vitest'
import type { Axon, AxonTransport, CallContext } from '../../src/axon/index.js'
import {
  type CallFailedError,
  type CallOptions,
  type Dendrite,
  type DendriteOptions,
  type FailureStatus,
  failureOf,
  type Target,
} from '../../src/dendrite/index.js'
import type { IncentiveMechanism } from '../../src/mechanism/index.js'
import type { AnswerContext } from '../../src/neuron/index.js'
import type { CallResult, StreamSynapse, Synapse } from '../../src/synapse/index.js'
import {
  type TestPair,
  type TransportUnderTest,
  testNetwork,
  transportContract,
} from '../../src/testing/index.js'

export async function results(
  dendrite: Dendrite,
  synapse: Synapse<{ a: number }, string>,
  target: Target,
): Promise<void> {
  const result = await dendrite.call(synapse, target, { a: 1 })
  expectTypeOf(result).toEqualTypeOf<CallResult<string>>()
  // @ts-expect-error only a failed call says so
  result.unhandled
  if (result.status === 'ok') expectTypeOf(result.answer).toEqualTypeOf<string>()
  else {
    expectTypeOf(result.unhandled).toEqualTypeOf<boolean>()
    expectTypeOf(result.requestId).toEqualTypeOf<string>()
    expectTypeOf(result.status).toEqualTypeOf<FailureStatus>()
    // @ts-expect-error a failed call has no answer
    result.answer
  }
}

export function scopes(
  dendrite: Dendrite,
  axon: Axon,
  synapse: Synapse<number, number>,
  target: Target,
): void {
  axon.handle(synapse, async (value, context) => {
    expectTypeOf(context).toEqualTypeOf<CallContext>()
    const result = await dendrite.call(synapse, target, value, { within: context })
    return result.status === 'ok' ? result.answer : 0
  })
  const within = (context: AnswerContext<number, number>): CallOptions => ({ within: context })
  expectTypeOf(within).returns.toEqualTypeOf<CallOptions>()
  // @ts-expect-error a signal alone is no scope
  dendrite.call(synapse, target, 1, { within: { signal: AbortSignal.abort() } })
  // @ts-expect-error no option of a call
  dendrite.call(synapse, target, 1, { id: 'order-7' })
}

export async function streams(
  dendrite: Dendrite,
  synapse: StreamSynapse<number, string>,
  target: Target,
): Promise<void> {
  for await (const chunk of dendrite.stream(synapse, target, 1)) expectTypeOf(chunk).toEqualTypeOf<string>()
  expectTypeOf<CallFailedError['unhandled']>().toEqualTypeOf<boolean>()
}

export function transports(server: AxonTransport): void {
  failureOf('overloaded', true)
  // @ts-expect-error a success is no failure
  failureOf('ok', true)
  // @ts-expect-error the flag is missing
  failureOf('overloaded')
  expectTypeOf(server.listen).parameter(0).toHaveProperty('accept')
  // @ts-expect-error a transport is a function of what the dendrite hands it
  const options: DendriteOptions['transport'] = { kind: 'mine' }
  expectTypeOf(options).not.toBeAny()
}

export function contracts(transport: TransportUnderTest): void {
  transportContract({ describe, it }, transport)
  transportContract({ describe: nodeTest.describe, it: nodeTest.it }, transport)
  // @ts-expect-error no feature of that name
  transportContract({ describe, it }, { ...transport, lacks: { speed: 'slow' } })
}

export async function rehearsals(
  mechanism: IncentiveMechanism<string, number>,
  pair: TestPair,
): Promise<void> {
  const miners = [{ name: 'a', answer: (task: string) => task.length }]
  const { earnedAlpha } = await testNetwork({ mechanism, miners, validators: 1, epochs: 2 })
  expectTypeOf(earnedAlpha).toEqualTypeOf<ReadonlyMap<string, bigint>>()
  const wrong = [{ name: 'a', answer: (task: string) => task }]
  // @ts-expect-error its answers are no numbers
  await testNetwork({ mechanism, miners: wrong, validators: 1, epochs: 2 })
  // @ts-expect-error a rehearsal is in virtual time
  await testNetwork({ mechanism, miners, validators: 1, epochs: 2, time: 'real' })
  for (const event of pair.events)
    if (event.name === 'answered') expectTypeOf(event.elapsedMs).toEqualTypeOf<number>()
}
