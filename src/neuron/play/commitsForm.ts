import { type ArtefactCommit, RoundRecordError } from '../../mechanism/index.js'
import { isCommit } from './artefactArguments.js'
import type { PlainForm } from './Doorway.js'

/** How a list of commitments is written. It is read with keys in the order in which a round gives them. */
export const commitsForm: PlainForm<readonly ArtefactCommit[]> = {
  write: (commits) => commits.map((commit) => ({ ...commit })),
  read(written) {
    const commits = (Array.isArray(written) ? written : [written]) as unknown as readonly ArtefactCommit[]
    if (!commits.every(isCommit)) throw new RoundRecordError({ why: 'a commitment in it is malformed' })
    return commits.map(({ hotkey, uid, kind, digest, bytes, block }) => {
      return { hotkey, uid, kind, digest, bytes, block }
    })
  },
}
