import type { Chain } from 'subnetkit/chain'
import { systemClock } from 'subnetkit/clock'
import type { CanonicalValue } from 'subnetkit/codec'
import type { KeyPair } from 'subnetkit/crypto'
import type { Logger } from 'subnetkit/log'
import type { SubnetMechanism } from 'subnetkit/mechanism'
import type { MinerSelf } from 'subnetkit/network'
import { Miner } from 'subnetkit/neuron'
import { asHotkey, type Netuid } from 'subnetkit/units'
import type { MarketMiner } from './market.js'
import { minerWork } from './minerWork.js'

/** Whose subnet a miner joins, and with which keys. */
export interface JoinTerms<Task, Answer, State extends CanonicalValue> {
  readonly mechanism: SubnetMechanism<Task, Answer, State>
  readonly seed: string
  readonly chain: Chain
  readonly netuid: Netuid
  readonly coldkey: KeyPair
  readonly hotkey: KeyPair
  readonly logger?: Logger
}

/** Starts a miner of a market on a chain, registering it where it is not yet. */
export async function joinMiner<Task, Answer, State extends CanonicalValue>(
  miner: MarketMiner<Task, Answer>,
  { mechanism, seed, chain, netuid, coldkey, hotkey, logger }: JoinTerms<Task, Answer, State>,
): Promise<Miner<Task, Answer>> {
  let die = (): void => {}
  let onJoined = (_: Miner<Task, Answer>): void => {}
  const running = new Promise<Miner<Task, Answer>>((resolve) => {
    onJoined = resolve
  })
  const self: MinerSelf = {
    name: miner.name,
    hotkey: asHotkey(hotkey.address),
    clock: systemClock,
    die: () => die(),
    commitArtefacts: async (artefacts) => await (await running).commitArtefacts(artefacts),
  }
  const { artefacts, ...work } = await minerWork(miner, mechanism, self, seed)
  const list = typeof artefacts === 'function' ? await artefacts(self) : artefacts
  const joined = await Miner.join<Task, Answer>({
    ...work,
    ...(list === undefined ? {} : { artefacts: list }),
    ...(logger === undefined ? {} : { logger }),
    chain,
    netuid,
    coldkey,
    signer: hotkey,
  })
  onJoined(joined)
  die = () => void joined.stop()
  return joined
}
