// A vitest reporter that writes what happened to the file named in SUBNETKIT_TEST_COUNTS, for scripts/test.mjs to sum up. vitest's
// own of JSON knows neither why a test was skipped nor of errors outside of tests.
import { writeFileSync } from 'node:fs'

/** Skipped tests beyond this many are counted, not listed. */
const LISTED = 200

export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0, skips: [], secondTries: [] }
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state, note } = test.result()
        counts[state === 'passed' || state === 'failed' ? state : 'skipped']++
        // Tried again where the configuration has it so: never silently.
        if (test.diagnostic()?.flaky) counts.secondTries.push(`${module.relativeModuleId} > ${test.fullName}`)
        const isListed = state === 'skipped' && counts.skips.length < LISTED
        if (isListed) counts.skips.push(note === undefined ? test.fullName : `${test.fullName}: ${note}`)
      }
      // A file that could not be loaded, or whose hooks failed, is a failure even with no failed test in it.
      const [failedTest] = module.children.allTests('failed')
      if (module.state() === 'failed' && failedTest === undefined) counts.failed++
    }
    writeFileSync(process.env.SUBNETKIT_TEST_COUNTS, JSON.stringify(counts))
  }
}
