import { expect } from 'vitest'
import { ChainBeacon } from '../../src/chain/timelock/ChainBeacon.js'
import { bytesOfHex, hexOf } from '../../src/crypto/index.js'
import { EmissionScheduler } from '../../src/emission/index.js'
import { beginBlock } from '../../src/ledger/block/beginBlock.js'
import { CALL_TABLE, type CallArgs, type CallName } from '../../src/ledger/calls/callTable.js'
import type { CallDefinition } from '../../src/ledger/calls/defineCall.js'
import { checkCallArgs, type HyperparameterName, type LedgerEvent } from '../../src/ledger/index.js'
import { assignUid } from '../../src/ledger/neurons/assignUid.js'
import { answerTo } from '../../src/ledger/queries/queryTable.js'
import { type AccountId, accountOfKey } from '../../src/ledger/state/account.js'
import type { LedgerState } from '../../src/ledger/state/LedgerState.js'
import {
  clocks,
  epochs,
  hotkeys,
  hyperparameters,
  lastUpdates,
  stakes,
  uids,
} from '../../src/ledger/state/tables.js'
import { type BlockTimelocks, plainTimelocks } from '../../src/ledger/timelocks/BlockTimelocks.js'
import { givenTimelocks, timelocksOfBlock } from '../../src/ledger/timelocks/timelocksOfBlock.js'
import { ScaleWriter } from '../../src/ledger/weights/ScaleWriter.js'
import { SAFE_FLOAT_ZERO } from '../../src/math/index.js'
import { Beacon, decryptTimelock, encryptTimelock, verifyPulse } from '../../src/timelock/index.js'
import { type CallContext, callContextAt } from './callContext.js'
import { addBareSubnet, atBlock } from './contextAt.js'

/** A subnet as the file begins with it. */
export interface FileSubnet {
  readonly netuid: number
  readonly tempo: number
  readonly last_epoch_block: number
  readonly pending_epoch_at: number
  readonly epoch_index: number
  readonly hotkeys: readonly number[]
  readonly reveal_period_epochs: number
  readonly weights_set_rate_limit_blocks: number
  readonly commit_reveal_enabled: boolean
  readonly mechanism_count: number
  readonly last_update_blocks_all_mechanisms: number
}

export interface FileStart {
  readonly block: number
  readonly max_epochs_per_block: number
  readonly subnets: readonly FileSubnet[]
}

interface Row {
  readonly uids: readonly number[]
  readonly values: readonly number[]
}

interface Revealed extends Row {
  readonly salt: readonly number[]
  readonly version_key: number
}

interface Place {
  readonly netuid: number
  readonly mechanism: number
  readonly hotkey: number
}

interface FilePayload extends Row {
  /** `null` for the older form, which names none. */
  readonly hotkey: number | null
  readonly version_key: number
}

/** What happens in a block of the file. */
export type FileOperation =
  | ({ readonly op: 'commit'; readonly hash: string } & Place)
  | ({ readonly op: 'reveal' } & Place & Revealed)
  | ({ readonly op: 'batch_reveal'; readonly reveals: readonly Revealed[] } & Omit<Place, 'mechanism'>)
  | ({ readonly op: 'set_weights' } & Place & Row)
  | ({
      readonly op: 'commit_timelocked'
      readonly reveal_round: number
      readonly version: number
      readonly payload: FilePayload | null
    } & Place)
  | { readonly op: 'pulse'; readonly round: number }
  | {
      readonly op: 'replace_neuron'
      readonly netuid: number
      readonly old_hotkey: number
      readonly new_hotkey: number
    }
  | { readonly op: 'root_set_commit_reveal'; readonly netuid: number; readonly enabled: boolean }
  | { readonly op: 'root_set_reveal_period'; readonly netuid: number; readonly period: number }
  | { readonly op: 'root_set_tempo'; readonly netuid: number; readonly tempo: number }

/** The 32-byte key of an account: this file's hashes are over integers whose lowest byte comes first. */
const keyOf = (account: number): AccountId => {
  const key = new Uint8Array(32)
  new DataView(key.buffer).setUint32(0, account, true)
  return accountOfKey(key)
}

export const accountNumber = (key: Uint8Array): number =>
  new DataView(key.buffer, key.byteOffset).getUint32(0, true)

/** Errors of the call as somebody signs it, and as a test makes it, without guards; `null` for what is no call. */
export type Errors = readonly [string | null, string | null] | null

/** How the texts of a file are locked: committed as they are, or encrypted to the rounds of a beacon, as a chain with one has them. */
export type Locks = 'plain' | 'encrypted'

/** Of files whose texts are encrypted. */
const beacon = Beacon.fromSecretKey(new Uint8Array(32).fill(11))
const { publicKey } = beacon
const chainBeacon = new ChainBeacon(beacon)
const port = { verifyPulse, decryptTimelock }

/** A chain of the file: its blocks begin as a ledger's do, and its operations are calls. Every neuron has stake, and a permit at once. */
export class CommitRevealChain {
  #context: CallContext
  readonly #locks: Locks
  /** Rounds that come with the next block. */
  #rounds: number[] = []

  constructor({ block, max_epochs_per_block: maxEpochsPerBlock, subnets }: FileStart, locks: Locks) {
    const timelockBeacon = locks === 'plain' ? null : hexOf(publicKey)
    this.#context = callContextAt(block, { maxEpochsPerBlock, timelockBeacon })
    this.#locks = locks
    for (const subnet of subnets) this.#add(subnet)
  }

  get state(): LedgerState {
    return this.#context.state
  }

  /** Begins the next block: the chain's own work. @returns its events. */
  async begin(): Promise<readonly LedgerEvent[]> {
    const { state, config, block } = this.#context
    state.commit()
    const events: LedgerEvent[] = []
    const emit = (name: string, netuid: number | null, data: unknown): void => {
      events.push({ name, netuid, data } as LedgerEvent)
    }
    const timelocks = await this.#timelocks()
    const { maxEpochsPerBlock } = config
    const scheduler = new EmissionScheduler({ maxEpochsPerBlock })
    this.#context = {
      ...atBlock(state, config, block + 1),
      emit,
      events,
      timelocks,
      scheduler,
    } as CallContext
    beginBlock(this.#context)
    return [...events]
  }

  /** The time locks of the next block: opened as a chain in this process opens them, and verified as one that is told of them does. */
  async #timelocks(): Promise<BlockTimelocks> {
    const rounds = this.#rounds
    this.#rounds = []
    if (this.#locks === 'plain') return plainTimelocks(rounds.map((round) => ({ round })))
    const { state, config, block } = this.#context
    const recent = { head: { number: block } }
    const due = chainBeacon.dueWith(
      { query: (name, args) => answerTo({ state, config, recent } as never, name, args) },
      [...new Set(rounds)],
    )
    const input = due === null ? {} : await chainBeacon.open(due)
    return timelocksOfBlock(givenTimelocks(input), { state, config, block: block + 1 }, port)
  }

  run(operation: FileOperation): Errors {
    switch (operation.op) {
      case 'commit': {
        const { netuid, mechanism, hotkey, hash } = operation
        return this.#errors(hotkey, 'commitWeights', { netuid, mechanism, commitHash: hash })
      }
      case 'reveal': {
        const { netuid, mechanism, hotkey } = operation
        return this.#errors(hotkey, 'revealWeights', { netuid, mechanism, ...revealed(operation) })
      }
      case 'batch_reveal': {
        const { netuid, hotkey, reveals } = operation
        return this.#errors(hotkey, 'batchRevealWeights', { netuid, reveals: reveals.map(revealed) })
      }
      case 'set_weights': {
        const { netuid, mechanism, hotkey, uids, values } = operation
        return this.#errors(hotkey, 'setWeights', { netuid, mechanism, uids, values, versionKey: 0 })
      }
      case 'replace_neuron':
        this.#replace(operation.netuid, operation.old_hotkey, operation.new_hotkey)
        return null
      case 'root_set_commit_reveal':
        return this.#override(operation.netuid, 'commitRevealEnabled', operation.enabled)
      case 'root_set_reveal_period':
        return this.#override(operation.netuid, 'revealPeriodEpochs', operation.period)
      case 'root_set_tempo':
        return this.#override(operation.netuid, 'tempoBlocks', operation.tempo)
      case 'commit_timelocked': {
        const { netuid, mechanism, hotkey, reveal_round: revealRound, version, payload } = operation
        const commit = this.#lock(textOf(payload), hotkey, payload, revealRound)
        return this.#errors(hotkey, 'commitTimelockedWeights', {
          netuid,
          mechanism,
          commit,
          revealRound,
          version,
        })
      }
      case 'pulse':
        this.#rounds.push(operation.round)
        return null
    }
  }

  /** What is committed. What cannot be read is locked to another round, or locked and no text: both are the file's. */
  #lock(text: Uint8Array, hotkey: number, payload: FilePayload | null, revealRound: number): Uint8Array {
    if (this.#locks === 'plain') return text
    // The file has a round 0, which never comes.
    const round = Math.max(1, revealRound) + (payload === null && hotkey % 2 === 0 ? 1 : 0)
    return encryptTimelock(text, { round, publicKey })
  }

  #errors<N extends CallName>(hotkey: number, name: N, args: CallArgs[N]): Errors {
    const { state } = this.#context
    const savepoint = state.savepoint()
    const unguarded = this.#error({ ...this.#context, isGuarded: false }, hotkey, name, args)
    state.rollback(savepoint)
    return [this.#error(this.#context, hotkey, name, args), unguarded]
  }

  #error<N extends CallName>(
    context: CallContext,
    hotkey: number,
    name: N,
    args: CallArgs[N],
  ): string | null {
    checkCallArgs(name, args)
    const definition: CallDefinition = CALL_TABLE[name]
    const savepoint = context.state.savepoint()
    const refusal = definition.read(definition.encodeArgs(args))!(context as never, keyOf(hotkey))
    if (refusal !== null) context.state.rollback(savepoint)
    return refusal?.error ?? null
  }

  #override(netuid: number, name: HyperparameterName, value: number | boolean): null {
    expect(this.#error(this.#context, 0, 'overrideHyperparameter', { netuid, name, value })).toBeNull()
    return null
  }

  #replace(netuid: number, old: number, hotkey: number): void {
    const { state } = this.#context
    const uid = state.required(uids, netuid, keyOf(old))
    this.#endow(netuid, hotkey)
    assignUid(this.#context, netuid, { kind: 'replace', uid }, keyOf(hotkey))
    this.#permit(netuid)
  }

  #add(subnet: FileSubnet): void {
    const { state, config } = this.#context
    const { netuid } = subnet
    addBareSubnet(this.#context, netuid)
    state.set(hyperparameters, [netuid], {
      ...config.hyperparameters,
      tempoBlocks: subnet.tempo,
      revealPeriodEpochs: subnet.reveal_period_epochs,
      weightsSetRateLimitBlocks: subnet.weights_set_rate_limit_blocks,
      commitRevealEnabled: subnet.commit_reveal_enabled,
      mechanismCount: subnet.mechanism_count,
    })
    state.setRow(clocks, netuid, {
      lastEpochBlock: subnet.last_epoch_block,
      pendingEpochAtBlock: subnet.pending_epoch_at,
      epochIndex: subnet.epoch_index,
    })
    for (const [uid, hotkey] of subnet.hotkeys.entries()) {
      this.#endow(netuid, hotkey)
      assignUid(this.#context, netuid, { kind: 'append', uid }, keyOf(hotkey))
      for (let mechanism = 0; mechanism < subnet.mechanism_count; mechanism++) {
        const block = subnet.last_update_blocks_all_mechanisms
        state.setCell(lastUpdates, [netuid, mechanism], 'block', uid, block)
      }
    }
    this.#permit(netuid)
  }

  #endow(netuid: number, hotkey: number): void {
    const { state } = this.#context
    state.set(hotkeys, [keyOf(hotkey)], { owner: keyOf(hotkey), takeU16: null, takeChangedAtBlock: 0 })
    state.set(stakes, [netuid, keyOf(hotkey)], { totalAlpha: 1_000n, denominator: SAFE_FLOAT_ZERO })
  }

  #permit(netuid: number): void {
    const { state } = this.#context
    const record = state.required(epochs, netuid)
    state.set(epochs, [netuid], { ...record, validatorPermit: record.validatorPermit.map(() => 1) })
  }
}

/** What is committed as plain text: of `null` bytes that are none. */
function textOf(payload: FilePayload | null): Uint8Array {
  if (payload === null) return Uint8Array.of(0xff)
  const { hotkey, uids, values, version_key: versionKey } = payload
  const writer = new ScaleWriter()
  if (hotkey !== null) writer.bytes(bytesOfHex(keyOf(hotkey)))
  return writer.u16s(uids).u16s(values).u64(BigInt(versionKey)).taken()
}

const revealed = ({ uids, values, salt, version_key: versionKey }: Revealed) => ({
  uids,
  values,
  salt,
  versionKey,
})
