import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Requirement } from '../support/requirement.js'

/** Python peers and where each is looked for: an environment variable with the path of its Python, then a folder of virtual environments. */
const peers = {
  /** `bittensor-wallet`, the package that writes and reads key files. */
  wallet: 'SUBNETKIT_PYTHON_WALLET',
  /** `bittensor` of the last line with a neuron layer. */
  sdk10: 'SUBNETKIT_PYTHON_SDK10',
  /** `bittensor` of the line that signs requests. */
  sdk11: 'SUBNETKIT_PYTHON_SDK11',
} as const

/** A Python that has a peer installed. */
export interface PythonPeer extends Requirement {
  readonly python: string
}

/** Where a Python with a peer is; `missing` says how to get one. */
export function pythonPeer(name: keyof typeof peers): PythonPeer {
  const variable = peers[name]
  const folder =
    process.env.SUBNETKIT_PYTHON_VENVS ?? fileURLToPath(new URL('../../.build/venv', import.meta.url))
  const python = process.env[variable] ?? join(folder, name, 'bin', 'python')
  const missing = existsSync(python)
    ? undefined
    : `no Python peer ${name} at ${python} (test/python/install.sh makes it, or name one in ${variable})`
  return { python, missing }
}

/** Runs a script of this folder with a request of JSON on its standard input; its last line is the answer. */
export async function askPython(peer: PythonPeer, script: string, request: object): Promise<unknown> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(peer.python, [path], { stdio: ['pipe', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout.on('data', (text: Buffer) => (out += text))
  child.stderr.on('data', (text: Buffer) => (err += text))
  child.stdin.end(JSON.stringify(request))
  await new Promise((resolve, reject) => child.on('close', resolve).on('error', reject))
  const last = out.trimEnd().split('\n').at(-1) ?? ''
  try {
    return JSON.parse(last)
  } catch (cause) {
    throw new Error(`${script} said no JSON: ${out}\n${err}`, { cause })
  }
}
