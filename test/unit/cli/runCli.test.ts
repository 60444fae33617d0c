import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runCli } from '../../../src/cli/runCli.js'
import { REFERENCE_HYPERPARAMETERS } from '../../../src/ledger/index.js'
import { vectorsDir } from '../../vectors/vectorsDir.js'
import { type MemoryIo, memoryIo } from './memoryIo.js'

const PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk'

const run = async (argv: readonly string[], io: MemoryIo = memoryIo()) => ({
  code: await runCli(argv, io),
  output: io.output(),
  errors: io.errors(),
})

describe('subnetkit', () => {
  test.each([[[]], [['--help']], [['-h']], [['help']]])('%j prints what there is', async (argv) => {
    const { code, output, errors } = await run(argv)
    expect(code).toBe(0)
    expect(errors).toBe('')
    for (const name of ['localnet', 'keys new', 'keys inspect', 'epoch FILE']) expect(output).toContain(name)
  })

  test.each([[['--version']], [['-v']]])('%j prints the version of the package', async (argv) => {
    const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))
    expect(await run(argv)).toEqual({ code: 0, output: `${version}\n`, errors: '' })
  })

  test.each(['localnet', 'hyperparameters', 'keys', 'epoch'])(
    'help %s, -h and --help after it explain the command',
    async (name) => {
      const asked = await run(['help', name])
      expect(asked.output).toContain(`Usage: subnetkit ${name}`)
      expect(await run([name, '-h'])).toEqual(asked)
      expect(await run([name, '--help', '--no-such-option'])).toEqual(asked)
    },
  )

  test.each([
    [[PHRASE]],
    [['keys', PHRASE]],
    [['keys', 'new', PHRASE]],
    [['keys', 'new', '--words', PHRASE]],
    [['keys', 'inspect', '--wallet', '-', PHRASE]],
    [['keys', 'inspect', `/${PHRASE}`]],
    [['keys', 'new', '--coldkey', '--wallet', `${PHRASE}\n`]],
    [['epoch', PHRASE]],
    [['localnet', '--port', PHRASE]],
  ])('shows no mnemonic that was put in the place of something else: %j', async (argv) => {
    const { code, output, errors } = await run(argv)
    expect(code).toBe(2)
    expect(output + errors).not.toContain('drive')
  })

  test.each(['localnet', 'hyperparameters', 'keys', 'epoch'])(
    '%s --help explains the command',
    async (name) => {
      const { code, output } = await run([name, '--help'])
      expect(code).toBe(0)
      expect(output).toContain(`Usage: subnetkit ${name}`)
    },
  )

  test.each(['', 'localnet', 'simulate', 'hyperparameters', 'synapse', 'doctor', 'keys', 'epoch'])(
    'the help of %j shows examples, whose commands and options there are',
    async (name) => {
      const { output } = await run(name === '' ? ['--help'] : [name, '--help'])
      const [, shown = ''] = /^Examples:\n((?: {2}.+\n)+)/m.exec(output) ?? []
      const lines = shown.trim().split('\n')
      for (const line of lines) {
        const [, command = '', ...words] = line
          .replace(/ [>#] .*$/, '')
          .trim()
          .split(/ +/)
        const { code, output: help } = await run([command, '--help'])
        expect([line, code]).toEqual([line, 0])
        for (const word of words) if (word.startsWith('--')) expect(`${help}--help`).toContain(word)
      }
      expect(lines.some((line) => line.includes(`subnetkit ${name}`))).toBe(true)
    },
  )

  test.each([[['hyperparameters']], [['help', 'hyperparameters']]])(
    '%j lists every hyperparameter, with its value on a localnet and where the reference has another',
    async (argv) => {
      const { code, output } = await run(argv)
      expect(code).toBe(0)
      for (const name of Object.keys(REFERENCE_HYPERPARAMETERS)) expect(output).toContain(`\n  ${name} `)
      expect(output).toMatch(/\n {2}tempoBlocks +10 +360 +blocks between two epochs/)
      expect(output).toMatch(/\n {2}kappaU16 +32767 {2,}share of stake/)
    },
  )

  test.each([
    [['mine'], 'subnetkit: mine: unknown command; see --help\n'],
    [['toString'], 'subnetkit: toString: unknown command; see --help\n'],
    [['keys', 'burn'], 'subnetkit: burn: unknown action; keys new and keys inspect exist\n'],
    [['keys', 'inspct'], 'subnetkit: inspct: unknown action; did you mean keys inspect?\n'],
    [['keys', 'inspect'], 'subnetkit: TARGET: name what to inspect\n'],
    [['keys', 'new', '--scheme', 'rsa'], 'subnetkit: --scheme: choose sr25519 or ed25519\n'],
    [
      ['epoch'],
      'subnetkit: FILE: name a file, or - for standard input; subnetkit epoch --example prints one to begin with\n',
    ],
    [['epoch', 'a', '--example'], 'subnetkit: FILE: leave it out: --example prints a file and reads none\n'],
    [['epoch', 'a', 'b'], 'subnetkit: b: unexpected argument\n'],
    [['epoch', 'no-such-file.json'], 'subnetkit: FILE: no-such-file.json cannot be read (ENOENT)\n'],
    [['localnt'], 'subnetkit: localnt: unknown command; did you mean localnet?\n'],
    [['--versoin'], 'subnetkit: --versoin: unknown option; did you mean --version?\n'],
    [['\u001b[2J'], 'subnetkit: \\u001b[2J: unknown command; see --help\n'],
    [['localnet', '--block-m', '5'], 'subnetkit: --block-m: unknown option; did you mean --block-ms?\n'],
    [
      ['localnet', '--block-ms', '-5'],
      'subnetkit: --block-ms: pass a whole number from 0 to 600000, not "-5"\n',
    ],
    [
      ['localnet', '--port', '70000'],
      'subnetkit: --port: pass a whole number from 0 to 65535, not "70000"\n',
    ],
    [['localnet', '--tempo', '0'], 'subnetkit: --tempo: pass a whole number from 1 to 50400, not "0"\n'],
    ...['much', '-5', '0', '0.0000000001', '3500001', '99999999999999999999999'].map(
      (balance) =>
        [
          ['localnet', '--balance', balance],
          `subnetkit: --balance: pass TAO as a decimal from 0.0000005 to 3500000, since 6 accounts start with it, not "${balance}"\n`,
        ] as [string[], string],
    ),
    ...(
      [
        ['kapaU16=1', 'no hyperparameter has this name; did you mean kappaU16?'],
        ['speed=1', 'no hyperparameter has this name; see subnetkit hyperparameters'],
        ['toString=1', 'no hyperparameter has this name; see subnetkit hyperparameters'],
        ['rhoU16', 'pass a whole number, such as rhoU16=10, not "rhoU16"'],
        ['rhoU16=yes', 'pass a whole number, such as rhoU16=10, not "rhoU16=yes"'],
        ['rhoU16=65536', 'pass a whole number from 0 to 65535, not "rhoU16=65536"'],
        ['yuma3Enabled=1', 'pass true or false, such as yuma3Enabled=true, not "yuma3Enabled=1"'],
        [
          'minBurnRao=-1',
          'pass rao as a bigint from 0n to 18446744073709551615n; one TAO is 1_000_000_000n, not "minBurnRao=-1"',
        ],
      ] as const
    ).map(
      ([given, problem]) =>
        [['localnet', '--set', given], `subnetkit: --set: ${problem}\n`] as [string[], string],
    ),
    [['localnet', '--set', 'rhoU16=1', '--set', 'rhoU16=2'], 'subnetkit: --set rhoU16: it is given twice\n'],
    [
      ['localnet', '--tempo', '5', '--set', 'tempoBlocks=5'],
      'subnetkit: --set tempoBlocks: it is given by --tempo too\n',
    ],
    [['localnet', '--seed', ''], 'subnetkit: --seed: pass text of 1 to 100 characters, not ""\n'],
    ...['*', 'https://example.org/', 'HTTPS://example.org', 'example.org'].map(
      (origin) =>
        [
          ['localnet', '--allow-origin', 'null', '--allow-origin', origin],
          `subnetkit: --allow-origin: pass an origin as browsers name it, such as 'https://example.org': scheme, host in lower case, and port unless it is the usual one; no path, slash at the end or wildcard, not "${origin}"\n`,
        ] as [string[], string],
    ),
    [['localnet', '--endow', ''], 'subnetkit: --endow: pass an address, or a secret URI such as //Zoe\n'],
  ])('%j exits with 2 and one line that names what is wrong', async (argv, line) => {
    expect(await run(argv)).toEqual({ code: 2, output: '', errors: line })
  })

  test('says a value that is no address once, and what one looks like', async () => {
    expect(await run(['doctor', '127.0.0.1:1', '--hotkey', '//Bob//first'])).toEqual({
      code: 2,
      output: '',
      errors:
        'subnetkit: --hotkey: "//Bob//first" is not an address: it holds characters outside the Base58 alphabet. Pass an SS58 address with prefix 42: 48 characters beginning with 5\n',
    })
  })

  test.each([
    ['nobody knows', /^subnetkit: --endow: the mnemonic cannot be used: .*\n$/],
    [
      '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQX',
      /^subnetkit: --endow: "5Grw\w+" is not an address: .*checksum.*\n$/,
    ],
  ])('names an account that cannot be read: %s', async (account, line) => {
    const { code, errors } = await run(['localnet', '--endow', account])
    expect(code).toBe(2)
    expect(errors).toMatch(line)
    expect(errors).not.toContain('nobody')
  })
})

describe('subnetkit keys', () => {
  test('inspect tells the address and public key of a URI', async () => {
    const { code, output } = await run(['keys', 'inspect', '//Alice'])
    expect(code).toBe(0)
    expect(output).toContain('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY')
    expect(output).toContain('0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d')
    expect(output).not.toContain('secret key')
  })

  test('inspect takes a mnemonic typed without quotes, and asks for a secret with -', async () => {
    const words = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk'
    const spread = await run(['keys', 'inspect', ...words.split(' ')])
    const asked = await run(['keys', 'inspect', '-'], memoryIo({ secrets: [words] }))
    expect(spread.code).toBe(0)
    expect(asked.output).toBe(spread.output)
    // The public development phrase of the field has this address.
    expect(spread.output).toContain('5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV')
  })

  test('new makes another key each time, of as many words as asked for', async () => {
    const first = await run(['keys', 'new', '--words', '24'])
    const second = await run(['keys', 'new', '--words', '24'])
    const words = /^mnemonic +(.*)$/m.exec(first.output)?.[1]?.split(' ')
    expect(words).toHaveLength(24)
    expect(second.output).not.toBe(first.output)
  })

  test('a bad mnemonic is bad input, not a failure', async () => {
    expect((await run(['keys', 'inspect', 'bottom bottom bottom'])).code).toBe(2)
  })
})

describe('subnetkit keys in a wallet', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'subnetkit-cli-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  test('new writes a hotkey once, refuses to replace it, and inspect reads it', async () => {
    const argv = ['keys', 'new', '--wallet', 'w', '--hotkey', 'h', '--root', folder]
    const made = await run(argv)
    expect(made.code).toBe(0)
    const address = /^address +(\S+)$/m.exec(made.output)![1]!
    const again = await run(argv)
    expect(again.code).toBe(2)
    expect(again.errors).toMatch(
      /^subnetkit: --wallet: the key file .* exists already; .* pass --overwrite if .*\n$/,
    )
    const inspected = await run(['keys', 'inspect', join(folder, 'w/hotkeys/h')])
    expect(inspected.output).toContain(address)
  })

  test('epoch exits with 2 and names the field of a malformed file', async () => {
    const path = join(folder, 'bad.json')
    const vector = readFileSync(join(vectorsDir(), 'epoch/01-tiny-one-neuron.json'), 'utf8')
    writeFileSync(path, vector.replace(/"kappa_u16": *\d+/, '"kappa_u16": "half"'))
    const { code, output, errors } = await run(['epoch', path])
    expect(code).toBe(2)
    expect(output).toBe('')
    expect(errors).toMatch(/^subnetkit: .*kappa_u16.*\n$/)
    writeFileSync(path, Uint8Array.of(0xff, 0xfe))
    expect((await run(['epoch', path])).errors).toBe('subnetkit: FILE: it is not UTF-8 text\n')
  })

  test('epoch --example prints a file that can be computed, and edited', async () => {
    const { code, output: text } = await run(['epoch', '--example'])
    expect(code).toBe(0)
    const computed = async (input: string) =>
      JSON.parse((await run(['epoch', '-'], memoryIo({ text: input }))).output) as [
        { incentive_u16: number[]; validator_trust_u16: number[] },
      ]
    const [before] = await computed(text)
    // Both validators say more of uid 2; what the smaller one says of uid 3 is clipped to what the larger one says.
    expect(before.incentive_u16[2]).toBeGreaterThan(before.incentive_u16[3]!)
    expect(before.validator_trust_u16).toEqual([65_534, 54_612, 0, 0])
    const [after] = await computed(text.replace('[[2, 65535], [3, 32768]]', '[[2, 32768], [3, 65535]]'))
    expect(after.incentive_u16[3]).toBeGreaterThan(after.incentive_u16[2]!)
  })

  test('epoch reads standard input for -', async () => {
    const path = join(vectorsDir(), 'epoch/07-tiny-three-validators-yuma2.json')
    const text = readFileSync(path, 'utf8')
    const fromInput = await run(['epoch', '-'], memoryIo({ text }))
    expect(fromInput.code).toBe(0)
    expect(fromInput).toEqual(await run(['epoch', path]))
    const { steps } = JSON.parse(text) as { steps: { expected: unknown }[] }
    expect(JSON.parse(fromInput.output)).toEqual(steps.map(({ expected }) => expected))
  })
})
