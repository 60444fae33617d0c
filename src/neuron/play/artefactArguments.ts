import { artefactKind, digestHex, MOST_ARTEFACT_BYTES } from '../../artefact/index.js'
import {
  bytes,
  check,
  custom,
  eitherOf,
  finiteNumber,
  func,
  instance,
  listOf,
  oneOf,
  optional,
  recordOf,
  shape,
  text,
  u16,
  wholeNumber,
  whyUnfit,
} from '../../checks/index.js'
import { isAddress } from '../../crypto/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import type {
  ArtefactCommit,
  ArtefactsOptions,
  CodeJob,
  ModelInput,
  ModelJob,
} from '../../mechanism/index.js'
import type { TensorForm } from '../../sandbox/index.js'

const artefactsShape = shape<ArtefactsOptions>({
  oneShot: optional(shape<NonNullable<ArtefactsOptions['oneShot']>>({ windowBlocks: wholeNumber() })),
  copies: optional(oneOf(['void', 'keep'])),
})
const commitShape = shape<ArtefactCommit>({
  hotkey: custom(
    'Pass the SS58 address of the hotkey.',
    (value) => typeof value === 'string' && isAddress(value),
  ),
  uid: u16(),
  kind: artefactKind,
  digest: digestHex,
  bytes: wholeNumber({ min: 1, max: MOST_ARTEFACT_BYTES }),
  block: wholeNumber(),
})
const bytesShape = shape<{ readonly maxBytes: number }>({ maxBytes: wholeNumber({ min: 1 }) })
const anySchema = custom('Pass a schema of a Standard Schema library, such as zod.', (value) => {
  const standard = (value as { '~standard'?: { validate?: unknown } } | null | undefined)?.['~standard']
  return typeof standard?.validate === 'function'
})
const codeShape = shape<CodeJob<unknown>>({
  call: text({ min: 1 }),
  // Held to plain values by the sandbox, part by part.
  input: custom('Pass a plain value; null for none.', (value) => value !== undefined),
  steps: wholeNumber({ min: 1 }),
  memoryBytes: optional(wholeNumber({ min: 2 ** 20, max: 2 ** 31 })),
  output: anySchema,
  functions: optional(recordOf(func)),
  seed: optional(bytes()),
})
const dims = listOf(wholeNumber({ max: 2 ** 31 }), { max: 8 })
const types: readonly TensorForm['type'][] = ['float32', 'uint8', 'int8', 'int32', 'int64', 'bool']
const modelShape = shape<ModelJob>({
  inputs: recordOf(shape<ModelInput>({ dims, data: instance(Float32Array) })),
  outputs: recordOf(shape<TensorForm>({ type: oneOf([...types]), dims })),
  bound: shape<ModelJob['bound']>({
    multiplyAdds: wholeNumber({ min: 1 }),
    tensorBytes: wholeNumber({ min: 1, max: 2 ** 31 }),
  }),
  grid: finiteNumber({ min: Number.MIN_VALUE }),
})
const codeOrSource = eitherOf('Pass one of what round.artefacts gave, or the source of a module.', [
  commitShape,
  text({ min: 1 }),
])

/** Whether something is a commitment, as a round gives it. */
export function isCommit(value: unknown): value is ArtefactCommit {
  return whyUnfit(commitShape, value) === null
}

/** @throws InvalidArgumentError naming what is wrong. */
export function checkArtefactsArguments(kind: unknown, options: unknown): void {
  check('kind', artefactKind, kind)
  check('options', artefactsShape, options)
}

/** @throws InvalidArgumentError naming what is wrong. */
export function checkBytesArguments(commit: unknown, options: unknown): void {
  check('commit', commitShape, commit)
  check('options', bytesShape, options)
}

/** @throws InvalidArgumentError naming what is wrong. */
export function checkCodeArguments(what: unknown, job: unknown): void {
  check('what', codeOrSource, what)
  check('job', codeShape, job)
}

/** @throws InvalidArgumentError naming what is wrong, outputs of more numbers than a value may have among it. */
export function checkModelArguments(commit: unknown, job: ModelJob, mostNumbers: number): void {
  check('commit', commitShape, commit)
  check('job', modelShape, job)
  for (const [name, { data }] of Object.entries(job.inputs)) {
    if (data.every(Number.isFinite)) continue
    throw new InvalidArgumentError({
      field: `job.inputs.${name}.data`,
      value: data,
      remedy: 'Pass finite numbers.',
    })
  }
  const numbers = Object.values(job.outputs).reduce((sum, one) => sum + elementsOf(one), 0)
  if (numbers <= mostNumbers) return
  throw new InvalidArgumentError({
    field: 'job.outputs',
    value: `${numbers} numbers`,
    remedy: `Ask for at most ${mostNumbers}, or raise roundLimits.valueBytes of the mechanism.`,
  })
}

function elementsOf({ dims: of }: Pick<TensorForm, 'dims'>): number {
  return of.reduce((product, one) => product * one, 1)
}
