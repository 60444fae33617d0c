import { afterEach, describe, expect, it } from 'vitest'
import { artefactDigest, decodeArtefactCommitment } from '../../../../src/artefact/index.js'
import { LocalChain, localnetPreset } from '../../../../src/chain/index.js'
import { keyPairFromUri } from '../../../../src/crypto/index.js'
import { CallRefusedError, commitArtefacts } from '../../../../src/neuron/index.js'

const alice = keyPairFromUri('//Alice')
const miner = keyPairFromUri('//Alice//miner')
const netuid = 1

const closing: LocalChain[] = []
afterEach(async () => {
  for (const chain of closing.splice(0)) await chain.close()
})

async function started() {
  const chain = await LocalChain.start({ preset: localnetPreset(), blockMs: 5, timelock: 'plain' })
  closing.push(chain)
  await chain.call(alice, 'registerSubnet', { hotkey: keyPairFromUri('//owner').hotkey })
  await chain.call(alice, 'startSubnet', { netuid })
  await chain.call(alice, 'registerNeuron', { netuid, hotkey: miner.hotkey, limitRao: null })
  const commit = (artefacts: Parameters<typeof commitArtefacts>[0]['artefacts'], signer = miner) =>
    commitArtefacts({ chain, signer, netuid, artefacts })
  const committed = async () => {
    const found = await chain.query('commitment', { netuid, hotkey: miner.hotkey })
    return { block: found?.block, entries: found?.fields.map(({ data }) => decodeArtefactCommitment(data)) }
  }
  return { chain, commit, committed }
}

const bytes = Uint8Array.of(1, 2, 3)
const entry = { kind: 'policy', bytes: 3, digest: artefactDigest(miner.hotkey, bytes) }

describe('commitArtefacts', () => {
  it('puts kind, size and digest of each on the chain, and says in which block', async () => {
    const { commit, committed } = await started()
    const index = Uint8Array.of(9)
    const block = await commit([
      { kind: 'policy', bytes },
      { kind: 'index', bytes: index },
    ])
    expect(await committed()).toEqual({
      block,
      entries: [[entry, { kind: 'index', bytes: 1, digest: artefactDigest(miner.hotkey, index) }]],
    })
  })

  it('does not commit again to what is there, and replaces what is not the same', async () => {
    const { chain, commit, committed } = await started()
    const block = await commit([{ kind: 'policy', bytes }])
    expect(await commit([{ kind: 'policy', bytes: Uint8Array.from(bytes) }])).toBe(block)
    const later = await commit([{ kind: 'policy', bytes: Uint8Array.of(4) }])
    expect(later).toBeGreaterThan(block)
    expect((await committed()).block).toBe(later)
    const quota = await chain.query('commitmentQuota', { netuid, hotkey: miner.hotkey })
    // 100 bytes each at least, and two of them.
    expect(quota?.usedBytes).toBe(200)
  })

  it('is refused for a hotkey without a uid, and beyond the quota', async () => {
    const { commit } = await started()
    const stranger = keyPairFromUri('//Alice//stranger')
    await expect(commit([{ kind: 'policy', bytes }], stranger)).rejects.toThrow(CallRefusedError)
    await expect(
      commit([
        { kind: 'a', bytes },
        { kind: 'a', bytes },
      ]),
    ).rejects.toThrow(/entries\[1\].kind/)
  })
})
