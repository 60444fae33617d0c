import { assertMade, check, func, having, made, optional, shape } from '../checks/index.js'
import type { CanonicalValue } from '../codec/index.js'
import {
  assertMechanism,
  checkRecord,
  type RoundRecord,
  type SubnetMechanism,
  type WeightPolicy,
} from '../mechanism/index.js'
import { replayRound, Validator, type ValidatorOptions } from '../neuron/index.js'

/** How a validator works, whatever its mechanism is. */
export type AnyValidatorOptions = Omit<ValidatorOptions<never, never, never>, 'mechanism' | 'weights'>

/** A validator that is only started, waited for and stopped. */
export type AnyValidator = Pick<Validator<never, never, never>, 'start' | 'stop' | 'done'>

/** A mechanism of a network besides its first. Made by {@link furtherMechanism}. */
export class FurtherMechanism {
  readonly #validator: (options: AnyValidatorOptions) => AnyValidator
  readonly #replay: (record: RoundRecord) => Promise<unknown>

  constructor(
    mark: typeof made,
    validator: (options: AnyValidatorOptions) => AnyValidator,
    replay: (record: RoundRecord) => Promise<unknown>,
  ) {
    assertMade(mark, 'FurtherMechanism', 'furtherMechanism({ mechanism })')
    this.#validator = validator
    this.#replay = replay
  }

  /** Replays one of its rounds. @throws as `replayRound`. */
  async replay(record: RoundRecord): Promise<void> {
    checkRecord(record)
    await this.#replay(record)
  }

  /** One more validator of it. */
  validator(options: AnyValidatorOptions): AnyValidator {
    return this.#validator(options)
  }
}

/** A further mechanism, and how its validators weigh. */
export interface FurtherMechanismOptions<Task, Answer, State extends CanonicalValue> {
  readonly mechanism: SubnetMechanism<Task, Answer, State>
  /** Replaces the mechanism's own policy. */
  readonly weights?: WeightPolicy<State>
}

const optionsShape = shape<FurtherMechanismOptions<unknown, unknown, CanonicalValue>>({
  mechanism: having('a mechanism', []),
  weights: optional(func),
})

/**
 * One more mechanism for a network's subnet, with tasks, scores and state of its own: every validator runs it too, and miners answer its questions with
 * `answers`. Where neurons are processes of their own, the module of a validator names it.
 *
 * @throws InvalidArgumentError naming the option, or the part of the mechanism, that is wrong.
 * @throws MechanismError when the mechanism's first state cannot be had or stored.
 *
 * @example
 * ```ts
 * import type { IncentiveMechanism } from 'subnetkit/mechanism'
 * import { furtherMechanism, LocalNetwork } from 'subnetkit/network'
 * import { answerTo } from 'subnetkit/neuron'
 *
 * async function watch(
 *   loud: IncentiveMechanism<string, string>,
 *   long: IncentiveMechanism<string, number>,
 * ): Promise<void> {
 *   const answers = [answerTo(long.synapse, (text) => text.length)]
 *   await using network = await LocalNetwork.start({
 *     mechanism: loud,
 *     furtherMechanisms: [furtherMechanism({ mechanism: long })],
 *     miners: [{ name: 'both', answer: (text) => text.toUpperCase(), answers }],
 *     validators: 3,
 *   })
 *   for await (const { epoch } of network.epochs({ count: 20 })) {
 *     console.log(epoch, (await network.metagraph(1)).columns.incentiveU16)
 *   }
 * }
 * ```
 */
export function furtherMechanism<Task, Answer, State extends CanonicalValue = null>(
  options: FurtherMechanismOptions<Task, Answer, State>,
): FurtherMechanism {
  check('options', optionsShape, options)
  assertMechanism(options.mechanism)
  return new FurtherMechanism(
    made,
    (shared) => new Validator<Task, Answer, State>({ ...shared, ...options }),
    (record) => replayRound<State>(options.mechanism, record),
  )
}
