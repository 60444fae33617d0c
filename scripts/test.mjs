// `npm test`: sets itself up, runs every suite and ends with the line `N passed, N failed`. What failed once and
// passed when it was tried again (`vitest.config.ts` says which suites are) counts as passed and is named above that line.
//   npm test -- test/unit/units      runs some suites; every further argument goes to vitest
//   npm test -- --coverage           measures which lines the suites reach as well, which takes a sixth longer
//   SUBNETKIT_REQUIRE_ALL=1          what would be skipped because something is not installed fails instead
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureInstalled, root } from './setUp.mjs'

const folder = mkdtempSync(join(tmpdir(), 'subnetkit-test-'))
const countsFile = join(folder, 'counts.json')
let child

// Who is told to stop tells the suites, and prints the sum when they have ended.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child?.kill(signal))

if (ensureInstalled()) runVitest(process.argv.slice(2))
else {
  console.error('The packages could not be installed; the reason stands above.')
  finish(1)
}

function runVitest(extra) {
  const reporters = ['--reporter=default', `--reporter=${join(root, 'scripts/countReporter.mjs')}`]
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  child = spawn(process.execPath, [vitest, 'run', ...reporters, ...extra], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, SUBNETKIT_TEST_COUNTS: countsFile },
  })
  child.on('close', (code, signal) => finish(code ?? 128 + (constants.signals[signal] ?? 1)))
}

/** What the reporter wrote; nothing when it did not come to it. */
function readCounts() {
  try {
    return JSON.parse(readFileSync(countsFile, 'utf8'))
  } catch {
    return { passed: 0, failed: 1, skipped: 0, skips: [], secondTries: [] }
  }
}

/** Prints the sum as the last line. A run that failed in any way shows at least one failure. */
function finish(exitCode) {
  const { passed, failed, skipped, skips, secondTries } = readCounts()
  rmSync(folder, { recursive: true, force: true })
  for (const skip of skips) console.log(`skipped: ${skip}`)
  if (secondTries.length > 0)
    console.log(`${secondTries.length} passed on a second try: ${secondTries.join('; ')}`)
  if (exitCode !== 0 && failed === 0) console.error(`vitest ended with code ${exitCode}.`)
  const failures = exitCode === 0 ? failed : Math.max(failed, 1)
  process.exitCode = failures > 0 ? 1 : 0
  console.log(`${passed} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
}
