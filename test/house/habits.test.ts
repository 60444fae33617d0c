import { describe, expect, test } from 'vitest'
import { filesBelow, type SourceFile } from './sources.js'

/** Lines of the files that match, as `path:line`. */
function linesMatching(files: readonly SourceFile[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])),
  )
}

const src = filesBelow('src', '.ts')
const tests = filesBelow('test', '.test.ts')

describe('the sources', () => {
  test('throw typed errors only', () => {
    expect(linesMatching(src, /throw new (Error|TypeError|RangeError|SyntaxError)\(/)).toEqual([])
  })

  test('re-export by name only', () => {
    expect(linesMatching(src, /^\s*export \* /)).toEqual([])
  })

  test('neither silence the type checker nor leave work undone', () => {
    expect(linesMatching(src, /@ts-(ignore|nocheck|expect-error)|\bas any\b|\b(TODO|FIXME|XXX)\b/)).toEqual(
      [],
    )
  })

  test('write to the console in the command line only', () => {
    const rooms = src.filter(({ path }) => !path.startsWith('src/cli/'))
    expect(linesMatching(rooms, /^(?! \* ).*\bconsole\./)).toEqual([])
  })

  test('hold one idea a file: none exceeds 500 lines', () => {
    const long = src.filter(({ text }) => text.split('\n').length > 500).map(({ path }) => path)
    expect(long).toEqual([])
  })

  test('take no other time than that of a clock, but for real sockets and the Argon2 thread', () => {
    const exempt =
      /^src\/(clock\/|transport\/webSocket|http\/server\/ProofLine\.ts|wallet\/deriveNaclKey\.ts)/
    const rooms = src.filter(({ path }) => !exempt.test(path))
    expect(
      linesMatching(
        rooms,
        /^(?! \* ).*\b(setTimeout|setInterval|setImmediate|Date\.now|performance\.now|AbortSignal\.timeout)\(/,
      ),
    ).toEqual([])
  })
})

describe('the examples', () => {
  test('use the package as its users do, never its sources', () => {
    expect(linesMatching(filesBelow('examples', '.ts'), /from '[./]*\/src\//)).toEqual([])
  })
})

describe('the tests', () => {
  // A skip says why in its title, after a colon, or through `testNeeding`.
  test('are neither focused, retried, nor skipped without a reason', () => {
    expect(
      linesMatching(tests, /\b(it|test|describe)\.(only|todo|fails)\b|\.skip\((?!.*: )|\bretry:/),
    ).toEqual([])
  })

  test('mock no modules', () => {
    expect(linesMatching(tests, /\bvi\.(mock|doMock|stubGlobal)\(/)).toEqual([])
  })
})
