import { randomBytes } from 'node:crypto'
import { open, readFile, rm } from 'node:fs/promises'
import { hostname } from 'node:os'

/** Who holds a lock. */
interface Holder {
  readonly pid: number
  readonly host: string
  /** When the process began, as the system counts it; `null` where the system does not say. */
  readonly began: string | null
  /** Different for each taking of the lock. */
  readonly token: string
}

/** Tries to get past locks that dead processes left. */
const TRIES = 3

/**
 * A file that says which process uses its neighbour. A lock whose process has ended is taken over, and so is one of another machine,
 * whose processes cannot be looked at; the one that lost it sees it at its next `isHeld`.
 */
export class FileLock {
  readonly #path: string
  readonly #token: string

  private constructor(path: string, token: string) {
    this.#path = path
    this.#token = token
  }

  /**
   * @param refusal - what is thrown while a living process holds it, made of who that is.
   * @throws the system's error where the file cannot be made.
   */
  static async take(path: string, refusal: (holder: string) => Error): Promise<FileLock> {
    const token = randomBytes(16).toString('hex')
    const holder: Holder = {
      pid: process.pid,
      host: hostname(),
      began: (await statOf(process.pid))?.began ?? null,
      token,
    }
    for (let tries = 1; ; tries++) {
      if (await wasMade(path, JSON.stringify(holder))) return new FileLock(path, token)
      const other = await holderOf(path)
      const isLiving = other !== undefined && (await lives(other))
      if (isLiving || tries >= TRIES) {
        throw refusal(other === undefined ? 'another process' : `process ${other.pid}`)
      }
      await rm(path, { force: true })
    }
  }

  /** Not when another process has taken it over by now. */
  async isHeld(): Promise<boolean> {
    return (await holderOf(this.#path))?.token === this.#token
  }

  async release(): Promise<void> {
    if (await this.isHeld()) await rm(this.#path, { force: true })
  }
}

/** Makes the file unless there is one. */
async function wasMade(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(text)
    } catch (error) {
      await rm(path, { force: true })
      throw error
    } finally {
      await file.close()
    }
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** `undefined` when there is no lock, or one that nobody can read: a crash cut it short. */
async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    const { pid, host, began, token } = JSON.parse(await readFile(path, 'utf8')) as Partial<Holder>
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof token !== 'string') return undefined
    return { pid, host, began: began ?? null, token }
  } catch {
    return undefined
  }
}

async function lives({ pid, host, began }: Holder): Promise<boolean> {
  if (host !== hostname()) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    // Not allowed to signal it: it is there, and of another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const now = await statOf(pid)
  // It ended, and its parent has not asked how.
  if (now?.isDead === true) return false
  // In a container the same number comes back at every start.
  return began === null || now === null || began === now.began
}

/** Fields 3 and 22 of `/proc/PID/stat`: its state, and when it began, in ticks since the machine started. */
async function statOf(
  pid: number,
): Promise<{ readonly isDead: boolean; readonly began: string | null } | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The name, field 2, is in parentheses and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { isDead: fields[0] === 'Z' || fields[0] === 'X', began: fields[19] ?? null }
  } catch {
    return null
  }
}
