import {
  JsArtefact,
  type JsArtefactOptions,
  type JsCallOptions,
  type JsOutcome,
  type PlainValue,
} from 'subnetkit/sandbox'

/** Enough for what honest programs of tests do, and used up in a tenth of a second. */
export const smallLimits = { steps: 20_000_000, memoryBytes: 8 * 2 ** 20, outputBytes: 100_000 }

/** Loads a program written as text, with small limits unless others are given. */
export function loadText(program: string, options: JsArtefactOptions = {}): Promise<JsArtefact> {
  return JsArtefact.load(new TextEncoder().encode(program), {
    ...options,
    limits: { ...smallLimits, ...options.limits },
  })
}

/** What one call of `f` comes to. */
export async function outcomeOf(
  program: string,
  args: readonly PlainValue[] = [],
  options: JsArtefactOptions & { readonly call?: JsCallOptions } = {},
): Promise<JsOutcome> {
  const { call = {}, ...rest } = options
  const artefact = await loadText(program, rest)
  try {
    return await artefact.call('f', args, call)
  } finally {
    await artefact.close()
  }
}
