import type { CanonicalValue } from 'subnetkit/codec'
import { LocalNetwork } from 'subnetkit/network'
import { type Cast, mustGoOn, type Paid, seatOf } from './marketRun.js'
import { hotkeysOf, paidBy } from './pay.js'

/** Everything in this process, on virtual time. */
export async function runInProcess<Defence extends string, Task, Answer, State extends CanonicalValue>(
  cast: Cast<Defence, Task, Answer, State>,
): Promise<Paid> {
  const { market, seed, epochs, without, miners, validators, signal, logger } = cast
  await using network = await LocalNetwork.start<Task, Answer, State>({
    mechanism: market.mechanism({ without }),
    miners: miners.map(({ name, spec }) => ({ ...spec(seatOf(name, seed)), name })),
    validators: validators.map((name) => ({ ...market.validator, name })),
    seed,
    logger,
  })
  const paid: Map<string, bigint>[] = []
  const wait = signal === undefined ? {} : { signal }
  for await (const frame of network.epochs({ count: epochs, ...wait })) paid.push(paidBy(frame))
  mustGoOn(signal)
  return { epochs: paid, hotkeys: hotkeysOf(network.neurons) }
}
