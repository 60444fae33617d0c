import { bytes, check, custom, listOf, shape } from '../checks/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import type { Hotkey } from '../units/index.js'
import { type ArtefactEntry, artefactKind, digestHex } from './artefactCommitment.js'
import { artefactDigest } from './artefactDigest.js'
import { type ArtefactRequest, CHUNK_BYTES } from './artefactStream.js'

/** Bytes that a miner commits to, and what they are for. */
export interface Artefact {
  /** 1 to 32 letters, digits, `.`, `_` or `-`; one artefact of each kind. */
  readonly kind: string
  /** At least one. */
  readonly bytes: Uint8Array
}

export const artefactsCheck = listOf(shape<Artefact>({ kind: artefactKind, bytes: bytes() }), { min: 1 })

const requestShape = shape<ArtefactRequest>({
  digest: digestHex,
  from: custom(
    `Pass a multiple of ${CHUNK_BYTES}, from 0.`,
    (value) =>
      typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value % CHUNK_BYTES === 0,
  ),
})

/**
 * The artefacts of one hotkey, as it commits to them and hands them out. The bytes are copied.
 *
 * @example
 * ```ts
 * import { artefactStream, ServedArtefacts } from 'subnetkit/artefact'
 * import { keyPairFromUri } from 'subnetkit/crypto'
 * import { answerTo } from 'subnetkit/neuron'
 *
 * const served = new ServedArtefacts(keyPairFromUri('//Bob').hotkey, [{ kind: 'policy', bytes: Uint8Array.of(1) }])
 * const answer = answerTo(artefactStream, (request) => served.chunks(request))
 * ```
 */
export class ServedArtefacts {
  readonly entries: readonly ArtefactEntry[]
  readonly #bytes: ReadonlyMap<string, Uint8Array>

  /** @throws InvalidArgumentError naming the artefact that is wrong. */
  constructor(hotkey: Hotkey, artefacts: readonly Artefact[]) {
    check('artefacts', artefactsCheck, artefacts)
    const byDigest = new Map<string, Uint8Array>()
    this.entries = artefacts.map(({ kind, bytes }, at) => {
      if (bytes.length === 0) {
        const remedy = 'Pass at least one byte.'
        throw new InvalidArgumentError({ field: `artefacts[${at}].bytes`, value: '0 bytes', remedy })
      }
      const own = new Uint8Array(bytes)
      const digest = artefactDigest(hotkey, own)
      byDigest.set(digest, own)
      return { kind, bytes: own.length, digest }
    })
    this.#bytes = byDigest
  }

  /**
   * What is asked for, in chunks; none for bytes that are not here, as after a commitment that was replaced.
   *
   * @throws InvalidArgumentError for what is no such request.
   */
  chunks(request: ArtefactRequest): AsyncGenerator<Uint8Array, void, undefined> {
    check('request', requestShape, request)
    return this.#chunks(request)
  }

  async *#chunks({ digest, from }: ArtefactRequest): AsyncGenerator<Uint8Array, void, undefined> {
    const bytes = this.#bytes.get(digest)
    if (bytes === undefined) return
    for (let at = from; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES)
  }
}
