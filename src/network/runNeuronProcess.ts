import { RemoteChain } from '../chain/index.js'
import { check, func, instance, listOf, optional, shape } from '../checks/index.js'
import { sleep, systemClock } from '../clock/index.js'
import type { CanonicalValue } from '../codec/index.js'
import { keyPairFromSeed } from '../crypto/index.js'
import { Dendrite } from '../dendrite/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import { silentLogger } from '../log/index.js'
import {
  faultOfEvent,
  fileRoundStore,
  fileValidatorStore,
  type MechanismMinerOptions,
  Miner,
  type MinerHooks,
  type SynapseMinerOptions,
  Validator,
  type ValidatorOptions,
} from '../neuron/index.js'
import { asHotkey } from '../units/index.js'
import { type AnyValidator, type AnyValidatorOptions, FurtherMechanism } from './furtherMechanism.js'
import { NotSpawnedError } from './networkErrors.js'
import {
  type ChildError,
  type ChildMessage,
  enveloped,
  messageIn,
  type NeuronConfig,
  type NeuronEvent,
} from './processProtocol.js'
import { recordedBy } from './roundsFolder.js'
import type { MinerSelf, MinerSpec } from './specs.js'

/** How long a neuron may take to stop before its process ends without it. */
const STOP_MS = 2_000
/** Events on their way to the parent; more are dropped, so that a slow parent costs no memory here. */
const EVENTS_IN_FLIGHT = 256

/** What a neuron in a process of its own knows about itself before it starts. */
export interface ProcessSelf extends MinerSelf {
  /** As given in the network's options: check it before use. */
  readonly options: unknown
}

/** A miner's part of a process. */
export type MinerWork<Task, Answer> = Pick<MinerSpec<Task, Answer>, 'artefacts'> &
  (
    | Pick<MechanismMinerOptions<Task, Answer>, 'mechanism' | 'answer' | MinerSetting>
    | Pick<SynapseMinerOptions, 'mechanism' | 'answer' | MinerSetting>
  )

type MinerSetting = keyof MinerHooks | 'answers' | 'minCallerStakeAlpha' | 'axon' | 'artefactsAfterBlock'

/** A validator's part of a process. */
export interface ValidatorWork<Task, Answer, State extends CanonicalValue>
  extends Pick<
    ValidatorOptions<Task, Answer, State>,
    | 'mechanism'
    | 'weights'
    | 'sampleSize'
    | 'roundBlocks'
    | 'weightsLeadBlocks'
    | 'commitForm'
    | 'concurrency'
    | 'customers'
    | 'artefacts'
  > {
  /** One for each mechanism of the subnet after the first, in their order; the other settings are theirs too, but for `weights` and `customers`. */
  readonly furtherMechanisms?: readonly FurtherMechanism[]
}

/** What there is to see of a validator, whatever its tasks and answers are. */
export type ProcessValidator = Pick<
  Validator<never, never, never>,
  'hotkey' | 'isRunning' | 'block' | 'blocksBehind' | 'observe' | 'dendrite' | 'standings' | 'customers'
>

/** A neuron of a process and what it works with, made and not started: what `Monitor.watch` of `subnetkit/monitor` takes. */
export interface ProcessParts {
  readonly chain: RemoteChain
  readonly miner?: Miner
  /** That of the subnet's first mechanism. */
  readonly validator?: ProcessValidator
}

/** What a module can be, by role. */
export interface NeuronRoles<Task, Answer, State extends CanonicalValue> {
  readonly miner?: (self: ProcessSelf) => MinerWork<Task, Answer> | Promise<MinerWork<Task, Answer>>
  readonly validator?: (
    self: ProcessSelf,
  ) => ValidatorWork<Task, Answer, State> | Promise<ValidatorWork<Task, Answer, State>>
  /** Called with the neuron before it starts, to watch it: metrics, traces. The start waits for it, and fails when it does. */
  readonly watch?: (parts: ProcessParts, self: ProcessSelf) => unknown
}

const rolesShape = shape<NeuronRoles<unknown, unknown, CanonicalValue>>({
  miner: optional(func),
  validator: optional(func),
  watch: optional(func),
})

/**
 * The whole program of a neuron in a process of its own: takes its place in the `ProcessNetwork` that started it,
 * runs until that network, a signal or a failure ends it, and then ends the process.
 *
 * @throws InvalidArgumentError for roles that are no functions.
 * @throws NotSpawnedError when no `ProcessNetwork` started this process.
 *
 * @example
 * ```ts
 * import type { IncentiveMechanism } from 'subnetkit/mechanism'
 * import { runNeuronProcess } from 'subnetkit/network'
 *
 * declare const mechanism: IncentiveMechanism<string, string>
 *
 * await runNeuronProcess({
 *   miner: () => ({ mechanism, answer: (task) => task.toUpperCase() }),
 *   validator: () => ({ mechanism }),
 * })
 * ```
 */
export async function runNeuronProcess<Task, Answer, State extends CanonicalValue = null>(
  roles: NeuronRoles<Task, Answer, State>,
): Promise<never> {
  check('roles', rolesShape, roles)
  if (process.send === undefined) throw new NotSpawnedError()
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort())
  // The parent is gone: nobody is left to work for.
  process.on('disconnect', () => stop.abort())
  stop.signal.addEventListener('abort', () => void endAnyway(), { once: true })
  try {
    const config = await receiveConfig()
    await live(config, roles, stop.signal)
    process.exit(0)
  } catch (error) {
    if (stop.signal.aborted) process.exit(0)
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    await new Promise<void>((resolve) => tellParent({ type: 'failed', error: childError(error) }, resolve))
    process.exit(1)
  }
}

/** Runs the neuron until it stops by itself or by the signal. */
async function live<Task, Answer, State extends CanonicalValue>(
  config: NeuronConfig,
  roles: NeuronRoles<Task, Answer, State>,
  signal: AbortSignal,
): Promise<void> {
  const chain = await RemoteChain.connect({ url: config.chainUrl, signal })
  try {
    const neuron = await makeNeuron(config, roles, chain, signal)
    const stop = (): void => void neuron.stop()
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) return
    await neuron.start()
    tellParent({ type: 'ready' })
    await neuron.done
  } finally {
    await chain.close()
  }
}

async function makeNeuron<Task, Answer, State extends CanonicalValue>(
  config: NeuronConfig,
  roles: NeuronRoles<Task, Answer, State>,
  chain: RemoteChain,
  signal: AbortSignal,
): Promise<Pick<Miner<Task, Answer>, 'start' | 'stop' | 'done'>> {
  const { name, role, netuid, hotkeySeed, scheme, options } = config
  const signer = keyPairFromSeed(hotkeySeed, { scheme })
  let onMade = (_: Miner<Task, Answer>): void => {}
  const made = new Promise<Miner<Task, Answer>>((resolve) => {
    onMade = resolve
  })
  const self: ProcessSelf = {
    name,
    hotkey: asHotkey(signer.address),
    clock: systemClock,
    die: () => {
      // Written at once unless much waits to be sent; then the death is taken for a crash, which is better than a late one.
      tellParent({ type: 'dying' })
      process.kill(process.pid, 'SIGKILL')
    },
    commitArtefacts: async (artefacts) => await (await made).commitArtefacts(artefacts),
    options,
  }
  // The network says each fault once, whichever neurons have it.
  const send = eventSender()
  const shared = { chain, netuid, signer, logger: silentLogger }
  if (role === 'miner') {
    const { artefacts, ...work } = await (roles.miner ?? missing(role))(self)
    const list = typeof artefacts === 'function' ? await artefacts(self) : artefacts
    const own = { ...shared, onEvent: send, ...(list === undefined ? {} : { artefacts: list }) }
    const miner = new Miner<Task, Answer>({ ...own, ...work })
    onMade(miner)
    await roles.watch?.({ chain, miner: miner as Miner }, self)
    return miner
  }
  const work = await (roles.validator ?? missing(role))(self)
  const dendrite = new Dendrite({ signer })
  const validators = validatorsOf(work, { ...shared, dendrite }, config, send)
  await roles.watch?.({ chain, validator: validators[0] }, self)
  const { sampleSize } = work
  return {
    async start() {
      // Who asks nobody need not rehearse it.
      if (sampleSize !== 0) await validators[0].rehearse({ signal })
      for (const validator of validators) await validator.start()
    },
    async stop() {
      await Promise.all(validators.map((validator) => validator.stop()))
      await dendrite.close()
    },
    get done() {
      return Promise.all(validators.map((validator) => validator.done)).then(() => {})
    },
  }
}

/** The same validator under each mechanism of the subnet, each with a memory of its own. */
function validatorsOf<Task, Answer, State extends CanonicalValue>(
  work: ValidatorWork<Task, Answer, State>,
  shared: Pick<AnyValidatorOptions, 'chain' | 'netuid' | 'signer' | 'logger' | 'dendrite'>,
  { name, mechanisms, storePath, roundsFolder }: NeuronConfig,
  send: (event: NeuronEvent) => void,
): readonly [Validator<Task, Answer, State>, ...AnyValidator[]] {
  const { furtherMechanisms = [], mechanism, weights, customers, ...settings } = work
  check('work.furtherMechanisms', listOf(instance(FurtherMechanism)), furtherMechanisms)
  if (furtherMechanisms.length !== mechanisms - 1) {
    throw new InvalidArgumentError({
      field: 'work.furtherMechanisms',
      value: furtherMechanisms.length,
      remedy: `Give ${mechanisms - 1}: the network was started with mechanisms: ${mechanisms}, and the first is mechanism.`,
    })
  }
  const storeAt = (path: string | null) =>
    path === null ? {} : { store: fileValidatorStore(path), roundStore: fileRoundStore(`${path}.rounds`) }
  const recording = roundsFolder === null ? {} : { roundsFolder }
  const first = new Validator<Task, Answer, State>({
    ...settings,
    ...shared,
    mechanism,
    ...(weights === undefined ? {} : { weights }),
    ...(customers === undefined ? {} : { customers }),
    ...storeAt(storePath),
    ...recordedBy(recording, name),
    onEvent: send,
  })
  const further = furtherMechanisms.map((one, at) => {
    const mechanismId = at + 1
    return one.validator({
      ...settings,
      ...shared,
      mechanismId,
      ...storeAt(storePath === null ? null : `${storePath}.${mechanismId}`),
      ...recordedBy(recording, name, mechanismId),
      onEvent: (event) => send({ ...event, mechanismId }),
    })
  })
  return [first, ...further]
}

function missing(role: string): never {
  throw new InvalidArgumentError({
    field: `roles.${role}`,
    value: undefined,
    remedy: `Give runNeuronProcess a ${role}, or start this module as something else.`,
  })
}

function receiveConfig(): Promise<NeuronConfig> {
  return new Promise((resolve) => {
    const onMessage = (received: unknown): void => {
      const message = messageIn(received)
      if (message?.type !== 'config') return
      process.off('message', onMessage)
      resolve(message.config)
    }
    process.on('message', onMessage)
    tellParent({ type: 'hello' })
  })
}

function eventSender(): (event: NeuronEvent) => void {
  let inFlight = 0
  return (event) => {
    if (inFlight >= EVENTS_IN_FLIGHT) return
    inFlight++
    tellParent({ type: 'event', event, fault: faultOfEvent(event) }, () => inFlight--)
  }
}

function childError(thrown: unknown): ChildError {
  if (!(thrown instanceof Error)) return { name: 'Error', message: String(thrown), stack: String(thrown) }
  const { name, message, stack = message } = thrown
  return { name, message, stack }
}

/** Sends a message unless the parent is gone. */
function tellParent(message: ChildMessage, onSent: () => void = () => {}): void {
  if (process.connected) process.send?.(enveloped(message), undefined, undefined, onSent)
  else onSent()
}

async function endAnyway(): Promise<void> {
  await sleep(systemClock, STOP_MS)
  process.exit(1)
}
