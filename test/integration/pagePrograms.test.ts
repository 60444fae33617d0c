import { beforeAll, describe, expect, test } from 'vitest'
import { filesBelow, type SourceFile } from '../house/sources.js'
import { buildCommand } from '../support/command.js'
import { beginsWithProgram, runPage } from '../support/pagePrograms.js'

/** Pages that begin with a whole program; `test/pack/ownSubnet.test.ts` runs docs/your-own-subnet.md from the packed tarball. */
const begun = [
  'artefacts',
  'compute',
  'customers',
  'faults',
  'http',
  'observability',
  'policies',
  'router',
  'testing',
].map((name) => `docs/${name}.md`)

const pages = filesBelow('docs', '.md').filter(
  ({ path }) => !path.startsWith('docs/api/') && path !== 'docs/your-own-subnet.md',
)

const pageWith = (program: string, fence = 'sh', shown = ''): SourceFile => ({
  path: 'page.md',
  text: `\`\`\`ts program.ts\n${program}\n\`\`\`\n\`\`\`${fence}\nnpx tsx program.ts\n\`\`\`\n\`\`\`text\n${shown}\n\`\`\`\n`,
})

describe('programs of the pages', () => {
  beforeAll(buildCommand, 60_000)

  test('stand at the beginning of each page that shows how something is used', () => {
    expect(pages.filter(beginsWithProgram).map(({ path }) => path)).toEqual(begun)
  })

  test.each(pages.filter(beginsWithProgram))(
    'of $path run as they stand, and print what is shown',
    async (page) => {
      expect(await runPage(page)).toEqual([])
    },
    90_000,
  )

  test('are run: one that throws, prints something else, does not end or does not serve is found', async () => {
    const found = async (page: SourceFile): Promise<string> => (await runPage(page, 3_000)).join('\n')
    const throws = await found(
      pageWith("import { formatTao } from 'subnetkit/units'\nformatTao('much' as never)"),
    )
    expect(throws).toMatch(
      /^page\.md `npx tsx program\.ts` ended with 1\n[\s\S]*InvalidArgumentError[\s\S]*program\.ts:2/,
    )
    expect(await found(pageWith('console.log("a")', 'sh', 'b'))).toMatch(/did not print \["b"\]\na\n/)
    expect(await found(pageWith('setInterval(() => {}, 1_000)'))).toMatch(/did not end within 3000 ms/)
    expect(await found(pageWith('console.log("a")', 'sh until stopped', 'b'))).toMatch(
      /ended with 0, and is to serve/,
    )
    expect(await found(pageWith('setInterval(() => {}, 1_000)', 'sh until stopped'))).toMatch(
      /does not show what it prints once it serves/,
    )
    expect(await found(pageWith('console.log("a")', 'sh', 'a'))).toBe('')
  })
})
