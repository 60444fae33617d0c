import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import type { Source } from './Source.js'

/** How often the event loop is looked at. */
const RESOLUTION_MS = 20

/** What this process takes, whatever is watched in it. */
export function processSource(): Source {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delay.enable()
  let last = performance.eventLoopUtilization()
  // What is measured is the time between two looks, which is the pause between them when nothing was late.
  const lateS = (ns: number): number =>
    Number.isFinite(ns) ? Math.max(0, ns / 1e9 - RESOLUTION_MS / 1e3) : 0
  return {
    write(samples) {
      const { user, system } = process.cpuUsage()
      const memory = process.memoryUsage()
      samples.add('subnetkit_process_cpu_seconds_total', {}, (user + system) / 1e6)
      samples.add('subnetkit_process_resident_memory_bytes', {}, memory.rss)
      samples.add('subnetkit_process_heap_used_bytes', {}, memory.heapUsed)
      samples.add('subnetkit_process_uptime_seconds', {}, process.uptime())
      for (const quantile of [0.5, 0.99, 1]) {
        const value = lateS(quantile === 1 ? delay.max : delay.percentile(100 * quantile))
        samples.add('subnetkit_event_loop_delay_seconds', { quantile: String(quantile) }, value)
      }
      const now = performance.eventLoopUtilization()
      const since = performance.eventLoopUtilization(now, last)
      samples.add('subnetkit_event_loop_utilization_ratio', {}, since.utilization)
      last = now
      delay.reset()
    },
    async check() {
      return []
    },
    close() {
      delay.disable()
    },
  }
}
