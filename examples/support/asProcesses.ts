import type { CanonicalValue } from 'subnetkit/codec'
import { ProcessNetwork } from 'subnetkit/network'
import type { NetworkAddress } from 'subnetkit/transport'
import { startBuyers } from './buyers.js'
import type { NeuronOptions } from './marketNeuron.js'
import { type Cast, isPaid, mustGoOn, type Paid } from './marketRun.js'
import { hotkeysOf, paidBy } from './pay.js'
import { programOf } from './programs.js'

/** A dozen processes that start together on a machine that does much else. */
const START_MS = 120_000

/** Each neuron in a process of its own, the chain in this one. */
export async function runAsProcesses<Defence extends string, Task, Answer, State extends CanonicalValue>(
  cast: Cast<Defence, Task, Answer, State>,
): Promise<Paid> {
  const {
    market,
    seed,
    epochs,
    until,
    without,
    miners,
    validators,
    blockMs,
    roundsFolder,
    signal,
    logger,
    end,
  } = cast
  using program = await programOf(market.neuron ?? `examples/${market.name}/neuron.ts`)
  const options: NeuronOptions = { seed, without }
  const { module } = program
  const wait = signal === undefined ? {} : { signal }
  const addresses = new Map<string, NetworkAddress>()
  await using network = await ProcessNetwork.start({
    neurons: [
      ...miners.map(({ name, owner = name }) => ({ name, owner, role: 'miner' as const, module, options })),
      ...validators.map((name) => ({ name, role: 'validator' as const, module, options })),
    ],
    mechanisms: 1 + (market.furtherMechanisms?.({ without }).length ?? 0),
    seed,
    blockMs,
    startMs: START_MS,
    logger,
    onEvent(event) {
      if (event.type === 'customersServed') addresses.set(event.neuron, event.address)
    },
    ...(roundsFolder === undefined ? {} : { roundsFolder }),
    ...wait,
  })
  const hotkeys = hotkeysOf(network.neurons)
  const desks = validators.flatMap((name) => {
    const [hotkey, address] = [hotkeys.get(name), addresses.get(name)]
    return hotkey === undefined || address === undefined ? [] : [{ hotkey, ...address }]
  })
  await using _buyers = startBuyers(cast, { desks, hotkeys })
  const paid: Map<string, bigint>[] = []
  for await (const frame of network.epochs({ count: epochs, ...wait })) {
    const epoch = paidBy(frame)
    paid.push(epoch)
    if (isPaid(epoch, until)) break
  }
  end()
  mustGoOn(signal)
  return { epochs: paid, hotkeys }
}
