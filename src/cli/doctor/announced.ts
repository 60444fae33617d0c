import { isIP } from 'node:net'
import { ChainConnectionError, ChainRequestError, RemoteChain } from '../../chain/index.js'
import { hostAndPort } from '../../checks/index.js'
import { startDeadline } from '../../clock/index.js'
import { AbortedError, BaseError } from '../../errors/index.js'
import { silentLogger } from '../../log/index.js'
import type { Netuid } from '../../units/index.js'
import { type Finding, fine, problem } from './findings.js'
import { isProven } from './identity.js'
import { knockOnce, type Patient, stranger } from './patient.js'
import { addressesOf } from './rawLook.js'

/** A chain node, and the subnet in which the axon serves. */
export interface NodePlace {
  readonly url: string
  readonly netuid: Netuid
}

/** Whether the chain shows the address at which the axon was reached. */
export async function announced(patient: Patient, node: NodePlace): Promise<Finding> {
  const shown = await shownAt(patient, node)
  if ('status' in shown) return shown
  const { host, port } = patient.address
  const ips = ((await addressesOf(host, patient)) ?? []).map(canonical)
  const facts = { shown: hostAndPort(shown), reached: ips.map((ip) => hostAndPort({ host: ip, port })) }
  if (ips.includes(canonical(shown.host)) && shown.port === port)
    return fine('announced', `The chain shows ${hostAndPort(shown)}, where it was reached.`, facts)
  const { status } = await knockOnce({ ...patient, address: shown }, { signer: stranger() })
  const there = isProven(status) ? 'where the same hotkey answers' : `where a call ended as ${status}`
  const says = `The chain shows ${hostAndPort(shown)} (${there}), and not ${hostAndPort(patient.address)}.`
  if (isProven(status)) {
    const remedy = 'Others are led there: if that is the same axon by another address, all is well.'
    return problem('announced', 'warning', { says, remedy, facts: { ...facts, status } })
  }
  const remedy =
    'Announce the address at which others reach it: announce: { host, port } of the miner, or the call serveAxon.'
  return problem('announced', 'failed', { says, remedy, facts: { ...facts, status } })
}

async function shownAt(
  { hotkey, clock, timeoutMs, signal }: Patient,
  { url, netuid }: NodePlace,
): Promise<Finding | { readonly host: string; readonly port: number }> {
  const deadline = startDeadline(clock, timeoutMs, signal)
  let chain: RemoteChain | undefined
  try {
    chain = await RemoteChain.connect({ url, clock, logger: silentLogger, signal: deadline.signal })
    // Any node may say anything: what is used is looked at.
    const found: unknown = await chain.query('serving', { netuid, hotkey }, { signal: deadline.signal })
    if (found === null) {
      const says = `The hotkey is not registered on subnet ${netuid}.`
      const remedy = 'Register it, for example with joinSubnet or Miner.join, or name another --netuid.'
      return problem('announced', 'failed', { says, remedy })
    }
    if (!isServing(found)) return problem('announced', 'failed', senseless(url))
    if (found.axon === null) {
      const says = `The hotkey shows no address on subnet ${netuid}: nobody asks it.`
      const remedy = 'Start a Miner, which announces its address, or call serveAxon.'
      return problem('announced', 'failed', { says, remedy, facts: { uid: found.uid } })
    }
    return { host: found.axon.ip, port: found.axon.port }
  } catch (error) {
    if (
      error instanceof AbortedError ||
      error instanceof ChainConnectionError ||
      error instanceof ChainRequestError
    ) {
      const remedy = 'Check --node, and whether the node runs.'
      return problem('announced', 'failed', { says: `The chain node at ${url} does not answer.`, remedy })
    }
    // Arguments of a call that the node calls wrong were not the person's.
    if (error instanceof BaseError) return problem('announced', 'failed', senseless(url))
    throw error
  } finally {
    deadline.dispose()
    await chain?.close()
  }
}

interface Serving {
  readonly uid: number
  readonly axon: { readonly ip: string; readonly port: number } | null
}

function isServing(found: unknown): found is Serving {
  if (!isRecord(found) || !Number.isInteger(found.uid)) return false
  const { axon } = found
  if (axon === null) return true
  if (!isRecord(axon) || typeof axon.ip !== 'string' || isIP(axon.ip) === 0) return false
  return Number.isInteger(axon.port) && Number(axon.port) >= 1 && Number(axon.port) <= 65_535
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function senseless(url: string): { readonly says: string; readonly remedy: string } {
  return {
    says: `The chain node at ${url} gives no answer that makes sense.`,
    remedy: 'See whether it is a node of the same version as this command, or name another --node.',
  }
}

/** One way to write each address; an IPv4 address in the form of IPv6 is the IPv4 address. */
function canonical(ip: string): string {
  if (!ip.includes(':')) return ip
  const bare = ip.split('%', 1)[0] ?? ip
  if (!URL.canParse(`http://[${bare}]`)) return ip
  const text = new URL(`http://[${bare}]`).hostname.slice(1, -1)
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(text)
  if (mapped === null) return text
  const bits = (Number.parseInt(mapped[1] ?? '0', 16) << 16) | Number.parseInt(mapped[2] ?? '0', 16)
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join('.')
}
