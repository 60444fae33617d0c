import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { dashboard } from '../../scripts/dashboard.mjs'
import { type MetricDefinition, Monitor, metricTable } from '../../src/monitor/index.js'
import { root } from './sources.js'

const page = readFileSync(join(root, 'docs/observability.md'), 'utf8')
const file = readFileSync(join(root, 'docs/grafana/subnetkit.json'), 'utf8')
const table: Readonly<Record<string, MetricDefinition>> = metricTable

/** Metrics by the name that a query uses: those of a histogram end in what it counts. */
const metricOf = (name: string): string => {
  const bare = name.replace(/_(bucket|sum|count)$/, '')
  return table[bare]?.kind === 'histogram' ? bare : name
}

describe('docs/observability.md', () => {
  test('has every metric with its kind, labels and meaning', () => {
    const rows = [...page.matchAll(/^\| `(subnetkit_\w+)` \| (\w+) \| (.*) \| (.*) \|$/gm)]
    const told = rows.map(([, name, kind, labels, help]) => [name, kind, labels, help])
    const ours = Object.entries(table).map(([name, { kind, labels, help }]) => [
      name,
      kind,
      labels.map((label) => `\`${label}\``).join(', '),
      help,
    ])
    expect(told).toEqual(ours)
  })

  test('explains every label', () => {
    const explained = page.slice(page.indexOf('| Label | Values |'))
    const labels = new Set(Object.values(table).flatMap((metric) => metric.labels))
    expect([...labels].filter((label) => !explained.includes(`\`${label}\``))).toEqual([])
  })

  test('names no metric that does not exist', () => {
    const named = [...page.matchAll(/\bsubnetkit_\w+/g)].map(([name]) => metricOf(name))
    expect([...new Set(named)].filter((name) => !(name in table))).toEqual([])
  })
})

describe('docs/grafana/subnetkit.json', () => {
  test('is what scripts/dashboard.mjs writes: run it, and npm run format, after a change', () => {
    expect(JSON.parse(file)).toEqual(dashboard())
  })

  test('shows every metric of a scrape, and none besides', async () => {
    await using monitor = await Monitor.create()
    const scraped = [...(await monitor.metrics()).matchAll(/^# TYPE (\w+) /gm)].map((match) => match[1])
    const { panels } = dashboard()
    const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
    const shown = queries.flatMap((expr) =>
      [...expr.matchAll(/\bsubnetkit_\w+/g)].map(([name]) => metricOf(name)),
    )
    expect([...new Set(shown)].sort()).toEqual(scraped.sort())
  })

  test('asks for labels that the metrics have', () => {
    const { panels } = dashboard()
    const wrong = panels.flatMap(({ title, targets = [] }) =>
      targets.flatMap(({ expr, legendFormat }) => {
        const metric = metricOf(/\bsubnetkit_\w+/.exec(expr)?.[0] ?? '')
        const labels = [...(table[metric]?.labels ?? []), 'instance', 'le']
        const grouped = /sum by \(([^)]*)\)/.exec(expr)?.[1]?.split(', ') ?? []
        const legend = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '')
        const selected = [...expr.matchAll(/(\w+)=~/g)].map((match) => match[1] ?? '')
        const lost = grouped.length > 0 ? legend.filter((label) => !grouped.includes(label)) : []
        return [...grouped, ...legend, ...selected]
          .filter((label) => !labels.includes(label))
          .concat(lost)
          .map((label) => `${title}: ${label}`)
      }),
    )
    expect(wrong).toEqual([])
  })

  test('is laid out without overlaps, in the form that Grafana imports', () => {
    const { panels, schemaVersion, __inputs } = dashboard()
    expect(schemaVersion).toBeGreaterThanOrEqual(36)
    expect(__inputs).toMatchObject([{ name: 'DS_PROMETHEUS', type: 'datasource', pluginId: 'prometheus' }])
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const cells = panels.flatMap(({ gridPos: { h, w, x, y } }) =>
      Array.from({ length: h * w }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    expect(panels.every(({ gridPos: { w, x } }) => x + w <= 24)).toBe(true)
    for (const { targets = [] } of panels) {
      const refs = targets.map(({ refId }) => refId)
      expect(new Set(refs).size).toBe(refs.length)
    }
  })
})
