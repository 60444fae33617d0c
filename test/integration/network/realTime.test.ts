import { describe, expect, test } from 'vitest'
import { localnetPreset } from '../../../src/chain/index.js'
import { LocalNetwork, type NetworkEvent } from '../../../src/network/index.js'
import { rightSum, Sums } from './sums.js'

/** What keeps a process alive, by kind. */
const socketsAndTimers = (): string[] =>
  process.getActiveResourcesInfo().filter((kind) => /TCP|Timeout/.test(kind))

describe('LocalNetwork in real time', () => {
  test('runs over WebSockets with sr25519 keys, and stop leaves no socket and no timer', async () => {
    const before = socketsAndTimers()
    const events: NetworkEvent[] = []
    const network = await LocalNetwork.start({
      mechanism: new Sums(),
      miners: [
        { name: 'good', answer: rightSum },
        { name: 'weak', answer: (task) => rightSum(task) + 2 },
        {
          name: 'stalls',
          answer: (_, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', reject)),
        },
      ],
      validators: 2,
      time: 'real',
      preset: localnetPreset({ blockMs: 50, hyperparameters: { maxAllowedValidators: 2 } }),
      onEvent: (event) => events.push(event),
    })
    expect(socketsAndTimers().length).toBeGreaterThan(before.length)
    let incentive: number[] = []
    for await (const { metagraph } of network.epochs({ count: 12 })) {
      incentive = [1, 2, 3].map((uid) => metagraph.row(uid).incentive)
      if (incentive[0]! > 0) break
    }
    await network.stop()
    expect(incentive[0]).toBeGreaterThan(incentive[1]!)
    expect(incentive[1]).toBeGreaterThan(0)
    expect(incentive[2]).toBe(0)
    expect(events.filter(({ type }) => type === 'crashed' || type === 'roundFailed')).toEqual([])
    await expect.poll(socketsAndTimers, { timeout: 5_000, interval: 10 }).toEqual(before)
  })
})
