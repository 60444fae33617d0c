import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isComplete, projectFiles } from '../../../src/cli/new/projectFiles.js'
import { projectKinds } from '../../../src/cli/new/projectKinds.js'
import { runCli } from '../../../src/cli/runCli.js'
import { type MemoryIo, memoryIo } from './memoryIo.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'subnetkit-new-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const run = async (argv: readonly string[], io: MemoryIo = memoryIo()) => ({
  code: await runCli(['new', ...argv], io),
  output: io.output(),
  errors: io.errors(),
})
const kinds = Object.entries(projectKinds)
  .filter(([, kind]) => isComplete(kind))
  .map(([like]) => ({ like }))

describe('subnetkit new', () => {
  test('makes a whole project, and says the next three commands', async () => {
    const path = join(folder, 'my-subnet')
    const { code, output, errors } = await run([path])
    expect([code, errors]).toEqual([0, ''])
    expect(output).toMatch(/\n {2}cd .*my-subnet\n {2}npm install\n {2}npm test\n/)
    expect(readdirSync(path).sort()).toEqual([
      '.gitignore',
      '.npmrc',
      'README.md',
      'package.json',
      'src',
      'test',
      'tsconfig.json',
    ])
    const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
    expect(manifest).toMatchObject({ name: 'my-subnet', private: true, type: 'module' })
    // In a clone the project is linked to it.
    expect(join(path, manifest.dependencies.subnetkit.replace('file:', ''))).toBe(
      join(import.meta.dirname, '../../..'),
    )
    expect(readFileSync(join(path, 'README.md'), 'utf8')).toMatch(/^# my-subnet\n/)
    // Its programs are run by their names there.
    const commandLine = readFileSync(join(path, 'src/commandLine.ts'), 'utf8')
    expect(commandLine).toContain(`npm run \${role} -- [options]`)
    expect(commandLine).not.toContain('npm run example')
    expect(readdirSync(folder)).toEqual(['my-subnet'])
  })

  test('takes a folder that is there and empty', async () => {
    mkdirSync(join(folder, 'mine'))
    expect(await run([join(folder, 'mine')])).toMatchObject({ code: 0, errors: '' })
    expect(existsSync(join(folder, 'mine/package.json'))).toBe(true)
  })

  test('touches nothing of a folder that holds something, or of a file', async () => {
    mkdirSync(join(folder, 'full'))
    writeFileSync(join(folder, 'full/.env'), 'mine')
    writeFileSync(join(folder, 'file'), 'mine')
    expect(await run([join(folder, 'full')])).toMatchObject({
      code: 2,
      errors: expect.stringContaining('is not empty'),
    })
    expect(await run([join(folder, 'file')])).toMatchObject({
      code: 2,
      errors: expect.stringContaining('is a file'),
    })
    expect(readdirSync(join(folder, 'full'))).toEqual(['.env'])
    expect(readdirSync(folder).sort()).toEqual(['file', 'full'])
  })

  test.skipIf(process.platform === 'win32')(
    'names what a project cannot be made in, and does not try on',
    async () => {
      writeFileSync(join(folder, 'file'), 'mine')
      symlinkSync(join(folder, 'nowhere'), join(folder, 'link'))
      for (const [place, words] of [
        ['file/x', 'is a file; name a folder to make the project in'],
        ['link', 'is a link that leads nowhere'],
      ] as const) {
        const { code, errors } = await run([join(folder, place)])
        expect([code, errors.trim().split('\n')]).toEqual([2, [expect.stringContaining(words)]])
      }
      expect(readdirSync(folder).sort()).toEqual(['file', 'link'])
    },
  )

  test.skipIf(process.platform !== 'linux')('ends where the system makes no folders', async () => {
    expect((await run(['/proc/foo'])).code).toBe(1)
  })

  test.each([
    [['My Subnet'], 'FOLDER: a project is named by small letters'],
    [['_x'], 'FOLDER: a project is named by small letters'],
    [['subnetkit'], 'FOLDER: subnetkit is taken'],
    [['node_modules'], 'FOLDER: node_modules is taken'],
    [['gone/x'], 'does not exist; make it first'],
    [['x', '--like', 'minr'], '--like: pass one of'],
    [['x', '--like', 'minr'], 'did you mean miner?'],
    [['x', 'y'], 'y: unexpected argument'],
    [['x', '--force'], '--force: unknown option'],
  ])('refuses %j in one line, and makes nothing', async ([name, ...rest], line) => {
    const { code, output, errors } = await run([join(folder, name ?? ''), ...rest])
    expect([code, output]).toEqual([2, ''])
    expect(errors).toContain(line)
    expect(errors.trim().split('\n')).toHaveLength(1)
    expect(readdirSync(folder)).toEqual([])
  })

  test('asks for a name', async () => {
    expect(await run([])).toEqual({
      code: 2,
      output: '',
      errors: 'subnetkit: FOLDER: name the project: subnetkit new my-subnet\n',
    })
  })

  test('leaves nothing behind when it is stopped', async () => {
    const io = memoryIo()
    io.stop()
    expect(await run([join(folder, 'x')], io)).toEqual({
      code: 130,
      output: '',
      errors: 'subnetkit: stopped; nothing was left behind\n',
    })
    expect(readdirSync(folder)).toEqual([])
  })

  test('says why it cannot write, and leaves nothing behind', async () => {
    // Where the project is written before it is put in its place.
    writeFileSync(join(folder, `.x.${process.pid}.part`), 'a file, where a folder has to be')
    const { code, errors } = await run([join(folder, 'x')])
    expect(code).toBe(1)
    expect(errors).toContain('could not be written')
    expect(readdirSync(folder)).toEqual([])
  })

  test('--help tells every kind', async () => {
    const { code, output } = await run(['--help'])
    expect(code).toBe(0)
    for (const { like } of kinds) expect(output).toMatch(new RegExp(`^  ${like} +`, 'm'))
  })
})

describe('what a project is made from', () => {
  test.each(kinds)('$like: whatever its files import is there', ({ like }) => {
    const kind = projectKinds[like]!
    const files = new Map(
      projectFiles(kind, { name: 'x', like, subnetkit: '1.0.0' }).map(({ path, bytes }) => [
        path,
        new TextDecoder().decode(bytes),
      ]),
    )
    const manifest = JSON.parse(files.get('package.json') ?? '')
    const installed = new Set(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }))
    const programs = [kind.start, 'src/miner.ts', 'src/validator.ts']
    expect(programs.filter((path) => !files.has(path))).toEqual([])
    expect([...files.keys()].some((path) => path.startsWith('test/'))).toBe(true)
    for (const [path, text] of files) {
      if (!/\.(ts|md|json)$/.test(path)) continue
      expect([path, text.match(/__[A-Z]+__/g)]).toEqual([path, null])
      // That is a script of a clone; a page says what runs here.
      if (path.endsWith('.md')) expect([path, text.match(/npm run example.*/g)]).toEqual([path, null])
      if (!path.endsWith('.ts')) continue
      for (const [, from] of text.matchAll(/^(?:import|export|\}) (?:.* )?from '([^']+)'$/gm)) {
        if (from === undefined) continue
        if (from.startsWith('.'))
          expect(files.has(join(dirname(path), from).replace(/\.js$/, '.ts'))).toBe(true)
        else if (!from.startsWith('node:')) expect(installed).toContain(/^(@[^/]+\/)?[^/]+/.exec(from)?.[0])
      }
    }
  })
})
