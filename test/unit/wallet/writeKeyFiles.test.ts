import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Clock, systemClock } from '../../../src/clock/index.js'
import { type Disk, systemDisk } from '../../../src/wallet/disk.js'
import { KeyFileExistsError, KeyFileWriteError } from '../../../src/wallet/index.js'
import { writeKeyFiles } from '../../../src/wallet/writeKeyFiles.js'
import { rejection } from './rejection.js'
import { temporaryFolder } from './temporaryFolder.js'

const content = (text: string): Uint8Array => new TextEncoder().encode(text)

class DiskFullError extends Error {
  readonly code = 'ENOSPC'
}

/** The real disk, on which the steps that `fails` picks by their number fail without effect. */
function failingDisk(fails: (step: number, name: keyof Disk) => boolean): {
  disk: Disk
  steps: () => number
} {
  let steps = 0
  const guarded = <A extends unknown[], R>(name: keyof Disk, work: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      if (fails(++steps, name)) throw new DiskFullError('no space left')
      return work(...args)
    }
  }
  const disk: Disk = {
    makeFolder: guarded('makeFolder', systemDisk.makeFolder),
    writeNew: guarded('writeNew', systemDisk.writeNew),
    link: guarded('link', systemDisk.link),
    copyNew: guarded('copyNew', systemDisk.copyNew),
    rename: guarded('rename', systemDisk.rename),
    unlink: guarded('unlink', systemDisk.unlink),
    syncFolder: systemDisk.syncFolder,
  }
  return { disk, steps: () => steps }
}

async function filesIn(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder)
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])),
  )
}

const NEW = { key: 'new secret', 'keypub.txt': 'new public' }

/** Writes two files with a disk, in a folder that holds what is given; what is there before and after, and how it ended. */
async function attempt(before: Readonly<Record<string, string>>, overwrite: boolean, disk: Disk) {
  const folder = join(await temporaryFolder(), 'hotkeys')
  await mkdir(folder)
  for (const [name, text] of Object.entries(before)) await writeFile(join(folder, name), text)
  const files = Object.entries(NEW).map(([name, text]) => ({
    path: join(folder, name),
    bytes: content(text),
  }))
  const error: unknown = await writeKeyFiles(files, { overwrite }, disk).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return { error, after: await filesIn(folder) }
}

describe('writeKeyFiles', () => {
  it.each([
    ['into an empty folder', {}, false],
    ['over both', { key: 'old secret', 'keypub.txt': 'old public' }, true],
    ['over one', { key: 'old secret' }, true],
  ] as const)('writes all files %s, and leaves nothing else behind', async (_, before, overwrite) => {
    expect(await attempt(before, overwrite, systemDisk)).toEqual({ error: undefined, after: NEW })
  })

  it.each([
    ['into an empty folder', {}, false],
    ['over both', { key: 'old secret', 'keypub.txt': 'old public' }, true],
    ['over one', { 'keypub.txt': 'old public' }, true],
  ] as const)('writes all or none %s, whichever single step fails', async (_, before, overwrite) => {
    const counted = failingDisk(() => false)
    await attempt(before, overwrite, counted.disk)
    let refused = 0
    for (let failing = 1; failing <= counted.steps(); failing++) {
      const { error, after } = await attempt(before, overwrite, failingDisk((step) => step === failing).disk)
      if (error === undefined) {
        // What failed was tidying up, or had another way.
        expect(after).toMatchObject(NEW)
        continue
      }
      refused++
      expect(error).toBeInstanceOf(KeyFileWriteError)
      expect(error).toMatchObject({ code: 'KeyFileWrite', reason: 'ENOSPC', leftover: [] })
      expect(after).toEqual(before)
    }
    expect(refused).toBeGreaterThanOrEqual(4)
  })

  it.each([
    ['into an empty folder', {}, false],
    ['over both', { key: 'old secret', 'keypub.txt': 'old public' }, true],
  ] as const)('writes none %s when the disk is full from any step on', async (_, before, overwrite) => {
    const needSpace: readonly (keyof Disk)[] = ['makeFolder', 'writeNew', 'link', 'copyNew']
    const counted = failingDisk(() => false)
    await attempt(before, overwrite, counted.disk)
    for (let full = 1; full <= counted.steps(); full++) {
      const { disk } = failingDisk((step, name) => step >= full && needSpace.includes(name))
      const { error, after } = await attempt(before, overwrite, disk)
      if (error === undefined) expect(after).toEqual(NEW)
      else expect(after).toEqual(before)
    }
  })

  it('names what it could not put back', async () => {
    // The second move fails, and so does everything after it.
    const { disk } = failingDisk((step, name) => name === 'unlink' || (name === 'rename' && step > 8))
    const { error, after } = await attempt({ key: 'old', 'keypub.txt': 'old' }, true, disk)
    expect(error).toBeInstanceOf(KeyFileWriteError)
    const { leftover, message } = error as KeyFileWriteError
    expect(leftover.length).toBeGreaterThan(0)
    expect(message).toContain(leftover[0]!)
    expect(Object.keys(after).length).toBeGreaterThan(2)
  })

  it('replaces no file that came while it wrote, and takes back what it had moved', async () => {
    const folder = await temporaryFolder()
    const paths = [join(folder, 'key'), join(folder, 'keypub.txt')]
    let links = 0
    const disk: Disk = {
      ...systemDisk,
      link: async (from, to) => {
        if (++links === 2) await writeFile(to, 'of somebody else')
        return systemDisk.link(from, to)
      },
    }
    const files = paths.map((path) => ({ path, bytes: content('mine') }))
    const error = await rejection(writeKeyFiles(files, { overwrite: false }, disk), KeyFileExistsError)
    expect(error.path).toBe(paths[1])
    expect(await filesIn(folder)).toEqual({ 'keypub.txt': 'of somebody else' })
  })

  it('leaves the files of one writer, however many write them at once', async () => {
    const folder = await temporaryFolder()
    const write = (mark: number, overwrite: boolean) =>
      writeKeyFiles(
        ['key', 'keypub.txt'].map((name) => ({ path: join(folder, name), bytes: content(`of ${mark}`) })),
        { overwrite },
      )
    const marks = Array.from({ length: 12 }, (_, mark) => mark)
    const first = await Promise.allSettled(marks.map((mark) => write(mark, false)))
    expect(first.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (let round = 0; round < 5; round++) {
      await Promise.all(marks.map((mark) => write(mark, true)))
      const { key, ...rest } = await filesIn(folder)
      expect(rest).toEqual({ 'keypub.txt': key })
    }
  })

  it('names the lock that a stopped program left', async () => {
    const folder = await temporaryFolder()
    const lock = join(folder, '.key.lock')
    await writeFile(lock, '')
    let sleptMs = 0
    const clock: Clock = {
      ...systemClock,
      setTimer: (callback, delayMs) => {
        sleptMs += delayMs
        return systemClock.setTimer(callback, 0)
      },
    }
    const files = [{ path: join(folder, 'key'), bytes: content('mine') }]
    const work = writeKeyFiles(files, { overwrite: true }, systemDisk, clock)
    const error = await rejection(work, KeyFileWriteError)
    expect(error).toMatchObject({ reason: 'EBUSY', leftover: [] })
    expect(error.hints[0]).toContain(`remove ${lock}`)
    expect(sleptMs).toBe(10_000)
    expect(await filesIn(folder)).toEqual({ '.key.lock': '' })
  })

  it('says which folder is none', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'file'), '')
    const path = join(folder, 'file', 'key')
    const work = writeKeyFiles([{ path, bytes: content('x') }], { overwrite: false })
    expect(await rejection(work, KeyFileWriteError)).toMatchObject({ path, reason: 'EEXIST' })
  })
})
