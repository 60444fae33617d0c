import type { CanonicalValue } from 'subnetkit/codec'
import { LocalNetwork } from 'subnetkit/network'
import { startBuyers } from './buyers.js'
import { type Cast, isPaid, mustGoOn, type Paid, seatOf } from './marketRun.js'
import { hotkeysOf, paidBy } from './pay.js'

/** Everything in this process, on virtual time. */
export async function runInProcess<Defence extends string, Task, Answer, State extends CanonicalValue>(
  cast: Cast<Defence, Task, Answer, State>,
): Promise<Paid> {
  const { market, seed, epochs, until, without, miners, validators, roundsFolder, signal, logger, end } = cast
  await using network = await LocalNetwork.start<Task, Answer, State>({
    mechanism: market.mechanism({ without }),
    furtherMechanisms: market.furtherMechanisms?.({ without }) ?? [],
    miners: miners.map(({ name, owner = name, spec }) => ({ ...spec(seatOf(name, seed)), name, owner })),
    validators: validators.map((name) => ({ ...market.validator, name })),
    seed,
    logger,
    ...(market.latencyMs === undefined ? {} : { latencyMs: market.latencyMs }),
    ...(roundsFolder === undefined ? {} : { roundsFolder }),
  })
  const desks = validators.flatMap((name) => {
    const { hotkey, customers } = network.validator(name)
    return customers === undefined ? [] : [{ hotkey, ...customers.address }]
  })
  await using _buyers = startBuyers(cast, { desks, hotkeys: hotkeysOf(network.neurons), network })
  const paid: Map<string, bigint>[] = []
  const wait = signal === undefined ? {} : { signal }
  for await (const frame of network.epochs({ count: epochs, ...wait })) {
    const epoch = paidBy(frame)
    paid.push(epoch)
    if (isPaid(epoch, until)) break
  }
  end()
  mustGoOn(signal)
  return { epochs: paid, hotkeys: hotkeysOf(network.neurons) }
}
