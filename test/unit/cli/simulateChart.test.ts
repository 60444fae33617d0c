import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { simulateCommand } from '../../../src/cli/simulateCommand.js'
import { loadEcharts } from '../../../src/report/lineChart.js'
import { memoryIo } from './memoryIo.js'

test('a run that shall be drawn does not begin where the package for charts is missing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'subnetkit-simulate-'))
  const [chart, out] = [join(folder, 'network.html'), join(folder, 'frames.arrows')]
  const io = memoryIo()
  const missing = async (): Promise<void> => {
    await loadEcharts(() => Promise.reject(new Error('Cannot find package')))
  }
  try {
    await expect(simulateCommand(['--chart', chart, '--out', out], io, missing)).rejects.toMatchObject({
      code: 'MissingPackage',
      packageName: 'echarts',
    })
    expect([io.output(), existsSync(chart), existsSync(out)]).toEqual(['', false, false])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
