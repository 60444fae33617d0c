import type { Preset } from '../chain/index.js'
import { blake2b256, type KeyPair, type KeyScheme, keyPairFromSeed } from '../crypto/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import type { Endowment } from '../ledger/index.js'
import {
  type Address,
  asColdkey,
  asHotkey,
  type Coldkey,
  type Hotkey,
  RAO_PER_TAO,
  type Rao,
} from '../units/index.js'

/** What a neuron does in a network. */
export type NeuronRole = 'miner' | 'validator'

/** A neuron of a network: its name and its keys' addresses. */
export interface NetworkNeuron {
  readonly name: string
  readonly role: NeuronRole
  readonly hotkey: Hotkey
  readonly coldkey: Coldkey
}

/** The keys of a neuron or of a subnet's owner, to sign with. */
export interface NetworkSigners {
  /** Signs work: weights, addresses, sessions. */
  readonly hotkey: KeyPair
  /** Owns the money. */
  readonly coldkey: KeyPair
}

/** A neuron with the keys themselves, and what it stakes. */
export interface NeuronAccount {
  readonly neuron: NetworkNeuron
  /** 32 bytes from which the hotkey is made. */
  readonly hotkeySeed: Uint8Array
  readonly hotkey: KeyPair
  readonly coldkey: KeyPair
  /** 0 for a miner. */
  readonly stakeRao: Rao
}

/** Every account of a network, made from its seed. */
export interface NetworkAccounts {
  readonly scheme: KeyScheme
  /** Registers and owns the subnet; its hotkey holds uid 0 and does nothing. */
  readonly owner: NetworkSigners
  readonly ownerHotkey: Hotkey
  /** Display names by hotkey, the owner's included. */
  readonly names: ReadonlyMap<Hotkey, string>
  /** In listing order, which becomes the order of uids. */
  readonly neurons: readonly NeuronAccount[]
  /** The account of one that joins later. Checks its name; it is known by it once it is added. */
  newcomer(member: CastMember): NeuronAccount
  add(newcomer: NeuronAccount): void
  remove(newcomer: NeuronAccount): void
}

/** Who takes part. */
export interface CastMember {
  readonly name: string
  readonly role: NeuronRole
  /** TAO that it stakes; validators only. Default 2,000. */
  readonly stakeRao?: Rao
  /** Whose it is; without one it is its own, and that of 'owner' is the subnet's. */
  readonly owner?: string
  /** Where the caller named it, for an error. */
  readonly path?: string
}

const DEFAULT_STAKE_RAO = 2_000n * RAO_PER_TAO
/** Pays for a registration at any price a small network reaches, with change. */
const SPENDING_RAO = 1_000n * RAO_PER_TAO
/** Pays for the subnet's lock, and for what neurons that join later spend and stake. */
const OWNER_RAO = 1_000_000n * RAO_PER_TAO

/**
 * Derives the accounts of a network from its seed: same seed and cast, same keys.
 *
 * A block runs calls in order of their signers' public keys. Coldkeys are handed out in that order, so that neurons
 * which register in one block get uids in listing order, those of one owner together with its first.
 *
 * @throws InvalidArgumentError for a name that is empty or taken twice.
 */
export function networkAccounts(options: {
  seed: string
  scheme: KeyScheme
  cast: readonly CastMember[]
}): NetworkAccounts {
  const { scheme, cast } = options
  assertNames(cast)
  const seedOf = (label: string): Uint8Array =>
    blake2b256(new TextEncoder().encode(`subnetkit/network/1\0${options.seed}\0${label}`))
  const keyOf = (label: string): KeyPair => keyPairFromSeed(seedOf(label), { scheme })
  const owner = { hotkey: keyOf('owner/hotkey'), coldkey: keyOf('owner/coldkey') }
  const owners = [...new Set(cast.map(ownerOf))].filter((name) => name !== 'owner')
  const sorted = owners
    .map((_, index) => keyOf(`coldkey/${index}`))
    .sort((a, b) => Buffer.compare(a.publicKey, b.publicKey))
  const coldkeys = new Map(owners.map((name, index) => [name, sorted[index]!]))
  coldkeys.set('owner', owner.coldkey)
  const coldkeyOf = (member: CastMember): KeyPair =>
    coldkeys.get(ownerOf(member)) ?? keyOf(`coldkey/of ${ownerOf(member)}`)
  const ownerHotkey = asHotkey(owner.hotkey.address)
  const accountOf = (member: CastMember): NeuronAccount => {
    const { name, role, stakeRao = DEFAULT_STAKE_RAO } = member
    const coldkey = coldkeyOf(member)
    const hotkeySeed = seedOf(`hotkey/${name}`)
    const hotkey = keyPairFromSeed(hotkeySeed, { scheme })
    const neuron = { name, role, hotkey: asHotkey(hotkey.address), coldkey: asColdkey(coldkey.address) }
    return { neuron, hotkeySeed, hotkey, coldkey, stakeRao: role === 'validator' ? stakeRao : 0n }
  }
  const neurons: NeuronAccount[] = cast.map(accountOf)
  const names = new Map([[ownerHotkey, 'owner']])
  for (const { neuron } of neurons) names.set(neuron.hotkey, neuron.name)
  return {
    scheme,
    owner,
    ownerHotkey,
    names,
    neurons,
    newcomer(member) {
      assertNames([...neurons.map(({ neuron }) => neuron), member])
      return accountOf(member)
    },
    add(newcomer) {
      neurons.push(newcomer)
      names.set(newcomer.neuron.hotkey, newcomer.neuron.name)
    },
    remove(newcomer) {
      neurons.splice(neurons.indexOf(newcomer), 1)
      names.delete(newcomer.neuron.hotkey)
    },
  }
}

/** The signers of a neuron, or of the subnet's owner. @throws InvalidArgumentError for an unknown name. */
export function signersOf(accounts: NetworkAccounts, name: string): NetworkSigners {
  if (name === 'owner') return accounts.owner
  const { hotkey, coldkey } = accountNamed(accounts, name)
  return { hotkey, coldkey }
}

/** @throws InvalidArgumentError for an unknown name. */
export function accountNamed(accounts: NetworkAccounts, name: unknown): NeuronAccount {
  const account = accounts.neurons.find(({ neuron }) => neuron.name === name)
  if (account !== undefined) return account
  throw new InvalidArgumentError({
    field: 'name',
    value: name,
    remedy: `Pass one of ${accounts.neurons.map(({ neuron }) => neuron.name).join(', ')}.`,
  })
}

/** Who has money at genesis: the preset's accounts, and what each account of the network needs besides. */
export function endowmentsFor(accounts: NetworkAccounts, preset: Preset): Endowment[] {
  const own = [
    { address: accounts.owner.coldkey.address, balanceRao: OWNER_RAO },
    ...accounts.neurons.map(({ coldkey, stakeRao }) => ({
      address: coldkey.address,
      balanceRao: SPENDING_RAO + stakeRao,
    })),
  ]
  const balances = new Map<Address, Rao>()
  for (const { address, balanceRao } of [...preset.endowed, ...own]) {
    balances.set(address, (balances.get(address) ?? 0n) + balanceRao)
  }
  return Array.from(balances, ([address, balanceRao]) => ({ address, balanceRao }))
}

/** What a newcomer is given by the owner, from which it registers and stakes. */
export function newcomersRao({ stakeRao }: NeuronAccount): Rao {
  return SPENDING_RAO + stakeRao
}

const ownerOf = ({ owner, name }: CastMember): string => owner ?? name

function assertNames(cast: readonly CastMember[]): void {
  const seen = new Set<string>(['owner'])
  for (const [index, { name, path }] of cast.entries()) {
    if (name === '' || seen.has(name)) {
      throw new InvalidArgumentError({
        field: path ?? `neurons[${index}].name`,
        value: name,
        remedy:
          name === 'owner'
            ? 'Give it another name: "owner" is taken.'
            : 'Give each neuron a name of its own.',
      })
    }
    seen.add(name)
  }
}
