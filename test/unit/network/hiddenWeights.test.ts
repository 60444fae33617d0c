import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { localnetPreset, type Preset, referencePreset } from '../../../src/chain/index.js'
import { silentLogger } from '../../../src/log/index.js'
import {
  furtherMechanism,
  LocalNetwork,
  type LocalNetworkOptions,
  type NetworkEvent,
} from '../../../src/network/index.js'
import { answerTo } from '../../../src/neuron/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'
import { rightSum, Sums } from '../../integration/network/sums.js'

const hiding = localnetPreset({ hyperparameters: { commitRevealEnabled: true, maxAllowedValidators: 2 } })

/** The reference's settings as they are, but for what a network on one machine, with nobody at root, needs. */
const reference: Preset = {
  ...referencePreset,
  config: { ...referencePreset.config, loopbackAxonsAllowed: true, emissionEnabledAtRegistration: true },
}

async function run(options: Partial<LocalNetworkOptions<number[], number, null>>, epochs: number) {
  const events: NetworkEvent[] = []
  await using network = await LocalNetwork.start({
    mechanism: new Sums(),
    miners: [
      { name: 'good', answer: rightSum },
      { name: 'weak', answer: (task) => rightSum(task) + 3 },
    ],
    validators: 2,
    preset: hiding,
    logger: silentLogger,
    onEvent: (event) => void events.push(event),
    ...options,
  })
  let earned: readonly bigint[] = []
  for await (const { earnedAlpha } of network.epochs({ count: epochs })) earned = [...earnedAlpha]
  const { columns } = await network.metagraph()
  expect((await network.chain.query('invariants', {})).broken).toEqual([])
  const head = await network.chain.head()
  const told = <Type extends NetworkEvent['type']>(type: Type) =>
    events.filter((event): event is Extract<NetworkEvent, { type: Type }> => event.type === type)
  return { events, told, earned, incentiveU16: [...columns.incentiveU16], head }
}

/** The same work by another name. */
class OtherSums extends Sums {
  override readonly synapse = defineSynapse({
    name: 'otherSum',
    request: z.array(z.number()).max(16),
    answer: z.number(),
  })
}

/** What goes wrong without anybody noticing. */
const wrong = [
  'weightsRefused',
  'weightsFailed',
  'revealMissed',
  'revealFailed',
  'commitNotSaved',
  'weightsSet',
]

describe('a network that hides weights', () => {
  test('pays miners by rows that validators committed by hash and revealed, and a seed gives the same blocks again', async () => {
    const first = await run({ seed: 'hidden' }, 5)
    expect(first.events.filter(({ type }) => wrong.includes(type))).toEqual([])
    const revealed = first.told('weightsRevealed')
    expect(revealed.length).toBeGreaterThanOrEqual(6)
    expect(new Set(revealed.map(({ form, neuron }) => `${form} ${neuron}`))).toEqual(
      new Set(['hash validator-1', 'hash validator-2']),
    )
    // Uids: owner, good, weak, two validators. An answer that is wrong by 3 scores a quarter.
    const [, good = 0n, weak = 0n] = first.earned
    expect(weak).toBeGreaterThan(0n)
    expect(Number(good) / Number(weak)).toBeCloseTo(4, 2)
    const again = await run({ seed: 'hidden' }, 5)
    expect([again.head, again.earned]).toEqual([first.head, first.earned])
    const hashes = revealed.map(({ commitHash }) => commitHash)
    expect(new Set(hashes).size).toBe(hashes.length)
  })

  test('pays them by rows that its beacon opens', async () => {
    const { events, told, earned } = await run({ timelock: 'beacon' }, 4)
    expect(events.filter(({ type }) => wrong.includes(type))).toEqual([])
    expect(told('weightsRevealed').length).toBeGreaterThanOrEqual(4)
    expect(told('weightsRevealed').every(({ form }) => form === 'timelock')).toBe(true)
    const [, good = 0n, weak = 0n] = earned
    expect(Number(good) / Number(weak)).toBeCloseTo(4, 2)
  })

  test('takes the form that a validator is given, and runs validators of both', async () => {
    const validators = [
      { name: 'a', commitForm: 'hash' },
      { name: 'b', commitForm: 'timelock' },
    ] as const
    const { told, events } = await run({ validators }, 4)
    expect(events.filter(({ type }) => wrong.includes(type))).toEqual([])
    const forms = new Set(told('weightsRevealed').map(({ form, neuron }) => `${neuron} ${form}`))
    expect(forms).toEqual(new Set(['a hash', 'b timelock']))
  })

  test('hides the weights of each of two mechanisms', async () => {
    const preset = localnetPreset({
      hyperparameters: { ...hiding.config.hyperparameters, mechanismCount: 2, maxAllowedUids: 128 },
    })
    const other = new OtherSums()
    const answers = (answer: (task: number[]) => number) => [answerTo(other.synapse, answer)]
    const { told, events } = await run(
      {
        preset,
        furtherMechanisms: [furtherMechanism({ mechanism: other })],
        miners: [
          { name: 'good', answer: rightSum, answers: answers(() => -1e6) },
          { name: 'weak', answer: () => -1e6, answers: answers(rightSum) },
        ],
      },
      4,
    )
    expect(events.filter(({ type }) => wrong.includes(type))).toEqual([])
    const revealed = told('weightsRevealed')
    expect(revealed.filter(({ mechanismId }) => mechanismId === 1).length).toBeGreaterThanOrEqual(4)
    expect(revealed.filter(({ mechanismId }) => mechanismId === undefined).length).toBeGreaterThanOrEqual(4)
  })

  test.each(['plain', 'beacon'] as const)(
    'runs by the settings of the reference, with blocks of 12 s, a tempo of 360 and time locks that are %s',
    async (timelock) => {
      const validators = [
        { name: 'first', roundBlocks: 60 },
        { name: 'second', roundBlocks: 60 },
      ]
      const { told, events, earned } = await run({ preset: reference, timelock, validators }, 4)
      expect(events.filter(({ type }) => wrong.includes(type))).toEqual([])
      expect(told('weightsRevealed').length).toBeGreaterThanOrEqual(4)
      const [, good = 0n, weak = 0n] = earned
      expect(weak).toBeGreaterThan(0n)
      expect(Number(good) / Number(weak)).toBeCloseTo(4, 1)
    },
    60_000,
  )
})
