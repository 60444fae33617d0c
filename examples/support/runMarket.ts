import type { CanonicalValue } from 'subnetkit/codec'
import { runAsProcesses } from './asProcesses.js'
import { runInProcess } from './inProcess.js'
import type { Market } from './market.js'
import { castOf, type MarketRun, type MarketRunOptions, mustGoOn } from './marketRun.js'
import { runOnNode } from './onNode.js'

const ways = { process: runInProcess, processes: runAsProcesses, node: runOnNode } as const

/**
 * Runs a market and tells who was paid what. `process` takes as long as its work and gives the same result for the same seed on any machine;
 * `processes` and `node` take real time, over sockets.
 *
 * @throws InvalidArgumentError for an option that the market does not know.
 * @throws AbortedError when the signal is aborted first; nothing is left running then.
 */
export async function runMarket<Defence extends string, Task, Answer, State extends CanonicalValue>(
  market: Market<Defence, Task, Answer, State>,
  options: MarketRunOptions<Defence>,
): Promise<MarketRun> {
  const faults: string[] = []
  let isOn = true
  const say = (_fields: object, message: string): void => {
    if (isOn) faults.push(message)
  }
  const end = (): void => {
    isOn = false
  }
  const cast = castOf(market, options, { logger: { debug() {}, info() {}, warn: say, error: say }, end })
  mustGoOn(cast.signal)
  const { epochs: paid, hotkeys } = await ways[options.way](cast)
  const { seed, without } = cast
  const miners = cast.miners.flatMap(({ name, is, does }) => {
    const hotkey = hotkeys.get(name)
    return hotkey === undefined ? [] : [{ name, is, does, hotkey }]
  })
  const names = miners.map(({ name }) => name)
  const earnedAlpha = new Map(
    names.map((name) => [name, paid.reduce((sum, epoch) => sum + (epoch.get(name) ?? 0n), 0n)]),
  )
  return {
    market: market.name,
    way: options.way,
    seed,
    epochs: paid.length,
    without,
    miners,
    earnedAlpha,
    share: sharesOf(earnedAlpha, names),
    lastShare: sharesOf(paid.at(-1) ?? new Map(), names),
    faults,
  }
}

/** What part each of some has of all that they have together. */
function sharesOf(earned: ReadonlyMap<string, bigint>, names: readonly string[]): Map<string, number> {
  const of = (name: string): bigint => earned.get(name) ?? 0n
  const total = names.reduce((sum, name) => sum + of(name), 0n)
  return new Map(names.map((name) => [name, total === 0n ? 0 : Number(of(name)) / Number(total)]))
}
