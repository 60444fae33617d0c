import type { Played, Round, RoundMiner, WeightView } from 'subnetkit/mechanism'
import { burnSlotIn, burnUnearned, ProtocolMechanism, scoresOf } from 'subnetkit/mechanism'
import type { Hotkey } from 'subnetkit/units'
import { bytesOf } from './bytes.js'
import { isProof, type Proof } from './challenge.js'
import {
  counted,
  forgotten,
  freeNumber,
  heldBy,
  isUnreturned,
  type Ledger,
  type Replica,
  taken,
  tierOf,
} from './ledger.js'
import { type StorageOptions, USUAL } from './options.js'
import { BLOB_BYTES, get, prove, put, type Sealed } from './protocol.js'
import { type SealKey, unseal } from './seal.js'
import { rootOf } from './tree.js'

/** What the market defends itself with; each can be left out, to see who wins then. */
export const defences = {
  fresh: 'where in a replica a challenge leads follows from a secret that is drawn anew for each',
  deadline: 'a challenge has to be answered sooner than the replica could be fetched, or made anew',
  opened: 'a replica counts once the validator has undone its seal and found the data under it',
  unique: 'and its seal must be that of the hotkey that is paid for it, so that no two replicas are the same',
  retrieval: 'who does not give back what is wanted is not paid for keeping it',
} as const
export type Defence = keyof typeof defences

/** Replicas of a miner that are challenged in a round. */
const CHECKS = 4
/** Places beyond the quota that validators leave to customers. */
const FOR_CUSTOMERS = 1

/**
 * Storage. Miners keep sealed replicas of blobs. A validator keeps no data, only the roots of both, and challenges miners to show leaves.
 *
 * In each round a miner earns `replicas, up to its quota and one more x part of the challenges that it proved x reward of its tier`, if it gave back the blob that was wanted. Proving often
 * and reliably brings it to higher tiers.
 */
export class Storage extends ProtocolMechanism<Ledger> {
  override readonly sells
  /** Pay is by the last few rounds: nobody lives on its past. */
  override readonly averageOver = 4
  readonly #options: Required<StorageOptions>

  constructor(options: StorageOptions = {}) {
    super()
    this.#options = { ...USUAL, ...options }
    this.sells = [
      { synapse: put, keep: 'all' as const, timeoutMs: this.#options.putMs },
      { synapse: get, keep: 'onePerMiner' as const, timeoutMs: this.#options.getMs },
    ]
  }

  initialState(): Ledger {
    return { replicas: {}, tallies: {} }
  }

  async play(round: Round<Ledger>) {
    const checks = await round.each(async (miner) => {
      const held = heldBy(round.state, miner.hotkey, round.block)
      const chosen = round.secret(`checks of ${miner.hotkey}`).shuffled(held).slice(0, CHECKS)
      const challenges = chosen.map((replica) => this.#challenge(round, miner, replica))
      // At a moment of the first second, as long as `wantMs` says: silence at other moments hits customers alone.
      const wanted = this.#want(round, miner, held)
      const tested = Promise.all(challenges).then(async (proofs) => {
        return { proofs, offered: await this.#offer(round, miner, held) }
      })
      const [back, rest] = await Promise.all([wanted, tested])
      return { held: held.length, back, ...rest }
    })
    return { validator: round.validator, checks, stored: round.sold(put), fetched: round.sold(get) }
  }

  score({ validator, checks, stored, fetched, block, state }: Played<Storage>) {
    const { tiers } = this.#options
    const unreturned = fetched.filter((row) => isUnreturned(state, row, block)).map(({ hotkey }) => hotkey)
    let next = state
    const scores = scoresOf(checks, ({ hotkey, result }) => {
      if (result === undefined) return 0
      const { held, proofs, back, offered } = result
      const proven = proofs.filter(isProof).length
      const failures =
        back.filter(({ id, reply }) => reply.answer?.id !== id).length + (unreturned.includes(hotkey) ? 1 : 0)
      const isKeeper = failures === 0 || !this.#has('retrieval')
      const wanted = back.length
      const returned = isKeeper ? wanted : 0
      next = counted(next, hotkey, { proven, challenged: proofs.length, returned, wanted })
      const { quota, reward } = tierOf(state, hotkey, tiers)
      const root = offered?.reply.answer?.root
      if (offered && root) next = taken(next, hotkey, { ...offered.blob, root }, { block, most: quota })
      if (!isKeeper || held === 0) return 0
      return Math.min(quota + FOR_CUSTOMERS, held) * (proven / proofs.length) * reward
    })
    // What customers had kept is challenged as the rest is.
    for (const { hotkey, request, reply } of stored) {
      const id = rootOf(request.data)
      const root = reply.answer && this.#rootOf(reply.answer, { id, miner: hotkey, validator })
      const most = tierOf(state, hotkey, tiers).quota + FOR_CUSTOMERS
      if (root) next = taken(next, hotkey, { id, number: null, root }, { block, most })
    }
    return { scores, state: next }
  }

  /** In proportion to what was earned. While nobody has proven anything all goes to the owner of the subnet, whose incentive the chain takes back. */
  override weights(view: WeightView<Ledger>) {
    return burnUnearned(super.weights(view), { to: burnSlotIn(view.metagraph), earned: 1 })
  }

  override forget(state: Ledger, hotkey: Hotkey): Ledger {
    return forgotten(state, hotkey)
  }

  #has(defence: Defence): boolean {
    return !this.#options.without.includes(defence)
  }

  async #challenge(round: Round<Ledger>, miner: RoundMiner, { id, root }: Replica): Promise<Proof> {
    const { proveMs, getMs, spreadMs: withinMs } = this.#options
    const chance = round.secret(`nonce of ${id} at ${miner.hotkey}`)
    const nonce = this.#has('fresh') ? bytesOf(chance, 32) : new Uint8Array(32)
    const timeoutMs = this.#has('deadline') ? proveMs : getMs
    const reply = await round.ask(miner, prove, { id, nonce }, { timeoutMs, withinMs })
    return { root, nonce, reply }
  }

  /** Wants one blob back, if there is any. Of what comes its name is enough. */
  async #want(round: Round<Ledger>, miner: RoundMiner, held: readonly Replica[]) {
    const { getMs: timeoutMs, wantMs: withinMs } = this.#options
    const keep = ({ data }: { readonly data: Uint8Array }) => ({ id: rootOf(data) })
    const chosen = round.secret(`wanted of ${miner.hotkey}`).shuffled(held).slice(0, 1)
    const options = { timeoutMs, withinMs, keep }
    return await Promise.all(
      chosen.map(async ({ id }) => ({ id, reply: await round.ask(miner, get, { id }, options) })),
    )
  }

  /** Gives a miner that may have more a blob of the validator's own: the same for all miners, and known to nobody before, since it follows from a secret. */
  async #offer(round: Round<Ledger>, miner: RoundMiner, held: readonly Replica[]) {
    if (held.length >= tierOf(round.state, miner.hotkey, this.#options.tiers).quota) return undefined
    const number = freeNumber(held)
    const data = bytesOf(round.secret(`blob ${number}`, { block: 0 }), BLOB_BYTES)
    const key = { id: rootOf(data), miner: miner.hotkey, validator: round.validator }
    const keep = (sealed: Sealed) => ({ root: this.#rootOf(sealed, key) })
    const reply = await round.ask(miner, put, { data }, { timeoutMs: this.#options.putMs, keep })
    return { blob: { id: key.id, number }, reply }
  }

  /** The root of a sealed replica, if it is what it ought to be. */
  #rootOf({ miner, sealed }: Sealed, key: SealKey): string | null {
    const isRight = rootOf(unseal(sealed, { ...key, miner })) === key.id
    const isItsOwn = miner === key.miner || !this.#has('unique')
    return (isRight && isItsOwn) || !this.#has('opened') ? rootOf(sealed) : null
  }
}
