import { check, func, listOf, oneOf, optional, plainObject, shape, text } from '../checks/index.js'
import { statusTable } from '../synapse/index.js'
import { declareCalls } from './contract/calls.js'
import { declareLife } from './contract/life.js'
import { declareRefusals } from './contract/refusals.js'
import { declareStreams } from './contract/streams.js'
import { type Declare, TransportScene } from './contract/TransportScene.js'
import {
  type TestRunner,
  TRANSPORT_FEATURES,
  type TransportIntruder,
  type TransportLiar,
  type TransportUnderTest,
} from './contract/types.js'

const runnerShape = shape<TestRunner>({ describe: func, it: func })
const transportShape = shape<TransportUnderTest>({
  name: text({ min: 1 }),
  open: func,
  scheme: optional(oneOf(['ed25519', 'sr25519'])),
  lacks: optional(plainObject),
  liars: optional(
    listOf(
      shape<TransportLiar>({
        name: text({ min: 1 }),
        serve: func,
        status: optional(oneOf(Object.keys(statusTable).filter((status) => status !== 'ok'))),
        kind: optional(oneOf(['unary', 'stream'])),
      }),
    ),
  ),
  intruders: optional(listOf(shape<TransportIntruder>({ name: text({ min: 1 }), intrude: func }))),
})
const reason = text({ min: 1 })
const feature = oneOf(TRANSPORT_FEATURES)

/**
 * Declares a suite that states all that a transport must hold between an `Axon` and a `Dendrite`: calls, streams, refusals, deadlines,
 * cancelling, who comes and goes, and that nothing is left afterwards. It asserts with `node:assert` and is declared with the functions of
 * whichever test runner is handed in.
 *
 * What a transport lacks is said by the transport, each with a reason, which the suite prints as a title of its own. On a `VirtualClock`
 * the suite moves time itself, and holds the transport to leaving no timer behind.
 *
 * @throws InvalidArgumentError naming what is wrong, such as a feature that there is none of.
 *
 * @example
 * ```ts
 * import { transportContract } from 'subnetkit/testing'
 * import { createMemoryNetwork } from 'subnetkit/transport'
 * import { describe, it } from 'vitest'
 *
 * transportContract({ describe, it }, {
 *   name: 'sessions in memory',
 *   open() {
 *     const carrier = createMemoryNetwork()
 *     return { axon: { carrier }, dendrite: { carrier } }
 *   },
 * })
 * ```
 */
export function transportContract(runner: TestRunner, transport: TransportUnderTest): void {
  check('runner', runnerShape, runner)
  check('transport', transportShape, transport)
  const lacks = Object.entries(transport.lacks ?? {})
  for (const [name, why] of lacks) {
    check('transport.lacks', feature, name)
    check(`transport.lacks.${name}`, reason, why)
  }
  const lacking: ReadonlySet<string> = new Set(lacks.map(([name]) => name))
  const { describe, it } = runner
  const state: Declare = (title, needs, statement) => {
    if (needs.some((name) => lacking.has(name))) return
    it(title, () => TransportScene.play(transport, statement))
  }
  describe(`transport contract: ${transport.name}`, () => {
    declareCalls(state)
    declareRefusals(state)
    declareStreams(state)
    declareLife(state, transport)
    for (const [name, why] of lacks) {
      // Nothing to try: the runner prints why.
      it(`lacks ${name}: ${why}`, async () => {})
    }
  })
}
