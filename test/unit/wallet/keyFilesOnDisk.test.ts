import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  KeyFileExistsError,
  KeyFileNotFoundError,
  readKeyBytes,
  UnsafePathError,
  writeKeyBytes,
} from '../../../src/wallet/index.js'
import { rejection } from './rejection.js'
import { temporaryFolder } from './temporaryFolder.js'

const content = (text: string): Uint8Array => new TextEncoder().encode(text)
const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777

describe('writeKeyBytes', () => {
  it('makes folders only the owner can enter and a file only the owner can read', async () => {
    const folder = join(await temporaryFolder(), 'wallet', 'hotkeys')
    const path = join(folder, 'miner')
    await writeKeyBytes(path, content('one'), { overwrite: false })
    expect(await readFile(path, 'utf8')).toBe('one')
    expect(await modeOf(path)).toBe(0o600)
    expect(await modeOf(folder)).toBe(0o700)
    expect(await modeOf(join(folder, '..'))).toBe(0o700)
    expect(await readdir(folder)).toEqual(['miner'])
  })

  it('overwrites only when told to', async () => {
    const path = join(await temporaryFolder(), 'key')
    await writeKeyBytes(path, content('one'), { overwrite: false })
    const error = await rejection(
      writeKeyBytes(path, content('two'), { overwrite: false }),
      KeyFileExistsError,
    )
    expect(error).toMatchObject({ code: 'KeyFileExists', path })
    expect(error.shortMessage).toBe(`The key file ${path} exists already; nothing was written.`)
    expect(await readFile(path, 'utf8')).toBe('one')
    await writeKeyBytes(path, content('two'), { overwrite: true })
    expect(await readFile(path, 'utf8')).toBe('two')
    expect(await modeOf(path)).toBe(0o600)
  })

  it('lets one of many concurrent writers win, whole, and leaves nothing behind', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'key')
    const texts = Array.from({ length: 8 }, (_, index) => String(index).repeat(1000))
    const outcomes = await Promise.allSettled(
      texts.map((text) => writeKeyBytes(path, content(text), { overwrite: false })),
    )
    const winners = outcomes.flatMap((outcome, index) => (outcome.status === 'fulfilled' ? [index] : []))
    expect(winners).toHaveLength(1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(KeyFileExistsError)
    }
    expect(await readFile(path, 'utf8')).toBe(texts[winners[0]!])
    expect(await readdir(folder)).toEqual(['key'])
  })

  it('follows no symbolic link, neither as the file nor as its folder', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'target'), 'precious')
    await symlink(join(folder, 'target'), join(folder, 'key'))
    const error = await rejection(
      writeKeyBytes(join(folder, 'key'), content('x'), { overwrite: true }),
      UnsafePathError,
    )
    expect(error).toMatchObject({ code: 'UnsafePath', why: 'it is a symbolic link' })
    expect(await readFile(join(folder, 'target'), 'utf8')).toBe('precious')

    await mkdir(join(folder, 'elsewhere'))
    await symlink(join(folder, 'elsewhere'), join(folder, 'hotkeys'))
    const write = writeKeyBytes(join(folder, 'hotkeys', 'key'), content('x'), { overwrite: false })
    await rejection(write, UnsafePathError)
    expect(await readdir(join(folder, 'elsewhere'))).toEqual([])
  })

  it('replaces no folder', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'key'))
    const write = writeKeyBytes(join(folder, 'key'), content('x'), { overwrite: true })
    expect((await rejection(write, UnsafePathError)).why).toBe('something that is no file is in its place')
  })
})

describe('readKeyBytes', () => {
  it('names a missing file, also below a missing folder or a file', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'file'), '')
    for (const path of [join(folder, 'none'), join(folder, 'none', 'key'), join(folder, 'file', 'key')]) {
      const error = await rejection(readKeyBytes(path), KeyFileNotFoundError)
      expect(error).toMatchObject({ code: 'KeyFileNotFound', path })
      expect(error.shortMessage).toBe(`There is no key file ${path}.`)
    }
  })

  it('reads no symbolic link, folder, pipe or large file', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'large'), new Uint8Array(65_537))
    await writeFile(join(folder, 'fits'), new Uint8Array(65_536))
    await symlink(join(folder, 'fits'), join(folder, 'link'))
    execFileSync('mkfifo', [join(folder, 'pipe')])
    const whyOf = async (name: string): Promise<string> =>
      (await rejection(readKeyBytes(join(folder, name)), UnsafePathError)).why
    expect(await whyOf('link')).toBe('it is a symbolic link')
    expect(await whyOf('pipe')).toBe('it is no regular file')
    expect(await whyOf('large')).toBe('it exceeds 65536 bytes')
    expect(await whyOf('.')).toBe('it is no regular file')
    expect(await readKeyBytes(join(folder, 'fits'))).toHaveLength(65_536)
  })
})
