import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { runCli } from '../../../src/cli/runCli.js'
import { memoryIo } from './memoryIo.js'

vi.mock('echarts', () => {
  throw new Error('not installed')
})

test('a run that shall be drawn does not begin where the package for charts is missing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'subnetkit-simulate-'))
  const [chart, out] = [join(folder, 'network.html'), join(folder, 'frames.arrows')]
  const io = memoryIo()
  try {
    expect(await runCli(['simulate', '--chart', chart, '--out', out], io)).toBe(1)
    expect([io.output(), existsSync(chart), existsSync(out)]).toEqual(['', false, false])
    expect(io.errors()).toContain('npm install echarts')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
