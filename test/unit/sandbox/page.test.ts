import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { root } from '../../house/sources.js'

test('the program at the top of the page runs, and prints what the page says', async () => {
  const page = await readFile(join(root, 'docs/sandbox.md'), 'utf8')
  const [, program] = /^```ts\n(.*?)^```$/ms.exec(page) ?? []
  const [, printed] = /^```text\n(.*?)^```$/ms.exec(page) ?? []
  // Inside the project, so that packages are found from there.
  await mkdir(join(root, '.build'), { recursive: true })
  const folder = await mkdtemp(join(root, '.build', 'sandbox-page-'))
  try {
    await writeFile(join(folder, 'page.ts'), program ?? '')
    await build({
      entryPoints: [join(folder, 'page.ts')],
      outfile: join(folder, 'page.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'es2022',
      packages: 'external',
      alias: { subnetkit: join(root, 'src') },
    })
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'page.mjs')], {
      timeout: 60_000,
    })
    expect(stdout).toBe(printed)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
