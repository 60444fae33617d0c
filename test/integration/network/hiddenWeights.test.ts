import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ChainNode, LocalChain, localnetPreset } from '../../../src/chain/index.js'
import { keyPairFromUri, type Signer } from '../../../src/crypto/index.js'
import type { CallArgs, CallName, Queries } from '../../../src/ledger/index.js'
import { fileValidatorStore, type ValidatorEvent } from '../../../src/neuron/index.js'
import { decodeSnapshot } from '../../../src/neuron/validatorSnapshot.js'
import { asHotkey, RAO_PER_TAO } from '../../../src/units/index.js'
import { bundle } from './bundle.js'

const TEMPO = 12
const alice = keyPairFromUri('//Alice')
const judge = asHotkey(keyPairFromUri('//Judge').address)
const miner = asHotkey(keyPairFromUri('//Miner').address)

let built: Awaited<ReturnType<typeof bundle>>
let folder: string
const children: ChildProcess[] = []

beforeAll(async () => {
  built = await bundle('committer')
  folder = await mkdtemp(join(tmpdir(), 'subnetkit-committer-'))
})

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

afterAll(async () => {
  await built.remove()
  await rm(folder, { recursive: true, force: true })
})

type Told = ValidatorEvent | { readonly type: 'ready' } | { readonly type: 'block'; readonly block: number }

/** Subnet 1, which hides weights, on a chain whose blocks come when they are asked for: nothing here is a matter of how quick a process is. */
async function started(name: string) {
  const preset = localnetPreset({
    hyperparameters: { commitRevealEnabled: true, tempoBlocks: TEMPO, weightsSetRateLimitBlocks: 1 },
  })
  const chain = await LocalChain.start({ preset, blockMs: 'manual' })
  const node = await ChainNode.start({ chain, port: 0 })
  const make = async <N extends CallName>(signer: Signer, call: N, args: CallArgs[N]) => {
    const sent = chain.call(signer, call, args)
    await chain.produceBlock()
    expect((await sent).refusal).toBeNull()
  }
  await make(alice, 'registerSubnet', { hotkey: asHotkey(keyPairFromUri('//Owner').address) })
  await make(alice, 'startSubnet', { netuid: 1 })
  for (const hotkey of [judge, miner])
    await make(alice, 'registerNeuron', { netuid: 1, hotkey, limitRao: null })
  await make(alice, 'addStake', { netuid: 1, hotkey: judge, amountRao: 1_000n * RAO_PER_TAO })
  const path = join(folder, `${name}.state`)
  const calls: string[] = []
  /** A block, of which the validator has had time to say what it has to. */
  const pass = async (validator: Validating): Promise<void> => {
    const { header, receipts } = await chain.produceBlock()
    for (const { callName, refusal } of receipts) calls.push(`${callName} ${refusal?.error ?? 'applied'}`)
    await expect
      .poll(() => validator.isOver() || validator.heardOf(header.number), { interval: 5 })
      .toBe(true)
  }
  const passUntil = async (
    validator: Validating,
    isThere: () => boolean | Promise<boolean>,
  ): Promise<void> => {
    for (let block = 0; !(await isThere()); block++) {
      if (block === 12 * TEMPO) expect.fail(`it never came; calls: ${calls.join(', ')}`)
      await pass(validator)
    }
  }
  const commits = (): Promise<Queries['weightsCommits']['answer']> =>
    chain.query('weightsCommits', { netuid: 1, hotkey: judge })
  return { chain, node, path, calls, passUntil, commits }
}

/** The validator in a process of its own, once it follows the chain. */
async function validating(node: ChainNode, path: string, ...more: string[]) {
  const child = spawn(
    process.execPath,
    [join(built.folder, 'committer.mjs'), node.url, path, miner, ...more],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  children.push(child)
  const ended = once(child, 'exit')
  const told: Told[] = []
  const lines = createInterface({ input: child.stdout })
  await new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      const event = JSON.parse(line) as Told
      told.push(event)
      if (event.type === 'ready') resolve()
    })
  })
  const of = <Type extends Told['type']>(type: Type) =>
    told.filter((event): event is Extract<Told, { type: Type }> => event.type === type)
  const heardOf = (block: number): boolean => of('block').some((told) => told.block >= block)
  return { child, ended, of, heardOf, isOver: () => child.exitCode !== null || child.signalCode !== null }
}

type Validating = Awaited<ReturnType<typeof validating>>

async function keptIn(path: string) {
  return decodeSnapshot((await fileValidatorStore(path).load())!, { netuid: 1, hotkey: judge }).commits
}

describe('a validator that is killed', () => {
  test('between its commit and its reveal reveals when it is started again', async () => {
    const { chain, node, path, passUntil, commits, calls } = await started('revealed')
    const first = await validating(node, path)
    await passUntil(first, async () => (await commits()).length > 0)
    first.child.kill('SIGKILL')
    await first.ended
    const [committed] = await commits()
    const [kept] = await keptIn(path)
    expect(kept).toMatchObject({ commitHash: committed!.commitHash, uids: [2], values: [65_535] })
    const second = await validating(node, path)
    await passUntil(second, () => second.of('weightsRevealed').length > 0)
    expect(second.of('weightsRevealed')[0]).toMatchObject({ commitHash: committed!.commitHash, form: 'hash' })
    expect(second.of('revealMissed')).toEqual([])
    await passUntil(second, async () => (await chain.metagraph(1)).columns.incentiveU16[2] === 65_535)
    expect(calls.filter((call) => !call.endsWith('applied'))).toEqual([])
    second.child.kill('SIGKILL')
    await second.ended
    await node.close()
    await chain.close()
  })

  test('between the save and the commit has nothing to reveal, says so, and commits anew', async () => {
    const { chain, node, path, passUntil, commits, calls } = await started('unsent')
    const first = await validating(node, path, 'diesWhenSaved')
    await passUntil(first, () => first.isOver())
    expect(first.child.signalCode).toBe('SIGKILL')
    const [kept] = await keptIn(path)
    expect([await commits(), chain.waitingCalls]).toEqual([[], 0])
    const second = await validating(node, path)
    await passUntil(second, () => second.of('revealMissed').length > 0)
    expect(second.of('revealMissed')).toMatchObject([{ commitHash: kept!.commitHash, reason: 'NotIncluded' }])
    await passUntil(second, () => second.of('weightsRevealed').length > 0)
    expect(calls.filter((call) => !call.endsWith('applied'))).toEqual([])
    second.child.kill('SIGKILL')
    await second.ended
    await node.close()
    await chain.close()
  })
})
