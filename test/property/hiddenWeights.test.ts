import { describe, expect, it } from 'vitest'
import type { LedgerEvent } from '../../src/ledger/index.js'
import { SeededRandom } from '../../src/math/index.js'
import { memoryValidatorStore, type Validator, type ValidatorEvent } from '../../src/neuron/index.js'
import { decodeSnapshot } from '../../src/neuron/validatorSnapshot.js'
import { Guess } from '../unit/neuron/Guess.js'
import { hotkeyNamed, keyNamed, World } from '../unit/neuron/World.js'

/** Networks of the recorded run: `HIDDEN_RUNS=200 npx vitest run test/property/hiddenWeights.test.ts`. */
const { HIDDEN_RUNS = '3', HIDDEN_SEED = `${Date.now()}` } = process.env

const BLOCKS = 300
const judge = hotkeyNamed('judge')

/** What the chain says of the judge's commits by hash. */
class ChainSide {
  readonly committed = new Set<string>()
  readonly revealed = new Set<string>()
  readonly refused: string[] = []

  constructor(world: World) {
    void (async () => {
      for await (const { receipts } of world.chain.blocks()) {
        for (const { signer, callName, refusal, events } of receipts) {
          for (const event of events) this.#take(event)
          if (signer === keyNamed('judge').address && refusal !== null)
            this.refused.push(`${callName} ${refusal.error}`)
        }
      }
    })()
  }

  #take({ name, data }: LedgerEvent): void {
    if (name === 'WeightsCommitted') this.committed.add(data.commitHash)
    if (name === 'WeightsRevealed') this.revealed.add(data.commitHash)
    if (name === 'WeightsBatchRevealed') for (const hash of data.commitHashes) this.revealed.add(hash)
  }
}

/**
 * A validator that is stopped and started again at any block, calls under way included. An owner changes what decides commits, and the validator stays
 * away for any time; or, `isCalm`, nobody changes anything, and it is back within a few blocks.
 */
async function history(seed: string, mechanismId: number, { isCalm = false } = {}) {
  const random = new SeededRandom(seed)
  const world = await World.start({
    config: { ownerHyperparamRateLimitTempos: 0 },
    hyperparameters: {
      commitRevealEnabled: true,
      weightsSetRateLimitBlocks: 1 + random.int(4),
      mechanismCount: 2,
      maxAllowedUids: 128,
    },
  })
  await world.join('judge', 10_000n)
  for (const name of ['a', 'b']) await world.join(name)
  const chain = new ChainSide(world)
  const store = memoryValidatorStore()
  const told: ValidatorEvent[] = []
  let running: Validator<number, number, { readonly [hotkey: string]: number }> | undefined
  const start = async (): Promise<void> => {
    const weights = () =>
      new Map([
        [hotkeyNamed('a'), 1 + random.int(9)],
        [hotkeyNamed('b'), 3],
      ] as const)
    const { validator } = world.makeValidator('judge', new Guess(), {
      store,
      mechanismId,
      weights,
      sampleSize: 0,
      onEvent: (event) => void told.push(event),
    })
    await world.run(validator.start())
    running = validator
  }
  const stop = async (): Promise<void> => {
    const ended = running
    running = undefined
    if (ended !== undefined) await world.run(ended.stop())
  }
  let changes = 0
  const change = async (
    name: 'tempoBlocks' | 'revealPeriodEpochs' | 'commitRevealEnabled',
    value: number | boolean,
  ) => {
    changes++
    await world.setHyperparameter(name, value)
  }
  for (let block = 0; block < BLOCKS; block++) {
    if (running === undefined ? random.int(isCalm ? 2 : 6) === 0 : random.int(isCalm ? 8 : 25) === 0) {
      await (running === undefined ? start() : stop())
    }
    const what = isCalm ? -1 : random.int(60)
    if (what === 0) await change('tempoBlocks', 4 + random.int(12))
    if (what === 1) await change('revealPeriodEpochs', 1 + random.int(3))
    if (what === 2) await change('commitRevealEnabled', random.int(3) > 0)
    await world.untilBlock((await world.chain.head()).number + 1)
  }
  if (isCalm) {
    await stop()
    return { chain, told, changes, commits: [] }
  }
  // Nothing is committed any more, and what waits is forgotten with its epoch.
  await change('commitRevealEnabled', false)
  await change('revealPeriodEpochs', 1)
  await stop()
  await start()
  await world.untilBlock((await world.chain.head()).number + 5 * 16)
  await stop()
  const { commits } = decodeSnapshot((await store.load())!, { netuid: 1, mechanismId, hotkey: judge })
  return { chain, told, changes, commits }
}

describe('commits by hash', () => {
  it('are revealed once or told as missed, whenever a validator ends and whatever the owner changes, and none is kept', async () => {
    const seen = new Map<string, number>()
    for (let run = 0; run < Number(HIDDEN_RUNS); run++) {
      const seed = `${HIDDEN_SEED}/${run}`
      const { chain, told, changes, commits } = await history(seed, run % 2)
      const missed = told.filter((event) => event.type === 'revealMissed')
      const missedHashes = missed.map(({ commitHash }) => commitHash)
      expect(new Set(missedHashes).size, seed).toBe(missed.length)
      for (const hash of chain.committed) {
        expect(chain.revealed.has(hash) || missedHashes.includes(hash), `${seed} ${hash}`).toBe(true)
      }
      for (const { commitHash, reason } of missed) {
        // A run that ended before it heard of its reveal leaves the next one a commit that is gone.
        if (reason !== 'Gone') expect(chain.revealed.has(commitHash), `${seed} ${reason}`).toBe(false)
        expect(chain.committed.has(commitHash), `${seed} ${reason}`).toBe(reason !== 'NotIncluded')
        seen.set(reason, (seen.get(reason) ?? 0) + 1)
      }
      expect(commits, seed).toEqual([])
      // Only what an owner changes in the very block of a call is refused.
      expect(chain.refused.length, `${seed} ${chain.refused.join(', ')}`).toBeLessThanOrEqual(changes)
      expect(
        told.filter(({ type }) => type === 'weightsFailed' || type === 'revealFailed'),
        seed,
      ).toEqual([])
      const counts = {
        committed: chain.committed.size,
        revealed: chain.revealed.size,
        refused: chain.refused.length,
      }
      for (const [name, count] of Object.entries(counts)) seen.set(name, (seen.get(name) ?? 0) + count)
    }
    process.stdout.write(`seed ${HIDDEN_SEED}: ${JSON.stringify(Object.fromEntries(seen))}\n`)
    expect(seen.get('revealed')).toBeGreaterThan(10)
  }, 600_000)

  it('are all revealed in their epoch by a validator that is back within it, though it ends all the time', async () => {
    for (let run = 0; run < Number(HIDDEN_RUNS); run++) {
      const seed = `${HIDDEN_SEED}/calm/${run}`
      const { chain, told } = await history(seed, run % 2, { isCalm: true })
      const lost = told.filter((event) => event.type === 'revealMissed' && event.reason !== 'Gone')
      expect(lost, seed).toEqual([])
      // The last one may wait.
      expect(chain.committed.size - chain.revealed.size, seed).toBeLessThanOrEqual(1)
      expect(chain.committed.size, seed).toBeGreaterThan(15)
      expect(chain.refused, seed).toEqual([])
    }
  }, 600_000)
})
