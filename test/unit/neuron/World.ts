import {
  LocalChain,
  localnetPreset,
  type MempoolLimits,
  type PresetOverrides,
} from '../../../src/chain/index.js'
import { VirtualClock } from '../../../src/clock/index.js'
import type { CanonicalValue } from '../../../src/codec/index.js'
import { type KeyPair, keyPairFromSeed, sha256 } from '../../../src/crypto/index.js'
import type { CallArgs, CallName, Receipt } from '../../../src/ledger/index.js'
import { silentLogger } from '../../../src/log/index.js'
import type { IncentiveMechanism } from '../../../src/mechanism/index.js'
import {
  type AnswerTask,
  joinSubnet,
  Miner,
  type MinerEvent,
  type MinerOptions,
  Validator,
  type ValidatorEvent,
  type ValidatorOptions,
} from '../../../src/neuron/index.js'
import { createMemoryNetwork } from '../../../src/transport/index.js'
import { asHotkey, type Hotkey, RAO_PER_TAO } from '../../../src/units/index.js'

/** Keys by name; ed25519, which is quicker here. */
export const keyNamed = (name: string): KeyPair =>
  keyPairFromSeed(sha256(new TextEncoder().encode(name)), { scheme: 'ed25519' })

export const hotkeyNamed = (name: string): Hotkey => asHotkey(keyNamed(name).address)

/** A view of a clock whose time goes on while held work, such as a save that hangs, does not end. */
export const unheld = (clock: VirtualClock): VirtualClock =>
  new Proxy(clock, {
    get(target, key) {
      if (key === 'hold') return (work: () => unknown) => work()
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })

/** Everyone's coldkey: who pays is beside the point of these tests. */
const PAYER = keyNamed('payer')

/** A started subnet on a chain in virtual time, with real axons and dendrites over memory. */
export class World {
  readonly clock = new VirtualClock()
  readonly carrier = createMemoryNetwork({ clock: this.clock })
  readonly netuid = 1
  chain!: LocalChain

  static async start(
    overrides: PresetOverrides = {},
    mempool: MempoolLimits = {},
    timelock: 'beacon' | 'plain' = 'plain',
  ): Promise<World> {
    const world = new World()
    const balanceRao = 10_000_000n * RAO_PER_TAO
    world.chain = await LocalChain.start({
      preset: localnetPreset({ ...overrides, endowed: [{ address: PAYER.address, balanceRao }] }),
      clock: world.clock,
      mempool,
      // A beacon of its own makes every run another.
      timelock,
    })
    await world.call(PAYER, 'registerSubnet', { hotkey: hotkeyNamed('owner') })
    await world.call(PAYER, 'startSubnet', { netuid: 1 })
    return world
  }

  /** Lets time pass until the work is done. */
  async run<T>(work: Promise<T>): Promise<T> {
    let settled = false
    const done = work.finally(() => {
      settled = true
    })
    done.catch(() => {})
    await this.clock.run({ until: () => settled })
    return await done
  }

  async call<N extends CallName>(signer: KeyPair, name: N, args: CallArgs[N]): Promise<Receipt> {
    const receipt = await this.run(this.chain.call(signer, name, args))
    if (receipt.refusal !== null) throw new TypeError(`${name}: ${receipt.refusal.error}`)
    return receipt
  }

  setHyperparameter(name: CallArgs['setHyperparameter']['name'], value: number | boolean): Promise<Receipt> {
    return this.call(PAYER, 'setHyperparameter', { netuid: this.netuid, name, value })
  }

  join(name: string, stakeTao = 0n): Promise<number> {
    const stakeRao = stakeTao * RAO_PER_TAO
    const who = { chain: this.chain, coldkey: PAYER, hotkey: hotkeyNamed(name), netuid: this.netuid }
    return this.run(joinSubnet({ ...who, stakeRao }))
  }

  /** Lets the chain make blocks up to and including `number`. */
  async untilBlock(number: number): Promise<void> {
    const reached = (async () => {
      for (;;) {
        for await (const { header } of this.chain.blocks()) if (header.number >= number) return
      }
    })()
    if ((await this.chain.head()).number < number) await this.run(reached)
  }

  async miner<Task, Answer>(
    name: string,
    mechanism: IncentiveMechanism<Task, Answer, never>,
    answer: AnswerTask<Task, Answer>,
    options: Partial<MinerOptions<Task, Answer>> = {},
  ) {
    const events: MinerEvent[] = []
    const miner = new Miner<Task, Answer>({
      chain: this.chain,
      signer: keyNamed(name),
      netuid: this.netuid,
      mechanism,
      answer,
      carrier: this.carrier,
      clock: this.clock,
      logger: silentLogger,
      onEvent: (event) => events.push(event),
      ...options,
    })
    await this.run(miner.start())
    return { miner, events }
  }

  makeValidator<Task, Answer, State extends CanonicalValue>(
    name: string,
    mechanism: IncentiveMechanism<Task, Answer, State>,
    options: Partial<ValidatorOptions<Task, Answer, State>> = {},
  ) {
    const events: ValidatorEvent[] = []
    const validator = new Validator<Task, Answer, State>({
      chain: this.chain,
      signer: keyNamed(name),
      netuid: this.netuid,
      mechanism,
      carrier: this.carrier,
      clock: this.clock,
      logger: silentLogger,
      onEvent: (event) => events.push(event),
      ...options,
    })
    const eventsOf = <Type extends ValidatorEvent['type']>(type: Type) =>
      events.filter((event): event is Extract<ValidatorEvent, { type: Type }> => event.type === type)
    return { validator, events, eventsOf }
  }
}
