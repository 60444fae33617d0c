import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { artefactDigest, encodeArtefactCommitment } from '../../../../src/artefact/index.js'
import { keyPairFromUri, sha256 } from '../../../../src/crypto/index.js'
import type { ArtefactCommit } from '../../../../src/mechanism/index.js'
import {
  type ArtefactSources,
  listArtefacts,
  withoutCopies,
} from '../../../../src/neuron/artefacts/listArtefacts.js'
import type { Hotkey } from '../../../../src/units/index.js'

const hotkeys = Array.from({ length: 8 }, (_, at) => keyPairFromUri(`//${at}`, { scheme: 'ed25519' }).hotkey)
const key = (at: number): Hotkey => hotkeys[at] as Hotkey
const program = (value: number): Uint8Array => Uint8Array.of(value)

/** A commitment to one artefact. */
function view(at: number, block: number | null, value = at, kind = 'a'): ArtefactSources['views'][number] {
  const hotkey = key(at)
  const bytes = program(value)
  const entries = [{ kind, bytes: bytes.length, digest: artefactDigest(hotkey, bytes) }]
  return { hotkey, block, fields: [{ kind: 'BigRaw', data: encodeArtefactCommitment(entries) }] }
}

/** A subnet in which each hotkey registered in a block; those without are not of it. */
function subnet(registeredAtBlock: readonly (number | undefined)[]): ArtefactSources['metagraph'] {
  const here = hotkeys.filter((_, at) => registeredAtBlock[at] !== undefined)
  const blocks = registeredAtBlock.filter((block) => block !== undefined)
  return {
    uidOf: (hotkey: Hotkey) => (here.includes(hotkey) ? here.indexOf(hotkey) : undefined),
    columns: { registeredAtBlock: Float64Array.from(blocks) },
  } as unknown as ArtefactSources['metagraph']
}

const listed = (
  views: ArtefactSources['views'],
  { block = 100, registered = hotkeys.map(() => 0 as number | undefined), windowBlocks = -1 } = {},
): number[] =>
  listArtefacts(
    { views, metagraph: subnet(registered), block, genesisHash: 'ab' },
    'a',
    windowBlocks < 0 ? {} : { oneShot: { windowBlocks } },
  ).map(({ hotkey }) => hotkeys.indexOf(hotkey))

describe('the artefacts that count', () => {
  it('are those of the kind, the earliest first', () => {
    expect(listed([view(0, 9), view(1, 7), view(2, 8), view(3, 1, 3, 'b')])).toEqual([1, 2, 0])
  })

  it('were committed to before the block of the round', () => {
    expect(listed([view(0, 99), view(1, 100), view(2, 101), view(3, null)])).toEqual([0])
  })

  it('are of registered hotkeys, and of their present registration', () => {
    const registered = [50, undefined, 50, 50]
    expect(listed([view(0, 49), view(1, 60), view(2, 50), view(3, 51)], { registered })).toEqual([2, 3])
  })

  it('with one shot were made within the window, and count once it is over', () => {
    const registered = [40, 40, 40, 80]
    const views = [view(0, 50), view(1, 51), view(2, 40), view(3, 85)]
    // Windows end at 50 and 90: 1 came after its window, that of 3 is not over.
    expect(listed(views, { registered, windowBlocks: 10, block: 90 })).toEqual([2, 0])
    expect(listed(views, { registered, windowBlocks: 10, block: 91 })).toEqual([2, 0, 3])
    expect(listed(views, { registered, windowBlocks: 10, block: 50 })).toEqual([])
  })

  it('are read past whatever else is in a commitment', () => {
    const [field] = view(0, 1).fields
    const text = { kind: 'Raw', data: new TextEncoder().encode('hello') } as const
    const hash = { kind: 'Sha256', data: sha256(program(1)) } as const
    expect(listed([{ hotkey: key(0), block: 1, fields: [text, hash, field!] }])).toEqual([0])
    expect(listed([{ hotkey: key(0), block: 1, fields: [text, hash] }])).toEqual([])
  })

  it('come in the same order to every validator, in whatever order it reads them, and whichever round it is', () => {
    const blocks = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(
        blocks,
        fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8 }),
        fc.nat(50),
        (of, order, later) => {
          const views = hotkeys.map((_, at) => view(at, of[at]!))
          const here = listed(views)
          expect(
            listed(
              order.map((at) => views[at]!),
              { block: 100 + later },
            ),
          ).toEqual(here)
          expect(here.map((at) => of[at])).toEqual([...of].sort((a, b) => a - b))
        },
      ),
    )
  })

  it('do not stand in the same order in every block', () => {
    const orders = new Set(
      Array.from({ length: 20 }, (_, block) => listed(hotkeys.map((_, at) => view(at, block + 1))).join()),
    )
    expect(orders.size).toBeGreaterThan(10)
  })
})

describe('copies', () => {
  const all = listArtefacts(
    {
      views: [view(0, 1, 7), view(1, 2, 7), view(2, 3, 8), view(3, 4, 7), view(4, 5, 8)],
      metagraph: subnet(hotkeys.map(() => 0)),
      block: 100,
      genesisHash: 'ab',
    },
    'a',
  )
  const left = (known: readonly number[]): number[] => {
    const values = [7, 7, 8, 7, 8]
    const hashOf = ({ hotkey }: ArtefactCommit) => {
      const at = hotkeys.indexOf(hotkey)
      return known.includes(at) ? sha256(program(values[at]!)) : undefined
    }
    return withoutCopies(all, hashOf).map(({ hotkey }) => hotkeys.indexOf(hotkey))
  }

  it('are told by one set of bytes of each, whichever was fetched', () => {
    expect(left([0, 2])).toEqual([0, 2])
    expect(left([3, 4])).toEqual([0, 2])
    expect(left([0, 1, 2, 3, 4])).toEqual([0, 2])
  })

  it('stay as long as nobody has seen any of their bytes', () => {
    expect(left([])).toEqual([0, 1, 2, 3, 4])
    expect(left([1])).toEqual([0, 2, 4])
  })
})
