import { BaseError } from '../errors/index.js'
import { assertText } from './bytes.js'
import { chainCodeOf, type Junction } from './junctions.js'

/** A secret URI cannot be read. The text is never part of the error: it may hold a secret. */
export class InvalidSecretUriError extends BaseError {
  override readonly name = 'InvalidSecretUriError'
  readonly code = 'InvalidSecretUri'
  readonly why: string

  constructor(details: { why: string }) {
    super(`The secret URI cannot be read: ${details.why}.`, {
      hints: [
        'Write it as phrase-or-0xseed, then /soft and //hard junctions, then ///passphrase: //Alice, for example.',
      ],
      docsPath: 'errors#invalid-secret-uri',
    })
    this.why = details.why
  }
}

/** A secret URI taken apart. */
export interface SecretUri {
  /** The mnemonic or `0x` seed; `undefined` means the public development phrase. */
  readonly root: string | undefined
  /** Junctions as text, for `KeyPair.derive`; not yet checked. */
  readonly path: string
  readonly passphrase: string | undefined
}

/** Longest URI that is read, in characters: 24 words, many junctions and a passphrase fit. */
const URI_LIMIT = 4096

/**
 * Takes a secret URI apart: `phrase-or-0xseed`, `/soft` and `//hard` junctions, `///passphrase`; each part optional.
 *
 * @throws InvalidSecretUriError
 */
export function parseSecretUri(uri: string): SecretUri {
  assertText('uri', uri)
  if (uri.length > URI_LIMIT) throw new InvalidSecretUriError({ why: `it exceeds ${URI_LIMIT} characters` })
  const passphraseAt = uri.indexOf('///')
  const front = passphraseAt < 0 ? uri : uri.slice(0, passphraseAt)
  const pathAt = front.indexOf('/')
  const root = (pathAt < 0 ? front : front.slice(0, pathAt)).trim()
  if (!/^[\p{L}\p{N}\s]*$/u.test(root)) {
    throw new InvalidSecretUriError({ why: 'its first part is neither words nor a 0x seed' })
  }
  return {
    root: root === '' ? undefined : root,
    path: pathAt < 0 ? '' : front.slice(pathAt),
    passphrase: passphraseAt < 0 ? undefined : uri.slice(passphraseAt + 3),
  }
}

/**
 * Junctions of a path such as `//hard/soft`; the empty path has none.
 *
 * @throws InvalidSecretUriError
 */
export function parsePath(path: string): readonly Junction[] {
  assertText('path', path)
  if (!/^(\/\/?[^/]+)*$/.test(path))
    throw new InvalidSecretUriError({ why: 'a junction of its path is empty' })
  return (path.match(/\/\/?[^/]+/g) ?? []).map((text) => {
    const hard = text.startsWith('//')
    return { hard, chainCode: chainCodeOf(text.slice(hard ? 2 : 1)) }
  })
}
