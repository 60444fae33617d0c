import type { CallName, TestCall } from '../ledger/index.js'

/** A call with its arguments, which belong together by its name. */
export function call<N extends CallName>(
  signer: TestCall['signer'],
  name: N,
  args: TestCall<N>['args'],
): TestCall {
  return { signer, name, args } as unknown as TestCall
}
