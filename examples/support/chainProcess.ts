// A chain and its node in a process of their own. Started by startChain.ts.
import { ChainNode, LocalChain, localnetPreset } from 'subnetkit/chain'
import { parseAddress } from 'subnetkit/crypto'
import { silentLogger } from 'subnetkit/log'
import { z } from 'zod'

const configSchema = z.object({
  seed: z.string(),
  blockMs: z.number(),
  validators: z.number(),
  mechanisms: z.number().optional(),
  endowed: z.array(z.object({ address: z.string().transform(parseAddress), balanceRao: z.bigint() })),
})

/** What the process is told. */
export type ChainProcessConfig = z.infer<typeof configSchema>

process.once('message', (message) => void run(configSchema.parse(message)))
process.on('SIGTERM', () => process.exit(0))
// A terminal sends them to all that was started. Whoever started this one stops what asks it first, and then ends it.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})
// Whoever started it is gone.
process.on('disconnect', () => process.exit(0))

async function run({
  seed,
  blockMs,
  validators,
  mechanisms = 1,
  endowed,
}: ChainProcessConfig): Promise<void> {
  const { maxAllowedUidsCeiling } = localnetPreset().config
  const preset = localnetPreset({
    blockMs,
    config: { maxMechanismCount: Math.max(2, mechanisms) },
    hyperparameters: {
      maxAllowedValidators: validators,
      mechanismCount: mechanisms,
      ...(mechanisms === 1 ? {} : { maxAllowedUids: Math.floor(maxAllowedUidsCeiling / mechanisms) }),
    },
  })
  const chain = await LocalChain.start({ preset, endowed, seed, timelock: 'plain' })
  const node = await ChainNode.start({ chain, logger: silentLogger })
  process.send?.({ url: node.url })
}
