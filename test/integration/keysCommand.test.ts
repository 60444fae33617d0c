import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { buildCommand, type Running, startCommand } from '../support/command.js'

beforeAll(buildCommand, 60_000)

async function start(argv: readonly string[]): Promise<{ running: Running; root: string }> {
  const root = await mkdtemp(join(tmpdir(), 'subnetkit-keys-'))
  const running = startCommand([...argv, '--root', root])
  onTestFinished(async () => {
    running.child.kill('SIGKILL')
    await running.ended
    await rm(root, { recursive: true, force: true })
  })
  return { running, root }
}

const newColdkey = ['keys', 'new', '--wallet', 'w', '--coldkey']

/** Resolves once standard error holds the text. */
function said({ child }: Running, text: string): Promise<void> {
  return new Promise((resolve) => {
    let errors = ''
    child.stderr!.on('data', (chunk: Buffer) => {
      errors += chunk.toString()
      if (errors.includes(text)) resolve()
    })
  })
}

describe('subnetkit keys new with a password', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'is ended by %s in the middle of the derivation, and leaves no file',
    async (signal) => {
      const { running, root } = await start(newColdkey)
      const { child, ended } = running
      const isDeriving = said(running, 'deriving the key: 0%')
      child.stdin!.write('one password\none password\n')
      await isDeriving
      child.kill(signal)
      // It would take seconds more by itself, and end with code 0 and two files.
      expect(await ended).toMatchObject({ code: null, signal, stdout: '' })
      expect(await readdir(root)).toEqual([])
    },
    60_000,
  )

  test('takes no more of an endless input than its answers', async () => {
    const { running, root } = await start(newColdkey)
    const { child, ended } = running
    child.stdin!.on('error', () => {})
    child.stdin!.write('one password\nanother\n'.repeat(20_000))
    const { code, stderr } = await ended
    expect([code, stderr.split('\n').at(-2)]).toEqual([
      2,
      'subnetkit: password: type the same password twice',
    ])
    expect(await readdir(root)).toEqual([])
  })

  test('ends with an error where a line never ends', async () => {
    const { running } = await start(newColdkey)
    const { child, ended } = running
    child.stdin!.on('error', () => {})
    child.stdin!.write('x'.repeat(1_000_000))
    const { code, stderr } = await ended
    expect([code, stderr.split('\n').at(-2)]).toEqual([
      2,
      'subnetkit: standard input: longer than 65536 bytes',
    ])
  })
})
