import { parseArgs } from 'node:util'
import { RemoteChain } from 'subnetkit/chain'
import { type KeyPair, keyPairFromUri } from 'subnetkit/crypto'

export interface Setting {
  readonly chain: RemoteChain
  readonly netuid: number
  /** Pays and owns. */
  readonly coldkey: KeyPair
  /** Works. */
  readonly hotkey: KeyPair
  /** Aborted by Ctrl-C. */
  readonly stop: AbortSignal
}

/** Reads --url, --netuid, --coldkey and --hotkey, and connects to the chain. */
export async function settingFromCommandLine(account: string, role: string): Promise<Setting> {
  const { values } = parseArgs({
    options: {
      url: { type: 'string', default: 'ws://127.0.0.1:9944' },
      netuid: { type: 'string', default: '1' },
      coldkey: { type: 'string', default: account },
      hotkey: { type: 'string' },
    },
  })
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort())
  return {
    chain: await RemoteChain.connect({ url: values.url, signal: stop.signal }),
    netuid: Number(values.netuid),
    coldkey: keyPairFromUri(values.coldkey),
    hotkey: keyPairFromUri(values.hotkey ?? `${values.coldkey}//${role}`),
    stop: stop.signal,
  }
}
