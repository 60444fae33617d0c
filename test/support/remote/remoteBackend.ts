import type { Page } from 'playwright-core'
import type { BackendInfo, BackendOptions, ComputeBackend } from '../../../src/compute/index.js'
import type * as pageSide from './pageSide.js'
import { decode, encode } from './wire.js'

/** What a page needs for `remoteBackend`: the module, and the name of the global. */
export const PAGE_MODULE = "export * from './test/support/remote/pageSide.ts'"
export const PAGE_GLOBAL = 'remote'
declare const remote: typeof pageSide

interface Answer {
  readonly result: unknown
  readonly info: BackendInfo
  readonly fault?: { readonly name: string; readonly message: string }
}

/** A backend that computes in a page, as if it were here: with the same results, and the fields of the same errors. */
export async function remoteBackend(page: Page, options: BackendOptions): Promise<ComputeBackend> {
  const opened = settled(await page.evaluate((wanted) => remote.open(wanted), options))
  let { info } = opened
  const call = async (method: string, inputs: unknown[]): Promise<unknown> => {
    const answer = settled(
      await page.evaluate(([backend, name, args]) => remote.call(backend, name, args), [
        opened.result as number,
        method,
        encode(inputs),
      ] as const),
    )
    info = answer.info
    return answer.result
  }
  return new Proxy({} as ComputeBackend, {
    get: (_target, name) => {
      if (name === 'info') return info
      // A promise of a backend must not take it for a promise itself.
      if (typeof name === 'symbol' || name === 'then') return undefined
      return (...inputs: unknown[]) => call(name, inputs)
    },
  })
}

function settled(text: string): Answer {
  const answer = decode(text) as Answer
  if (answer.fault !== undefined) throw Object.assign(new RemoteFault(answer.fault.message), answer.fault)
  return answer
}

/** Takes the name and the fields of what was thrown in the page. */
class RemoteFault extends Error {}
