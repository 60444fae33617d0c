import type { NetworkAddress } from '../../transport/index.js'
import { UsageError } from '../UsageError.js'

/**
 * The address that a person named: `host:port`, `[::1]:9944`, `ws://host:port` or `http://host:port`.
 *
 * @throws UsageError saying what is wrong with it.
 */
export function doctorTarget(text: string): NetworkAddress {
  const refuse = (problem: string): never => {
    throw new UsageError({ field: 'TARGET', problem })
  }
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `ws://${text}`
  if (!URL.canParse(withScheme)) return refuse('write HOST:PORT, such as 127.0.0.1:8091 or [::1]:8091')
  const url = new URL(withScheme)
  if (url.protocol === 'wss:' || url.protocol === 'https:')
    return refuse('an axon speaks without TLS: name the address that it listens on, not that of a proxy')
  if (url.protocol !== 'ws:' && url.protocol !== 'http:')
    return refuse('write HOST:PORT, ws://HOST:PORT or http://HOST:PORT')
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return refuse('name host and port, and nothing besides')
  if (url.pathname !== '/' && url.pathname !== '') return refuse('leave the path out: an axon has none')
  // Of a scheme's own port a URL says nothing.
  const port = url.port === '' ? portIn(withScheme) : Number(url.port)
  if (port === undefined || port === 0) return refuse('name the port, such as 127.0.0.1:8091')
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port }
}

function portIn(url: string): number | undefined {
  const port = /:(\d{1,5})\/?$/.exec(url)?.[1]
  return port === undefined ? undefined : Number(port)
}
