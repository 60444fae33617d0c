import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  artefactStream,
  CHUNK_BYTES,
  encodeArtefactCommitment,
  ServedArtefacts,
} from '../../../src/artefact/index.js'
import { localnetPreset } from '../../../src/chain/index.js'
import { sleep } from '../../../src/clock/index.js'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import { silentLogger } from '../../../src/log/index.js'
import {
  type ArtefactCommit,
  type CodeJob,
  decodeRound,
  encodeRound,
  metered,
  NotScoredError,
  type Played,
  ProtocolMechanism,
  type Round,
  type RoundRecord,
  type RunResult,
} from '../../../src/mechanism/index.js'
import {
  LocalNetwork,
  type LocalNetworkOptions,
  type MinerSpec,
  type NetworkEvent,
} from '../../../src/network/index.js'
import { publishCommitment } from '../../../src/neuron/commitments/publishCommitment.js'
import { answerTo, commitArtefacts, replayRound } from '../../../src/neuron/index.js'
import { onnxFile } from '../../support/onnxWriter.js'
import { double, Programs, program } from './programs.js'

type Network = LocalNetwork<unknown, unknown>

const running: Network[] = []
afterEach(async () => {
  for (const network of running.splice(0)) await network.stop()
})

interface Watched {
  readonly network: Network
  readonly events: readonly NetworkEvent[]
  readonly hotkeyOf: (name: string) => string
  /** Names of hotkeys, in order. */
  readonly named: (commits: readonly ArtefactCommit[]) => string[]
  /** Runs one epoch more. */
  readonly epoch: () => Promise<void>
  /** Runs epochs until there is this block. */
  readonly untilBlock: (block: number) => Promise<void>
}

async function started(
  options: Pick<LocalNetworkOptions<unknown, unknown, null>, 'mechanism' | 'miners'> &
    Partial<LocalNetworkOptions<unknown, unknown, null>>,
): Promise<Watched> {
  const events: NetworkEvent[] = []
  const network = await LocalNetwork.start<unknown, unknown>({
    validators: 1,
    preset: localnetPreset({ hyperparameters: { maxAllowedValidators: 4 } }),
    logger: silentLogger,
    onEvent: (event) => events.push(event),
    ...options,
  })
  running.push(network)
  const hotkeyOf = (name: string): string => network.neurons.find((one) => one.name === name)?.hotkey ?? ''
  const nameOf = (hotkey: string) => network.neurons.find((one) => one.hotkey === hotkey)?.name ?? hotkey
  const epoch = async (): Promise<void> => {
    for await (const _ of network.epochs({ count: 1 })) return
  }
  return {
    network,
    events,
    hotkeyOf,
    named: (commits) => commits.map(({ hotkey }) => nameOf(hotkey)),
    epoch,
    untilBlock: async (block) => {
      while ((await network.chain.head()).number < block) await epoch()
    },
  }
}

/** What several validators saw in each block. */
function byBlock<T>(seen: readonly { readonly block: number; readonly given: T }[]): T[][] {
  const blocks = new Map<number, T[]>()
  for (const { block, given } of seen) blocks.set(block, [...(blocks.get(block) ?? []), given])
  return [...blocks.values()]
}

/** Does something in each round, keeps what came of it, and scores nobody. */
class Probe<T> extends ProtocolMechanism {
  /** By block, what each validator saw. */
  readonly seen: { readonly block: number; readonly given: T }[] = []
  readonly #look: (round: Round<null>) => Promise<T>

  constructor(look: (round: Round<null>) => Promise<T>) {
    super()
    this.#look = look
  }

  get last(): T | undefined {
    return this.seen.at(-1)?.given
  }

  initialState() {
    return null
  }

  async play(round: Round<null>) {
    const given = await this.#look(round)
    this.seen.push({ block: round.block, given })
    return {}
  }

  score({ state }: Played<Probe<T>>) {
    return { scores: new Map<never, number>(), state }
  }
}

const job: CodeJob<unknown> = { call: 'solve', input: 3, steps: 2_000_000, output: z.unknown() }

/** Runs every artefact of a kind, by the hotkey of its miner. */
const runAll = (more: Partial<CodeJob<unknown>> = {}) =>
  new Probe(async (round) => {
    const commits = await round.artefacts('program')
    const runs = commits.map(
      async (commit) => [commit.hotkey, await round.runCode(commit, { ...job, ...more })] as const,
    )
    return new Map<string, RunResult<unknown>>(await Promise.all(runs))
  })

const named = (name: string, source: string): MinerSpec<unknown, unknown> => ({
  name,
  artefacts: program(source),
})

describe('a market of programs', () => {
  it('runs what miners committed to, and pays the one that is right', async () => {
    const { network, hotkeyOf } = await started({
      mechanism: new Programs(),
      miners: [
        named('right', double),
        named('wrong', 'export const solve = () => 7'),
        { name: 'stuck', artefacts: () => program('export function solve() { for (;;); }') },
      ],
      validators: 2,
    })
    let last = await network.metagraph()
    for await (const { metagraph } of network.epochs({ count: 3 })) last = metagraph
    const { standings } = network.validator('validator-1')
    const means = ['right', 'wrong', 'stuck'].map((name) => standings.get(hotkeyOf(name) as never)?.mean)
    expect(means).toEqual([1, 0, 0])
    expect(last.columns.incentiveU16[last.uidOf(hotkeyOf('right') as never)!]).toBe(65_535)
  })

  it('names what hostile programs do, and goes on', async () => {
    const hostile = {
      loops: 'export function solve() { for (;;); }',
      fills: 'export function solve() { const list = []; for (;;) list.push(new Uint8Array(1e6)) }',
      throws: 'export function solve() { throw new RangeError("mine") }',
      nests: 'export function solve() { return solve() }',
      broken: 'export function solve( {',
      other: 'export function resolve() { return 1 }',
      waits: 'export async function solve() { await new Promise(() => {}) }',
      text: 'export function solve() { return "3" }',
      none: 'export function solve() { return NaN }',
      huge: 'export function solve() { return "x".repeat(2_000_000) }',
      calls:
        'export function solve() { for (let n = 0; n < 2_000; n++) { try { tell(n) } catch {} } return 1 }',
      getter: 'export function solve() { return { get a() { throw new Error("no") } } }',
      right: 'export function solve(x) { return x + Math.sign(-0) }',
    }
    const probe = runAll({ steps: 60_000_000, output: z.number(), functions: { tell: () => null } })
    const { epoch, hotkeyOf, events } = await started({
      mechanism: probe,
      miners: Object.entries(hostile).map(([name, source]) => named(name, source)),
    })
    await epoch()
    const why = Object.keys(hostile).map((name) => {
      const run = probe.last?.get(hotkeyOf(name))
      return [name, run?.status, run?.status === 'failed' ? run.why.split(':')[0] : undefined]
    })
    expect(why).toEqual([
      ['loops', 'failed', 'steps'],
      ['fills', 'failed', 'memory'],
      ['throws', 'failed', 'threw'],
      ['nests', 'failed', 'stack'],
      ['broken', 'failed', 'threw'],
      ['other', 'failed', 'noFunction'],
      ['waits', 'failed', 'unsettled'],
      ['text', 'failed', 'output'],
      ['none', 'failed', 'output'],
      ['huge', 'failed', 'badValue'],
      ['calls', 'failed', 'calls'],
      ['getter', 'failed', 'threw'],
      ['right', 'ok', undefined],
    ])
    expect(probe.seen.length).toBeGreaterThan(3)
    expect(events.filter(({ type }) => type === 'roundFailed')).toEqual([])
  }, 120_000)

  it("meters the functions that it hands in, and takes what is the platform's fault for no failure", async () => {
    const probe = runAll({
      input: null,
      steps: 50_000_000,
      functions: {
        shout: metered((text: string) => text.toUpperCase(), { units: 10, of: (said) => said.length }),
        look: () => {
          throw new NotScoredError('the source is down')
        },
      },
    })
    const { epoch, hotkeyOf } = await started({
      mechanism: probe,
      miners: [
        named('thrifty', 'export const solve = () => shout("abc") + shout("de")'),
        named(
          'greedy',
          `export function solve() {
          const said = [shout("12345678")]
          for (const text of ["123", "1"]) try { said.push(shout(text)) } catch (error) { said.push(error.message) }
          return said
        }`,
        ),
        named('unlucky', 'export const solve = () => { try { look() } catch {} return 1 }'),
      ],
    })
    await epoch()
    expect(probe.last?.get(hotkeyOf('thrifty'))).toMatchObject({
      status: 'ok',
      value: 'ABCDE',
      used: { shout: 5 },
    })
    const greedy = probe.last?.get(hotkeyOf('greedy'))
    expect(greedy).toMatchObject({ status: 'ok', used: { shout: 10 } })
    expect(greedy?.status === 'ok' && greedy.value).toEqual([
      '12345678',
      expect.stringContaining('The 10 units of shout do not hold the 3 of this call.'),
      expect.stringContaining('The 10 units of shout are used up.'),
    ])
    expect(probe.last?.get(hotkeyOf('unlucky'))).toEqual({
      status: 'notScored',
      why: 'Nobody can be scored: the source is down.',
      used: { shout: 0 },
    })
  })

  it('is told of a meter that gives no number', async () => {
    const probe = runAll({ functions: { tell: metered(() => 1, { units: 1, of: () => Number.NaN }) } })
    const { epoch, events } = await started({
      mechanism: probe,
      miners: [named('one', 'export const solve = () => tell()')],
    })
    await epoch()
    expect(events.find(({ type }) => type === 'roundFailed')).toMatchObject({
      error: { message: expect.stringContaining('handed in tell, whose meter gave NaN units') },
    })
  })

  it('runs what the input was when it was asked, whatever becomes of it, and refuses a class each time', async () => {
    const source = 'export const solve = ({ n }) => [n]'
    class Odd {
      readonly n = 1
    }
    const probe = new Probe(async (round) => {
      const given = [1, 2, 3, 4].map((n) => ({ n }))
      const asked = given.map((input) => round.runCode(source, { ...job, input }))
      for (const one of given) one.n += 100
      const ran = (await Promise.all(asked)).map((run) => run.status === 'ok' && run.value)
      const odd = round.runCode(source, { ...job, input: new Odd() as unknown as { n: number } })
      return { ran, odd: await odd.catch((error: Error) => error.name) }
    })
    const { epoch } = await started({ mechanism: probe, miners: [named('one', double)], validators: 2 })
    await epoch()
    for (const { given } of probe.seen)
      expect(given).toEqual({ ran: [[1], [2], [3], [4]], odd: 'InvalidArgumentError' })
  })

  it('runs source that is given as text, with the seed of the task', async () => {
    const probe = new Probe((round) =>
      round.runCode('export const solve = () => [Math.random()]', { ...job, output: z.array(z.number()) }),
    )
    const { epoch } = await started({ mechanism: probe, miners: [named('one', double)], validators: 2 })
    await epoch()
    const blocks = byBlock(probe.seen)
    for (const [one, other] of blocks) expect(other).toEqual(one)
    expect(new Set(probe.seen.map(({ given }) => JSON.stringify(given))).size).toBe(blocks.length)
  })
})

describe('commitments of a network', () => {
  const lists = (options: Parameters<Round<null>['artefacts']>[1] = {}) =>
    new Probe((round) => round.artefacts('program', options))

  it('are worth nothing to whoever commits to the same bytes later, unless copies are kept', async () => {
    for (const copies of ['void', 'keep'] as const) {
      const probe = lists({ copies })
      const { untilBlock, named: names } = await started({
        mechanism: probe,
        miners: [
          { ...named('copy', double), artefactsAfterBlock: 20 },
          named('first', double),
          named('other', `${double} // mine`),
        ],
      })
      await untilBlock(40)
      const last = names(probe.last ?? [])
      expect(last.filter((name) => name !== 'copy').sort()).toEqual(['first', 'other'])
      expect(last.at(-1) === 'copy').toBe(copies === 'keep')
    }
  })

  it('of bytes that are a copy have failed where they are run all the same', async () => {
    const taken = new Map<string, ArtefactCommit>()
    const probe = new Probe(async (round) => {
      for (const commit of await round.artefacts('program', { copies: 'keep' }))
        taken.set(commit.hotkey, commit)
      await round.artefacts('program')
      return await Promise.all([...taken.values()].map((commit) => round.runCode(commit, job)))
    })
    const { untilBlock, hotkeyOf } = await started({
      mechanism: probe,
      miners: [{ ...named('copy', double), artefactsAfterBlock: 20 }, named('first', double)],
    })
    await untilBlock(40)
    expect(probe.last).toContainEqual({
      status: 'failed',
      why: `copy: ${hotkeyOf('first')} committed to the same bytes before.`,
      steps: 0,
      used: {},
    })
  })

  it('are the same, in the same order, to a validator that joins later', async () => {
    const probe = lists()
    const { network, epoch } = await started({
      mechanism: probe,
      miners: ['a', 'b', 'c', 'd', 'e'].map((name) => named(name, `${double} // ${name}`)),
    })
    await epoch()
    await network.addValidator({ name: 'late' })
    await epoch()
    const both = byBlock(probe.seen).filter(({ length }) => length === 2)
    expect(both.length).toBeGreaterThan(2)
    for (const [one, other] of both) expect(other).toEqual(one)
    expect(probe.last?.length).toBe(5)
  })

  it('that are replaced count by the newest alone, and with one shot void the place', async () => {
    for (const windowBlocks of [undefined, 30]) {
      const probe = lists(windowBlocks === undefined ? {} : { oneShot: { windowBlocks } })
      const {
        network,
        epoch,
        untilBlock,
        named: names,
      } = await started({
        mechanism: probe,
        miners: [named('once', double), named('twice', `${double} // first`)],
      })
      await epoch()
      const before = await network.chain.query('commitment', {
        netuid: network.netuid,
        hotkey: network.miner('twice').hotkey,
      })
      await untilBlock(60)
      await network.run(network.miner('twice').commitArtefacts(program(`${double} // second`)))
      await epoch()
      const after = probe.last ?? []
      expect(names(after)).toEqual(windowBlocks === undefined ? ['once', 'twice'] : ['once'])
      const twice = after.find(({ hotkey }) => hotkey === network.miner('twice').hotkey)
      if (twice !== undefined) expect(twice.block).toBeGreaterThan(before?.block ?? 0)
    }
  })

  it('may be made again by a miner itself, once it runs', async () => {
    const probe = lists()
    const { network, untilBlock } = await started({
      mechanism: probe,
      miners: [
        {
          name: 'restless',
          artefacts: (self) => {
            void sleep(self.clock, 5_000).then(() => self.commitArtefacts(program(`${double} // again`)))
            return program(double)
          },
        },
      ],
    })
    await untilBlock(60)
    const digests = probe.seen.flatMap(({ given }) => given.map(({ digest }) => digest))
    expect(new Set(digests).size).toBe(2)
    expect(network.miner('restless').isRunning).toBe(true)
  })

  it('are not taken of a miner that was made without any', async () => {
    const { network } = await started({
      mechanism: lists(),
      miners: [
        named('one', double),
        { name: 'none', answers: [answerTo(artefactStream, async function* () {})] },
      ],
    })
    await expect(network.miner('none').commitArtefacts(program(double))).rejects.toThrow(InvalidArgumentError)
  })
})

describe('bytes that cannot be had', () => {
  it('are unavailable, and the miner that trickles holds up nobody for long', async () => {
    const probe = new Probe(async (round) => {
      const commits = await round.artefacts('program')
      return new Map(
        await Promise.all(
          commits.map(async (commit) => [commit.hotkey as string, await round.runCode(commit, job)] as const),
        ),
      )
    })
    const large = new Uint8Array(3 * CHUNK_BYTES)
    const { network, untilBlock, hotkeyOf, events } = await started({
      mechanism: probe,
      miners: [
        named('right', double),
        {
          name: 'trickles',
          answers: [
            answerTo(artefactStream, async function* (_request, { clock }) {
              yield large.subarray(0, CHUNK_BYTES)
              await sleep(clock, 55_000)
              yield large.subarray(0, CHUNK_BYTES)
            }),
          ],
        },
        {
          name: 'lies',
          answers: [
            answerTo(artefactStream, async function* () {
              yield Uint8Array.of(1, 2, 3)
            }),
          ],
        },
      ],
    })
    const { chain, netuid } = network
    for (const [name, bytes] of [
      ['trickles', large],
      ['lies', Uint8Array.of(3, 2, 1)],
    ] as const) {
      const signer = network.signersOf(name).hotkey
      await network.run(commitArtefacts({ chain, signer, netuid, artefacts: [{ kind: 'program', bytes }] }))
    }
    await untilBlock(400)
    const of = (name: string) =>
      probe.seen.map(({ given }) => given.get(hotkeyOf(name))).filter((run) => run !== undefined)
    expect(new Set(of('right').map(({ status }) => status))).toEqual(new Set(['ok']))
    expect(new Set(of('trickles').map(({ status }) => status))).toEqual(new Set(['unavailable']))
    const words = of('lies').map((run) => (run.status === 'unavailable' ? run.why : ''))
    expect(words[0]).toBe('The miner gave bytes of another digest.')
    expect(words).not.toContain('')
    const elapsed = events.flatMap((event) => (event.type === 'roundScored' ? [event.elapsedMs] : []))
    // It is waited for once; it is asked again beside later rounds, which wait for nobody.
    expect(elapsed.filter((ms) => ms > 0)).toEqual([10_000])
    expect(elapsed.length).toBeGreaterThan(200)
  })

  it('of a miner that commits anew in each round and is slow each time hold up one round', async () => {
    let served: ServedArtefacts | undefined
    const probe = runAll()
    const { network, untilBlock, hotkeyOf, events } = await started({
      mechanism: probe,
      miners: [
        {
          name: 'slow',
          answers: [
            answerTo(artefactStream, async function* (request, { clock }) {
              await sleep(clock, 9_900)
              if (served !== undefined) yield* served.chunks(request)
            }),
          ],
        },
      ],
    })
    const { chain, netuid } = network
    const signer = network.signersOf('slow').hotkey
    const times = 5
    for (let at = 0; at < times; at++) {
      const artefacts = program(double + ' '.repeat(at))
      served = new ServedArtefacts(signer.hotkey, artefacts)
      await network.run(commitArtefacts({ chain, signer, netuid, artefacts }))
      await untilBlock((await chain.head()).number + 100)
      // Had in the end, beside the rounds.
      expect(probe.last?.get(hotkeyOf('slow'))).toMatchObject({ status: 'ok', value: 6 })
    }
    const elapsed = events.flatMap((event) => (event.type === 'roundScored' ? [event.elapsedMs] : []))
    const waited = elapsed.filter((ms) => ms > 0)
    expect(waited[0]).toBe(9_900)
    expect(waited.length).toBeGreaterThan(1)
    // It would be five times as much.
    expect(waited.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(20_000)
  })

  it('are not fetched for a list where they are more than the rules let run', async () => {
    let asked = 0
    const probe = runAll()
    const { network, untilBlock, hotkeyOf, events } = await started({
      mechanism: probe,
      miners: [
        {
          name: 'endless',
          answers: [
            answerTo(artefactStream, async function* () {
              asked++
              for (;;) yield new Uint8Array(CHUNK_BYTES)
            }),
          ],
        },
        named('right', double),
      ],
    })
    const { chain, netuid } = network
    const signer = network.signersOf('endless').hotkey
    const entry = { kind: 'program', bytes: 2 ** 32 - 1, digest: '0'.repeat(64) }
    const parts = [{ bytes: encodeArtefactCommitment([entry]) }]
    await network.run(publishCommitment({ chain, signer, netuid, parts }))
    await untilBlock(60)
    expect(asked).toBe(0)
    expect(probe.last?.get(hotkeyOf('endless'))).toMatchObject({
      status: 'failed',
      why: expect.stringMatching(/^size: /),
    })
    expect(probe.last?.get(hotkeyOf('right'))).toMatchObject({ status: 'ok', value: 6 })
    const elapsed = events.flatMap((event) => (event.type === 'roundScored' ? [event.elapsedMs] : []))
    expect(new Set(elapsed)).toEqual(new Set([0]))
  })

  it('of a miner that has gone are unavailable, and those that are here are run on', async () => {
    const probe = runAll()
    const { network, epoch, untilBlock, hotkeyOf } = await started({
      mechanism: probe,
      miners: [{ ...named('gone', double), diesAfterEpoch: 1 }, named('here', `${double} //`)],
    })
    await epoch()
    await epoch()
    expect(probe.last?.get(hotkeyOf('gone'))).toMatchObject({ status: 'ok', value: 6 })
    await network.addValidator({ name: 'late' })
    const before = probe.seen.length
    await untilBlock(100)
    const late = probe.seen.slice(before).map(({ given }) => given.get(hotkeyOf('gone'))?.status)
    expect(new Set(late)).toEqual(new Set(['ok', 'unavailable']))
  })

  it('are given whole, or not at all where they are too many', async () => {
    const probe = new Probe(async (round) => {
      const [commit] = await round.artefacts('program')
      if (commit === undefined) return undefined
      const { bytes } = commit
      return await Promise.all([bytes, bytes - 1].map((maxBytes) => round.bytes(commit, { maxBytes })))
    })
    const { epoch } = await started({ mechanism: probe, miners: [named('one', double)] })
    await epoch()
    expect(probe.last).toEqual([program(double)[0]?.bytes, undefined])
  })

  it('are too many for the rules, which is a failure', async () => {
    class Small extends Probe<RunResult<unknown>[]> {
      override readonly roundLimits = { artefactBytes: 10 }
    }
    const probe = new Small(async (round) =>
      Promise.all((await round.artefacts('program')).map((commit) => round.runCode(commit, job))),
    )
    const { epoch } = await started({ mechanism: probe, miners: [named('one', double)] })
    await epoch()
    const why = `size: It has ${double.length} bytes, more than 10.`
    expect(probe.last).toEqual([{ status: 'failed', why, steps: 0, used: {} }])
  })
})

describe('what a program gives', () => {
  it('is recorded and replays, as deep as a value can nest, and whatever it says of itself', async () => {
    const records: RoundRecord[] = []
    const { network, events, epoch } = await started({
      mechanism: new Runs(),
      miners: [
        named(
          'deep',
          'export function solve() { let a = 1; for (let i = 0; i < 32; i++) a = [a]; return a }',
        ),
        // Cut after 300 characters, and so within a pair.
        named('cut', "export function solve() { throw new Error('x'.repeat(292) + '\u{1F600}') }"),
      ],
      onRound: (record) => void records.push(decodeRound(encodeRound(record))),
    })
    await epoch()
    await network.stop()
    expect(events.filter(({ type }) => type === 'roundNotRecorded')).toEqual([])
    const last = records.at(-1) as RoundRecord
    expect(last.entries.filter(({ door }) => door === 'runCode')).toHaveLength(2)
    expect((await replayRound(new Runs(), last)).report).toHaveLength(4)
  })
})

/** Runs every program, and says in its report what came of it: as words, since a report nests no deeper than a record. */
class Runs extends ProtocolMechanism {
  initialState() {
    return null
  }

  async play(round: Round<null>) {
    const commits = await round.artefacts('program')
    const functions = {
      two: metered(() => 2, { units: 1, of: () => 1 }),
      one: metered(() => 1, { units: 1, of: () => 1 }),
    }
    return {
      commits,
      ran: await Promise.all(commits.map((commit) => round.runCode(commit, { ...job, functions }))),
    }
  }

  score({ commits, ran, state }: Played<Runs>) {
    // Keys too stand as they stood.
    const report = [...commits, ...ran].map((one) => JSON.stringify(one))
    return { scores: new Map<never, number>(), state, report }
  }
}

describe('a market of models', () => {
  const model = (scale: number) =>
    onnxFile({
      inputs: { x: [1, 4] },
      constants: [{ name: 'w', dims: [4, 2], data: new Float32Array(8).fill(scale) }],
      nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
      outputs: ['y'],
    })
  const bomb = onnxFile({
    inputs: { x: [1, 4] },
    constants: [{ name: 's', dims: [2], data: BigInt64Array.of(65_536n, 65_536n) }],
    nodes: [
      { op: 'ConstantOfShape', inputs: ['s'], outputs: ['a'] },
      { op: 'ReduceSum', inputs: ['a'], outputs: ['y'], attributes: { keepdims: 0 } },
    ],
    outputs: ['y'],
  })

  it('runs them on the grid, and names what is wrong with those that are no such model', async () => {
    const probe = new Probe(async (round) => {
      const commits = await round.artefacts('model')
      const runs = commits.map(async (commit) => {
        const run = await round.runModel(commit, {
          inputs: { x: { dims: [1, 4], data: Float32Array.of(1, 1, 1, 0.3) } },
          outputs: { y: { type: 'float32', dims: [1, 2] } },
          bound: { multiplyAdds: 1_000, tensorBytes: 100_000 },
          grid: 0.25,
        })
        return [commit.hotkey as string, run] as const
      })
      return new Map(await Promise.all(runs))
    })
    const artefacts = (bytes: Uint8Array) => [{ kind: 'model', bytes }]
    const { epoch, hotkeyOf } = await started({
      mechanism: probe,
      miners: [
        { name: 'right', artefacts: artefacts(Uint8Array.from(model(1))) },
        { name: 'bomb', artefacts: artefacts(Uint8Array.from(bomb)) },
        { name: 'noise', artefacts: artefacts(Uint8Array.of(1, 2, 3)) },
      ],
    })
    await epoch()
    // 3.3 lies between 3.25 and 3.5.
    expect(probe.last?.get(hotkeyOf('right'))).toEqual({
      status: 'ok',
      value: { y: { dims: [1, 2], data: [3.25, 3.25] } },
      steps: 8,
      used: {},
    })
    expect(probe.last?.get(hotkeyOf('bomb'))).toMatchObject({
      status: 'failed',
      why: expect.stringMatching(/^size: /),
    })
    expect(probe.last?.get(hotkeyOf('noise'))).toMatchObject({
      status: 'failed',
      why: expect.stringMatching(/^unreadable: /),
    })
  })
})
