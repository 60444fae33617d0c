// Runs in the page, and in Node to compare with: every epoch of a file on one engine.
import { parseEpochFile, printEpochResults } from '../../../src/cli/epochFile.js'
import { loadWasmEngine, YumaConsensus, type YumaConsensusOptions } from '../../../src/engine/index.js'

/** The results in the vectors' form, and for each epoch which engine computed it, and how. */
export async function runFile(
  text: string,
  options: YumaConsensusOptions,
): Promise<{ results: string; runs: string[] }> {
  // Browsers' main threads may refuse to compile at once.
  if (options.engine !== 'plain') await loadWasmEngine()
  const runs: string[] = []
  const outputs = parseEpochFile(text).map(({ input, params }) => {
    const yuma = new YumaConsensus(params, options)
    const output = yuma.run(input)
    runs.push(JSON.stringify(yuma.info))
    return output
  })
  return { results: printEpochResults(outputs), runs }
}
