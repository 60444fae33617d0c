import { hostAndPort } from '../../checks/index.js'
import { type Finding, fine, problem } from './findings.js'
import type { Patient } from './patient.js'
import { addressesOf, type LookUp, type RawLook, rawLook, type Unreached } from './rawLook.js'

/** Addresses of one name that are tried. */
const MAX_ADDRESSES = 4

/** Whether anything accepts connections there, and what it says to plain HTTP; `look` is that of the first address that answers. */
export async function reach(
  patient: Omit<Patient, 'hotkey'>,
  lookUp?: LookUp,
): Promise<{ readonly finding: Finding; readonly look: RawLook | undefined }> {
  const { host, port } = patient.address
  const where = hostAndPort(patient.address)
  const ips = (await addressesOf(host, patient, lookUp))?.slice(0, MAX_ADDRESSES)
  if (ips === undefined || ips.length === 0) {
    const says =
      ips === undefined
        ? `The name ${host} was not looked up within ${patient.timeoutMs} ms.`
        : `The name ${host} leads nowhere.`
    const remedy =
      ips === undefined
        ? 'See whether this machine reaches its name server, or pass an IP address.'
        : 'Check the spelling, or pass an IP address.'
    return { finding: problem('reach', 'failed', { says, remedy }), look: undefined }
  }
  const looks: (RawLook | Unreached)[] = []
  for (const ip of ips) looks.push(await rawLook({ host: ip, port }, patient))
  const reached = looks.filter((look): look is RawLook => look.kind !== 'unreached')
  const lost = ips.flatMap((ip, at) => {
    const look = looks[at]
    return look?.kind === 'unreached' ? [`${hostAndPort({ host: ip, port })} (${look.reason})`] : []
  })
  const [look] = reached
  const facts = { addresses: ips, unreached: lost }
  if (look === undefined) {
    const remedy =
      'See whether the axon runs, on which address and port it listens, and whether a firewall or router lets others in.'
    return {
      finding: problem('reach', 'failed', { says: `Nothing answers at ${lost.join(', ')}.`, remedy, facts }),
      look,
    }
  }
  if (lost.length > 0) {
    const says = `${where} is reached at ${reached.map(({ ip }) => ip).join(', ')}, and not at ${lost.join(', ')}.`
    const remedy = 'Listen on both families, or take the address that leads nowhere out of the name.'
    return { finding: problem('reach', 'warning', { says, remedy, facts }), look }
  }
  const says = `${where} accepts connections (${look.connectMs} ms).`
  return { finding: fine('reach', says, { ...facts, connectMs: look.connectMs }), look }
}
