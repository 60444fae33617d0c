import { homedir } from 'node:os'
import { join } from 'node:path'
import { check, custom, secret } from '../checks/index.js'
import { InvalidArgumentError } from '../errors/index.js'

const path = custom('Pass a path: text of at least one character, without NUL.', (value) => {
  return typeof value === 'string' && value !== '' && !value.includes('\0')
})

/** Passwords and keys come beside paths and may be passed in their place. */
const hiddenPath = secret(path)

/**
 * A path as the system takes it: a leading `~` is the home folder, as in a shell and in the Python tools. Every path of this
 * room goes through here, whoever gave it.
 *
 * @throws InvalidArgumentError for what is no path, and for `~name`, which would name another account's home in a shell and a
 * folder of that name here.
 */
export function expandHome(field: string, given: string): string {
  check(field, hiddenPath, given)
  if (!given.startsWith('~')) return given
  if (/^~(\/|$)/.test(given) || (process.platform === 'win32' && given.startsWith('~\\'))) {
    return join(homedir(), given.slice(1))
  }
  throw new InvalidArgumentError({
    field,
    value: given,
    remedy:
      'Write ~/ for your home folder or the whole path of another one; ./~name is a file of that name here.',
  })
}
