import { expect, test } from 'vitest'
import type { Chain } from '../../../../src/chain/index.js'
import { onAbort, systemClock } from '../../../../src/clock/index.js'
import type { ArtefactCommit } from '../../../../src/mechanism/index.js'
import { ArtefactLibrary } from '../../../../src/neuron/artefacts/ArtefactLibrary.js'
import type { RoundClient } from '../../../../src/neuron/play/RoundClient.js'
import type { BlockNumber, Coldkey, Netuid, Uid } from '../../../../src/units/index.js'
import { hotkeyNamed } from '../World.js'

const MIB = 2 ** 20
const address = { host: '127.0.0.1', port: 9_000 } as never

test('one owner has a quarter of what is fetched at once, however many hotkeys it has; others are fetched beside it', async () => {
  const over = new AbortController()
  const begun: string[] = []
  const client: Pick<RoundClient, 'stream'> = {
    // A miner that gives nothing, and never ends.
    async *stream(_synapse, target, _request, options) {
      begun.push(target.hotkey)
      await new Promise<void>((resolve) => onAbort(options?.signal ?? over.signal, resolve))
      over.signal.throwIfAborted()
    },
  }
  const library = new ArtefactLibrary({
    chain: {} as Chain,
    netuid: 1 as Netuid,
    client,
    clock: systemClock,
    signal: over.signal,
  })
  const fetch = (name: string, owner: string): void => {
    const commit: ArtefactCommit = {
      hotkey: hotkeyNamed(name),
      uid: 0 as Uid,
      kind: 'program',
      digest: Buffer.from(name.padEnd(32)).toString('hex'),
      bytes: 16 * MIB,
      block: 1 as BlockNumber,
    }
    library.fetch(commit, { address, owner: owner as Coldkey })
  }
  for (let at = 0; at < 16; at++) fetch(`mallory-${at}`, 'mallory')
  fetch('ann-0', 'ann')
  await new Promise((resolve) => setImmediate(resolve))
  const names = ['mallory-0', 'mallory-1', 'mallory-2', 'mallory-3', 'ann-0']
  expect(begun).toEqual(names.map(hotkeyNamed))
  over.abort()
  await library.close()
})
