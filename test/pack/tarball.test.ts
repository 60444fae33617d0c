import { type ChildProcess, execFile, spawn } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, type TestContext } from 'vitest'
import { publicRooms } from '../../scripts/floors.mjs'
import { ensureBuilt } from '../../scripts/setUp.mjs'
import { isComplete } from '../../src/cli/new/projectFiles.js'
import { projectKinds } from '../../src/cli/new/projectKinds.js'
import { brokenLinks } from '../support/pageLinks.js'
import { testNeeding } from '../support/requirement.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly devDependencies: Readonly<Record<string, string>>
}

/** Why the tarball could not be installed here, when the package registry cannot be reached. */
const registry: { missing: string | undefined } = { missing: undefined }
const test = (
  title: string,
  body: (context: TestContext) => Promise<void> | void,
  timeoutMs?: number,
): void => testNeeding(registry, title, body, timeoutMs)

let project: string
let packed: { readonly filename: string; readonly files: readonly { readonly path: string }[] }

/** An empty TypeScript project into which the packed tarball is installed as a user would. */
beforeAll(async () => {
  expect(ensureBuilt()).toBe(true)
  project = mkdtempSync(join(tmpdir(), 'subnetkit-pack-'))
  const { stdout } = await run(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--silent', '--pack-destination', project],
    { cwd: root, maxBuffer: 16 * 2 ** 20 },
  )
  packed = JSON.parse(stdout)[0]
  const { devDependencies } = manifest
  const compiler = devDependencies['typescript-7']!.replace(/^npm:/, '')
  writeFileSync(join(project, 'package.json'), '{ "name": "user", "private": true, "type": "module" }\n')
  await install([
    `./${packed.filename}`,
    compiler,
    ...['@types/node', 'zod'].map((name) => `${name}@${devDependencies[name]}`),
  ])
}, 600_000)

async function install(packages: readonly string[]): Promise<void> {
  const options = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund']
  try {
    await run('npm', ['install', ...options, ...packages], { cwd: project, maxBuffer: 16 * 2 ** 20 })
  } catch (error) {
    const { stderr } = error as { stderr: string }
    const code = /code (ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED)/.exec(stderr)?.[1]
    if (code === undefined) throw error
    registry.missing = `the package registry cannot be reached (${code})`
  }
}

afterAll(() => rmSync(project, { recursive: true, force: true }))

const node = (
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ stdout: string; stderr: string }> =>
  run(process.execPath, [...args], { cwd: project, env: { ...process.env, ...env }, maxBuffer: 64 * 2 ** 20 })

/** The command as npm installed it. */
const command = (): string => join(project, 'node_modules/subnetkit/bin/subnetkit.mjs')

describe('the packed tarball', () => {
  test('holds the build, the papers and the small examples, and neither sources, tests nor data', () => {
    const paths = packed.files.map(({ path }) => path)
    expect(paths).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'CHANGELOG.md', 'package.json', 'bin/subnetkit.mjs']),
    )
    const kinds = [
      /^(dist|bin)\//,
      /^docs\/([\w-]+\.md|images\/[\w-]+\.(svg|png)|grafana\/subnetkit\.json)$/,
      /^examples\/(support|quickstart|economy|matrix|metagraph|miner|rules)\/\w+\.(ts|md)$/,
      /^examples\/(prices|text|reasoning|storage|agents|rental|serverless)\//,
      /^templates\//,
      /^(LICENSE|README\.md|CHANGELOG\.md|package\.json|examples\/(forecast\/)?README\.md)$/,
    ]
    expect(paths.filter((path) => !kinds.some((kind) => kind.test(path)))).toEqual([])
  })

  test('has every file and heading that its pages link to', () => {
    // Pages of templates link to files of the project that they become.
    const pages = packed.files
      .map(({ path }) => path)
      .filter((path) => path.endsWith('.md') && !path.startsWith('templates/'))
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/errors.md', 'docs/architecture.md']))
    expect(brokenLinks(join(project, 'node_modules/subnetkit'), pages)).toEqual([])
  })

  test('needs no native package to be installed', () => {
    const installed = readdirSync(join(project, 'node_modules'))
    expect(installed).not.toContain('onnxruntime-node')
    expect(installed).not.toContain('echarts')
  })

  test('every subpath can be imported and exports something', async () => {
    const paths = ['subnetkit', ...publicRooms.map((room) => `subnetkit/${room}`)]
    writeFileSync(
      join(project, 'imports.mjs'),
      `const counts = {}\nfor (const path of ${JSON.stringify(paths)}) counts[path] = Object.keys(await import(path)).length\nconsole.log(JSON.stringify(counts))\n`,
    )
    const { stdout } = await node(['imports.mjs'])
    const counts = JSON.parse(stdout) as Record<string, number>
    expect(Object.keys(counts)).toEqual(paths)
    for (const path of paths)
      expect([path, counts[path]]).toEqual([path, expect.toSatisfy((n: number) => n > 0)])
  })

  test('brings a real metagraph that loads in plain Node', async () => {
    writeFileSync(
      join(project, 'real.mjs'),
      "import { mainnetSubnet15 } from 'subnetkit/metagraph'\nconst { n, netuid } = await mainnetSubnet15()\nconsole.log(netuid, n)\n",
    )
    expect(await node(['real.mjs'])).toEqual({ stdout: '15 256\n', stderr: '' })
  })

  test('one class is the same class through every door', async () => {
    writeFileSync(
      join(project, 'identity.mjs'),
      "import { BaseError } from 'subnetkit'\nimport { InvalidArgumentError } from 'subnetkit/errors'\nimport { parseTao } from 'subnetkit/units'\ntry { parseTao('x') } catch (error) { console.log(error instanceof BaseError, error instanceof InvalidArgumentError) }\n",
    )
    expect((await node(['identity.mjs'])).stdout).toBe('true true\n')
  })

  test('the subnet of the README type-checks under the strictest options and runs', async () => {
    mkdirSync(join(project, 'src'), { recursive: true })
    copyFileSync(join(root, 'examples/quickstart/subnet.ts'), join(project, 'src/subnet.ts'))
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(strictest))
    await node([join(project, 'node_modules/typescript/bin/tsc'), '-p', '.']).catch((error) => {
      throw new TypeError(`tsc: ${error.stdout}`)
    })
    const { stdout } = await node(['out/subnet.js'])
    expect(stdout).not.toBe('')
  }, 120_000)

  test('batches of epochs are computed on threads, in WebAssembly, to the same bits', async () => {
    writeFileSync(join(project, 'batch.mjs'), batchProgram)
    const { stdout, stderr } = await node(['batch.mjs'])
    expect(JSON.parse(stdout)).toEqual({
      info: { engine: 'wasm', fallback: null, computed: { wasm: 40, plain: 0 } },
      same: true,
    })
    expect(stderr).toBe('')
  })

  test('the slow key derivation finds its thread', async () => {
    const wallets = join(project, 'wallets')
    const { stdout } = await node(
      [command(), 'keys', 'new', '--wallet', 'w', '--coldkey', '--root', wallets, '--password-from-env'],
      { BT_WALLET_PASSWORD: 'a password for one test' },
    )
    expect(stdout).toMatch(/^file +.*coldkey$/m)
    const bytes = readFileSync(join(wallets, 'w/coldkey'))
    expect(bytes.subarray(0, 5).toString('latin1')).toBe('$NACL')
  }, 120_000)
})

describe('the installed command', () => {
  test('explains itself', async () => {
    for (const args of [['--help'], ['localnet', '--help'], ['keys', '--help'], ['epoch', '--help']]) {
      const { stdout, stderr } = await node([command(), ...args])
      expect(stdout).toMatch(/^subnetkit.*\n\nUsage: subnetkit /)
      expect(stderr).toBe('')
    }
  })

  test('exits with 2 and one line for a command that does not exist', async () => {
    await expect(node([command(), 'mine'])).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'subnetkit: mine: unknown command; see --help\n',
    })
  })

  test('says which version it is', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(await node([command(), '--version'])).toMatchObject({ stdout: `${version}\n`, stderr: '' })
  })

  test('computes the epochs of a vector file and of standard input alike', async () => {
    const file = join(root, 'test/vectors/epoch/07-tiny-three-validators-yuma2.json')
    const vector = JSON.parse(readFileSync(file, 'utf8')) as { steps: { expected: unknown }[] }
    const expected = vector.steps.map((step) => step.expected)
    expect(JSON.parse((await node([command(), 'epoch', file])).stdout)).toEqual(expected)
    const piped = spawn(process.execPath, [command(), 'epoch', '-'], { cwd: project })
    piped.stdin.end(readFileSync(file))
    expect(JSON.parse(await everything(piped))).toEqual(expected)
  })
})

describe('a project that the installed command makes', () => {
  const kinds = Object.entries(projectKinds).filter(([, kind]) => isComplete(kind))
  for (const [like] of kinds) {
    test(`like ${like} installs, type-checks, passes its own tests and runs`, async () => {
      const { stdout } = await node([command(), 'new', `my-${like}`, '--like', like])
      expect(stdout).toContain(`\n  cd my-${like}\n  npm install\n  npm test\n`)
      const made = join(project, `my-${like}`)
      const npm = (...args: readonly string[]) =>
        run('npm', args, {
          cwd: made,
          maxBuffer: 16 * 2 ** 20,
          env: { ...alone, NO_COLOR: '1', FORCE_COLOR: '0' },
        }).catch((error) => {
          throw new Error(`npm ${args.join(' ')}: ${error.stdout}${error.stderr}`)
        })
      // What most of them run on is the same: one that is installed for the reasoning arena stands for the others.
      const shares = !['miner', 'text', 'reasoning'].includes(like)
      if (shares) symlinkSync(join(project, 'my-reasoning/node_modules'), join(made, 'node_modules'))
      else await npm('install', '--prefer-offline', '--no-audit', '--no-fund')
      await npm('run', 'check')
      expect((await npm('test')).stdout).toMatch(/Tests {2}\d+ passed/)
      if (shares) return
      // A market is played once, without one of its defences: as it is, its own tests have played it.
      const played = new Map([
        ['text', 'speed'],
        ['reasoning', 'fresh'],
      ]).get(like)
      const args = played === undefined ? [] : ['--', '--epochs', '2', '--without', played]
      expect((await npm('start', ...args)).stdout).toMatch(/alpha/)
      for (const program of ['miner', 'validator']) {
        const help = await npm('run', program, '--', '--help')
        expect(help.stdout).toContain(`Usage: npm run ${program} -- [options]`)
      }
    }, 240_000)
  }
})

/** As for somebody who runs npm in a terminal, and not in a test of a runner of their own. */
const { VITEST: _, VITEST_MODE: __, NODE_ENV: ___, ...alone } = process.env

/** A user's program: one network under forty majorities, on two threads and in the calling one. */
const batchProgram = `
import { isDeepStrictEqual } from 'node:util'
import { EpochBatch, EpochPool, epochBatch } from 'subnetkit/engine'
import { sparseRowsFrom } from 'subnetkit/consensus'

const n = 48
const rows = (k) => sparseRowsFrom(Array.from({ length: n }, (_, i) =>
  Array.from({ length: i < 12 ? n : 0 }, (_, j) => [j, (7919 * (i + k) + 104_729 * j) % 65_536])))
const input = {
  n, currentBlock: 1_000, lastStepBlock: 640, ownerUid: null, emissionRao: 10n ** 9n,
  lastUpdate: new Float64Array(n).fill(900), blockAtRegistration: new Float64Array(n).fill(1),
  earliestActiveCommitBlock: new Float64Array(n).fill(Infinity),
  alphaStakeRao: BigUint64Array.from({ length: n }, (_, i) => BigInt(1_000 * (n - i))),
  taoStakeRao: new BigUint64Array(n), validatorPermit: new Uint8Array(n).fill(1, 0, 12),
  weights: rows(1), bonds: rows(2),
}
const params = {
  tempoBlocks: 360, activityCutoffBlocks: 5_000, stakeThresholdRao: 0n, taoWeightU64: 0n, maxAllowedValidators: 12,
  bondsPenaltyU16: 65_535, bondsMovingAveragePpm: 900_000, yuma3Enabled: true, liquidAlphaEnabled: false,
  alphaLowU16: 45_875, alphaHighU16: 58_982, alphaSigmoidSteepnessHundredths: 1_000, commitRevealEnabled: false,
}
const subnets = Array.from({ length: 40 }, (_, k) => ({ input, params: { ...params, kappaU16: 1_000 * k } }))
const batch = new EpochBatch(subnets)
const pool = await EpochPool.start({ workers: 2 })
await pool.run(batch)
await pool.close()
const plain = await epochBatch(subnets, { workers: 0, engine: 'plain' })
console.log(JSON.stringify({
  info: batch.info,
  same: subnets.every((_, k) => isDeepStrictEqual({ ...batch.output(k), raw: { ...batch.output(k).raw } }, { ...plain[k], raw: { ...plain[k].raw } })),
}))
`

const strictest = {
  compilerOptions: {
    target: 'ES2022',
    lib: ['ES2023', 'ESNext.Disposable'],
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noImplicitOverride: true,
    verbatimModuleSyntax: true,
    // The declarations of the package are checked too.
    skipLibCheck: false,
    rootDir: 'src',
    outDir: 'out',
  },
  include: ['src'],
}

async function everything(child: ChildProcess): Promise<string> {
  let text = ''
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  await new Promise((resolve) => child.on('close', resolve))
  return text
}
