export {
  ArtefactCache,
  type ArtefactCacheOptions,
  artefactCacheShape,
  type CachedArtefact,
} from './ArtefactCache.js'
export {
  type ArtefactEntry,
  artefactKind,
  decodeArtefactCommitment,
  digestHex,
  encodeArtefactCommitment,
  MOST_ARTEFACT_BYTES,
} from './artefactCommitment.js'
export { artefactDigest, saltedDigest } from './artefactDigest.js'
export { type ArtefactRequest, artefactStream, CHUNK_BYTES } from './artefactStream.js'
export { type FetchedArtefact, type FetchOptions, fetchArtefact } from './fetchArtefact.js'
export { type Artefact, artefactsCheck, ServedArtefacts } from './ServedArtefacts.js'
