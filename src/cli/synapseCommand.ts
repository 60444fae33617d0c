import { BaseError, InvalidArgumentError, wordsOfThrown } from '../errors/index.js'
import { type HashField, NotPythonError, pythonClassOf } from '../http/index.js'
import { assertSynapse, type StreamSynapse, type Synapse } from '../synapse/index.js'
import type { CliIo } from './io.js'
import { loadModule } from './loadModule.js'
import { describeOptions, type OptionSpecs, parseOptions } from './options.js'
import { UsageError } from './UsageError.js'

const options: OptionSpecs = {
  signed: {
    type: 'string',
    multiple: true,
    value: 'NAME.FIELD:TYPE',
    help: 'a field that signatures cover, in order; TYPE is str, int, float or bool; may be repeated',
  },
  help: { type: 'boolean', help: 'print this' },
}

const HELP = `subnetkit synapse: print the Python class of each synapse that a module exports

A synapse is a message between a validator and a miner, with its answer. With the class, callers and servers of the Python SDK, 7.2 to 10.5,
speak it with an axon or a dendrite of subnetkit over HTTP (docs/http.md).

Usage: subnetkit synapse FILE [options]

FILE is a module that Node can load, .js or .mjs; it is run to find what it exports. One in TypeScript is loaded where Node is started
with tsx: NODE_OPTIONS="--import tsx" npx subnetkit synapse FILE.ts

Examples:
  subnetkit synapse synapses.mjs > synapses.py
  subnetkit synapse synapses.mjs --signed Add.a:int --signed Add.b:int

Options:
${describeOptions(options)}`

type AnySynapse = Synapse | StreamSynapse

/** Runs `subnetkit synapse`. */
export async function synapseCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const given = parseOptions(argv, options, 1)
  if (given.flag('help')) {
    io.out(`${HELP}\n`)
    return 0
  }
  const [file] = given.positionals
  if (file === undefined) throw new UsageError({ field: 'FILE', problem: 'name a module; see --help' })
  const signed = signedFields(given.texts('signed'))
  const synapses = synapsesOf(await loadModule(file, 'synapse FILE.ts'), file)
  if (synapses.length === 0) throw new UsageError({ field: file, problem: 'it exports no synapse' })
  for (const name of signed.keys()) {
    if (synapses.some((synapse) => synapse.name === name)) continue
    throw new UsageError({ field: '--signed', problem: `${file} exports no synapse ${name}` })
  }
  io.out(synapses.map((synapse) => classOf(synapse, signed.get(synapse.name) ?? [], file)).join('\n\n'))
  return 0
}

/** What a module exports that is a synapse, each once, however many names it is exported under. */
function synapsesOf(module: object, file: string): AnySynapse[] {
  const found = new Map<string, { readonly synapse: AnySynapse; readonly exported: string }>()
  for (const exported of Object.keys(module)) {
    const synapse = synapseAt(module, exported, file)
    if (synapse === undefined) continue
    const other = found.get(synapse.name)
    if (other !== undefined && other.synapse !== synapse) {
      const problem = `its exports ${other.exported} and ${exported} are two synapses of one name, ${synapse.name}; give each a name of its own`
      throw new UsageError({ field: file, problem })
    }
    found.set(synapse.name, other ?? { synapse, exported })
  }
  return [...found.values()].map(({ synapse }) => synapse)
}

/** Reading what somebody exports runs their code, which may throw. */
function synapseAt(module: object, exported: string, file: string): AnySynapse | undefined {
  try {
    const value: unknown = module[exported as keyof typeof module]
    assertSynapse('synapse', value)
    return value as AnySynapse
  } catch (cause) {
    if (cause instanceof BaseError) return undefined
    const problem = `its export ${exported} cannot be read: ${wordsOfThrown(cause)}`
    throw new UsageError({ field: file, problem, cause })
  }
}

function signedFields(texts: readonly string[]): Map<string, HashField[]> {
  const fields = new Map<string, HashField[]>()
  for (const text of texts) {
    const [, synapse, name, type] = /^([\w.-]+)\.([a-z][a-z0-9_]*):(str|int|float|bool)$/.exec(text) ?? []
    if (synapse === undefined || name === undefined || type === undefined)
      throw new UsageError({ field: '--signed', problem: 'write it as NAME.FIELD:TYPE, such as Add.a:int' })
    fields.set(synapse, [
      ...(fields.get(synapse) ?? []),
      { name, type: type as 'str' | 'int' | 'float' | 'bool' },
    ])
  }
  return fields
}

function classOf(synapse: AnySynapse, hashFields: readonly HashField[], file: string): string {
  try {
    return pythonClassOf(synapse, { hashFields })
  } catch (cause) {
    if (cause instanceof NotPythonError || cause instanceof InvalidArgumentError)
      throw new UsageError({ field: file, problem: cause.message, cause })
    throw cause
  }
}
