import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseEpochFile, printEpochResults } from '../../src/cli/epochFile.js'
import { engineOptions, plainWays, runOn, runPlain } from '../support/engines.js'
import { vectorFiles, vectorsDir } from './vectorsDir.js'

type Expected = { readonly steps: readonly { readonly expected: unknown }[] }

const ways = [
  ...engineOptions.map((options) => ({ title: options.title, run: runOn.bind(null, options) })),
  ...plainWays.map((way) => ({ title: way.title, run: runPlain.bind(null, way) })),
]

describe.each(ways)('the epoch vectors on engine $title', ({ run }) => {
  it.each(vectorFiles('epoch'))('$name: every integer of every step', ({ name, content }) => {
    const steps = parseEpochFile(readFileSync(join(vectorsDir(), 'epoch', name), 'utf8'))
    const outputs = steps.map(({ input, params }) => run(input, params))
    expect(JSON.parse(printEpochResults(outputs))).toEqual(
      (content as Expected).steps.map(({ expected }) => expected),
    )
  })
})
