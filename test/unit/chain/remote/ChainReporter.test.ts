import { ChainConnectionError } from 'subnetkit/chain'
import { silentLogger } from 'subnetkit/log'
import { expect, test, vi } from 'vitest'
import { ChainReporter } from '../../../../src/chain/remote/ChainReporter.js'

const node = '127.0.0.1:9944'
const lost = { type: 'lost', node, error: new ChainConnectionError({ fault: 'lost', node }) } as const

test.each([
  [
    'throws',
    () => {
      throw new Error('my bug')
    },
  ],
  ['rejects', () => Promise.reject(new Error('my bug'))],
] as const)('an onEvent that %s is said and breaks nothing', async (_how, onEvent) => {
  const said: string[] = []
  const logger = { ...silentLogger, error: (_fields: object, message: string) => void said.push(message) }
  new ChainReporter({ onEvent, logger }).tell(lost)
  await Promise.resolve()
  expect(said).toEqual(['The function onEvent threw; the chain goes on.'])
})

test('what a logger that throws was to say goes to standard error', () => {
  const lines: string[] = []
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0)
  const logger = {
    ...silentLogger,
    warn: () => {
      throw new Error('full')
    },
  }
  try {
    new ChainReporter({ logger }).tell(lost)
  } finally {
    write.mockRestore()
  }
  expect(lines.join('')).toContain('it was to say: The chain is lost; connecting again.')
})
