import { request } from 'node:http'
import { startDeadline } from '../../clock/index.js'
import type { Patient } from './patient.js'

/** What a server says to a request that nobody signed: one of its kind that asks for signatures says 401. */
export type UnsignedLook = 'asksForSignature' | 'legacyAxon' | 'other'

/** Asks for a path without any signature. A web server that says the same to everybody speaks no protocol of axons. */
export async function unsignedLook(
  { address, clock, timeoutMs, signal }: Omit<Patient, 'hotkey'>,
  path: string,
): Promise<UnsignedLook> {
  const deadline = startDeadline(clock, timeoutMs, signal)
  try {
    return await new Promise((resolve) => {
      const headers = { 'content-type': 'application/json' }
      const asked = request({
        ...address,
        method: 'POST',
        path,
        headers,
        agent: false,
        signal: deadline.signal,
      })
      asked.on('response', (response) => {
        const { bt_header_axon_status_code: legacy, 'www-authenticate': password } = response.headers
        // A web server that asks for a password names how it is given; no protocol of axons does.
        const asksForSignature = response.statusCode === 401 && password === undefined
        resolve(asksForSignature ? 'asksForSignature' : legacy === undefined ? 'other' : 'legacyAxon')
        asked.destroy()
      })
      asked.on('error', () => resolve('other'))
      asked.on('close', () => resolve('other'))
      asked.end('{}')
    })
  } finally {
    deadline.dispose()
  }
}
