import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { Axon } from '../../../src/axon/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { ListenError, UnreachableError, webSocketCarrier } from '../../../src/transport/index.js'
import { type Requirement, testNeeding } from '../../support/requirement.js'
import { afterwards, alice, bob, dendriteOf, double, endAll, serve } from './serving.js'

endAll()

/** Whether this machine has IPv6 at all. */
async function hasIpv6(): Promise<boolean> {
  const server = createServer()
  try {
    await once(server.listen(0, '::1'), 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}
const ipv6: Requirement = { missing: (await hasIpv6()) ? undefined : 'no IPv6 on the loopback interface' }

describe('an axon on IPv6', () => {
  testNeeding(ipv6, 'listens on ::1, is dialled there, and names its callers with brackets', async () => {
    const remotes: string[] = []
    const serving = await serve({ host: '::1', blacklist: ({ remote }) => remotes.push(remote) === 0 })
    expect(serving.address.host).toBe('::1')
    expect((await dendriteOf().call(double, serving.target, 1)).status).toBe('ok')
    for (const remote of remotes) expect(remote).toMatch(/^\[::1\]:\d+$/)
    expect(remotes.length).toBeGreaterThan(0)
  })

  testNeeding(ipv6, 'on :: is reached over both kinds, and names an IPv4 caller as one', async () => {
    const remotes: string[] = []
    const axon = new Axon({ signer: alice, host: '::', logger: silentLogger })
    afterwards(() => axon.stop())
    axon.handle(double, (value) => 2 * value)
    axon.on('connected', ({ remote }) => remotes.push(remote))
    await axon.start()
    const { port } = axon.address
    for (const host of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '0:0:0:0:0:0:0:1']) {
      const result = await dendriteOf().call(double, { hotkey: axon.hotkey, host, port }, 1)
      expect([host, result.status]).toEqual([host, 'ok'])
    }
    expect(remotes.map((remote) => remote.replace(/\d+$/, ''))).toEqual([
      '127.0.0.1:',
      '[::1]:',
      '127.0.0.1:',
      '[::1]:',
    ])
  })

  testNeeding(ipv6, 'names addresses in errors as URLs do', async () => {
    const serving = await serve({ host: '::1' })
    const { port } = serving.address
    const taken = await webSocketCarrier()
      .listen({ host: '::1', port, maxFrameBytes: 64, maxConnections: 1, onChannel: () => {} })
      .catch((error) => error)
    expect(taken).toBeInstanceOf(ListenError)
    expect(taken.message).toContain(`Cannot listen on [::1]:${port}.`)
    await serving.axon.stop()
    const gone = await webSocketCarrier()
      .dial({ host: '::1', port }, { maxFrameBytes: 64 })
      .catch((error) => error)
    expect(gone).toBeInstanceOf(UnreachableError)
    expect(gone.message).toContain(`Nobody answers at [::1]:${port}.`)
  })

  it('takes a host without brackets, and says so of one with them', async () => {
    const [target] = [{ hotkey: alice.hotkey, host: '[::1]', port: 9 }]
    const result = await dendriteOf(bob).call(double, target, 1)
    expect(result).toMatchObject({ status: 'unreachable' })
    expect(() => new Axon({ signer: alice, host: '[::1]' })).toThrow(
      'Pass a host name or an IP address, without a port',
    )
    expect(() => new Axon({ signer: alice, host: '[::1]' })).toThrow('brackets')
  })
})
