import { existsSync } from 'node:fs'
import { type TestContext, test } from 'vitest'

/** Something a test needs that a machine may lack. */
export interface Requirement {
  /** Why it cannot be used here; `undefined` when it can. */
  readonly missing: string | undefined
}

/** Debian's Chromium, or the browser named in `SUBNETKIT_CHROMIUM`. */
export function chromium(): Requirement & { readonly path: string } {
  const path = process.env.SUBNETKIT_CHROMIUM ?? '/usr/bin/chromium'
  return { path, missing: existsSync(path) ? undefined : `no browser at ${path} (apt-get install chromium)` }
}

/**
 * A test that is skipped, with the reason printed, where its requirement is missing.
 * With `SUBNETKIT_REQUIRE_ALL=1`, as in continuous integration, it fails instead.
 */
export function testNeeding(
  requirement: Requirement,
  title: string,
  body: (context: TestContext) => Promise<void> | void,
  timeoutMs?: number,
): void {
  test(
    title,
    async (context) => {
      if (requirement.missing === undefined) return body(context)
      if (process.env.SUBNETKIT_REQUIRE_ALL === '1') throw new RequirementMissing(requirement.missing)
      context.skip(requirement.missing)
    },
    timeoutMs,
  )
}

/** Fails a test whose requirement had to be there. */
class RequirementMissing extends Error {
  override readonly name = 'RequirementMissing'
}
