import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { RemoteChain } from '../../src/chain/index.js'
import { runCli } from '../../src/cli/runCli.js'
import { keyPairFromUri } from '../../src/crypto/index.js'
import { asHotkey, parseTao } from '../../src/units/index.js'
import { upgradeStatus } from '../support/upgradeStatus.js'
import { type MemoryIo, memoryIo } from '../unit/cli/memoryIo.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** Starts an example as the README says; its output is kept for the message of a failure. */
function startExample(file: string, url: string): { child: ChildProcess; log: () => string } {
  const child = spawn(process.execPath, [join(root, 'scripts/run.mjs'), file, '--url', url], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let log = ''
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log = `${log}${text}`.slice(-20_000)
    })
  }
  return { child, log: () => log }
}

async function startLocalnet(
  argv: readonly string[],
): Promise<{ io: MemoryIo; code: Promise<number>; url: string }> {
  const io = memoryIo()
  const code = runCli(['localnet', '--port', '0', ...argv], io)
  await Promise.race([io.shown('Ctrl-C ends it.'), code])
  const url = /ws:\/\/[\d.:]+/.exec(io.output())?.[0]
  if (url === undefined) throw new TypeError(`no address in: ${io.output()}${io.errors()}`)
  return { io, code, url }
}

async function startAndStop(argv: readonly string[]): Promise<MemoryIo> {
  const { io, code } = await startLocalnet(argv)
  io.stop()
  await code
  return io
}

describe('subnetkit localnet', () => {
  test('starts with endowed accounts and one open subnet, and ends without a trace', async () => {
    const zoe = keyPairFromUri('//Zoe').address
    const { io, code, url } = await startLocalnet([
      '--block-ms',
      '20',
      '--balance',
      '150000',
      '--endow',
      '//Zoe',
    ])
    const chain = await RemoteChain.connect({ url })
    const { balanceRao } = await chain.query('account', { address: zoe })
    expect(balanceRao).toBe(parseTao(150_000))
    expect((await chain.query('totals', {})).netuids).toContain(1)
    expect((await chain.query('subnet', { netuid: 1 }))?.firstEmissionBlock).not.toBeNull()
    await chain.close()
    io.stop()
    expect(await code).toBe(0)
    expect(io.output()).toContain(zoe)
    expect(io.output().endsWith('Stopped.\n')).toBe(true)
    expect(io.errors()).toBe('')
    await expect(RemoteChain.connect({ url })).rejects.toMatchObject({ code: 'ChainConnection' })
  })

  test('lets in the web pages that it was told of, and no other', async () => {
    const pages = ['http://localhost:5173', 'https://example.org']
    const { io, code, url } = await startLocalnet([
      '--quiet',
      ...pages.flatMap((page) => ['--allow-origin', page]),
    ])
    expect(
      await Promise.all([...pages, 'https://example.com'].map((page) => upgradeStatus(url, page))),
    ).toEqual([101, 101, 403])
    io.stop()
    expect(await code).toBe(0)
  })

  test('serves metrics and health where it is told to, and nowhere otherwise', async () => {
    const { io, code } = await startLocalnet(['--block-ms', '20', '--tempo', '3', '--metrics', '0'])
    const metrics = /http:\/\/127\.0\.0\.1:\d+(?=\/metrics)/.exec(io.output())?.[0]
    await io.shown('epoch 1 of subnet 1')
    const text = await (await fetch(`${metrics}/metrics`)).text()
    expect(text).toMatch(/^subnetkit_chain_block\{name="localnet"\} [1-9]/m)
    expect(text).toMatch(/^subnetkit_chain_epochs_total\{name="localnet"\} [1-9]/m)
    expect(text).toContain(
      'subnetkit_chain_calls_total{name="localnet",call="registerSubnet",outcome="done"} 1',
    )
    expect(text).toContain('subnetkit_node_connections{name="localnet"} 0')
    const ready = await fetch(`${metrics}/readyz`)
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ready', checks: [{ name: 'localnet', check: 'blocks', status: 'ok' }] },
    ])
    const { port } = new URL(metrics ?? '')
    const taken = memoryIo()
    expect(await runCli(['localnet', '--port', '0', '--metrics', port], taken)).toBe(2)
    expect(taken.errors()).toContain(`--metrics: 127.0.0.1:${port} is in use by another program`)
    io.stop()
    expect(await code).toBe(0)
    await expect(fetch(`${metrics}/healthz`)).rejects.toThrow('fetch failed')
    expect((await startAndStop([])).output()).not.toContain('/metrics')
  })

  test('says which option is to blame for a port that is taken', async () => {
    const first = await startLocalnet(['--quiet'])
    const second = memoryIo()
    const { port } = new URL(first.url)
    expect(await runCli(['localnet', '--port', port], second)).toBe(2)
    expect(second.errors()).toBe(
      `subnetkit: --port: 127.0.0.1:${port} is in use by another program; pass another port, or --port 0 for any free one\n`,
    )
    first.io.stop()
    expect(await first.code).toBe(0)
  })

  test('ends cleanly when it is stopped before it is ready', async () => {
    const io = memoryIo()
    const code = runCli(['localnet', '--port', '0'], io)
    io.stop()
    expect(await code).toBe(0)
  })

  test('a miner and a validator started by hand join it, and the miner is paid', async () => {
    const { io, code, url } = await startLocalnet(['--block-ms', '100'])
    const miner = startExample('examples/miner/miner.ts', url)
    await Promise.race([io.shown('answers at'), once(miner.child, 'exit')])
    const validator = startExample('examples/miner/validator.ts', url)

    const chain = await RemoteChain.connect({ url })
    const hotkey = asHotkey(keyPairFromUri('//Bob//miner').address)
    const signal = AbortSignal.timeout(60_000)
    let incentiveU16 = 0
    for await (const { events } of chain.blocks({ signal })) {
      if (!events.some(({ name }) => name === 'EpochRan')) continue
      const { columns } = await chain.metagraph(1)
      incentiveU16 = columns.incentiveU16[columns.hotkey.indexOf(hotkey)] ?? 0
      if (incentiveU16 > 0) break
    }
    await chain.close()
    // The only miner that works earns all there is for miners.
    expect([incentiveU16, miner.log(), validator.log()]).toEqual([
      65_535,
      expect.any(String),
      expect.any(String),
    ])

    const buyer = startExample('examples/miner/buyer.ts', url)
    await vi.waitFor(() => expect(buyer.log()).toMatch(/ = .*\(1 asked\)/), 20_000)
    for (const { child, log } of [buyer, miner, validator]) {
      const exited = once(child, 'exit')
      child.kill('SIGINT')
      expect([await exited, log()]).toEqual([[0, null], expect.stringMatching(/has stopped\.\n$/)])
    }
    io.stop()
    expect(await code).toBe(0)
  }, 120_000)
})
