// A vitest reporter that writes what happened to the file named in SUBNETKIT_TEST_COUNTS, for scripts/test.mjs to sum up.
import { writeFileSync } from 'node:fs'

export default class CountReporter {
  /** Skipped tests beyond this many are counted, not listed. */
  static listLimit = 200

  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: 0, skipped: 0, skips: [], finished: true }
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const result = test.result()
        if (result.state === 'passed') counts.passed++
        else if (result.state === 'failed') counts.failed++
        else {
          counts.skipped++
          const why = result.note === undefined ? '' : `: ${result.note}`
          if (counts.skips.length < CountReporter.listLimit) counts.skips.push(`${test.fullName}${why}`)
        }
      }
      // A file that could not be loaded, or whose hooks failed, is a failure even with no failed test in it.
      if (module.state() === 'failed' && !hasFailedTest(module)) counts.failed++
    }
    counts.failed += unhandledErrors.length
    const file = process.env.SUBNETKIT_TEST_COUNTS
    if (file) writeFileSync(file, JSON.stringify(counts))
  }
}

function hasFailedTest(module) {
  for (const test of module.children.allTests('failed')) if (test) return true
  return false
}
