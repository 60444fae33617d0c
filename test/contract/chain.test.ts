import { ChainNode, LocalChain, RemoteChain } from '../../src/chain/index.js'
import { made } from '../../src/checks/index.js'
import { NetworkChain } from '../../src/network/index.js'
import { TimeDriver } from '../../src/network/TimeDriver.js'
import { type Carrier, createMemoryNetwork, webSocketCarrier } from '../../src/transport/index.js'
import { type ChainUnderTest, CONTRACT_CHAIN, chainContract } from './chainContract.js'

async function openRemote(carrier: Carrier): Promise<ChainUnderTest> {
  const local = await LocalChain.start(CONTRACT_CHAIN)
  const node = await ChainNode.start({ chain: local, carrier })
  const chain = await RemoteChain.connect({ url: node.address, carrier })
  return {
    chain,
    local,
    async close() {
      await chain.close()
      await node.close()
      await local.close()
    },
  }
}

chainContract('LocalChain', async () => {
  const chain = await LocalChain.start(CONTRACT_CHAIN)
  return { chain, local: chain, close: () => chain.close() }
})
chainContract('RemoteChain over WebSocket', () => openRemote(webSocketCarrier()))
chainContract('RemoteChain over memory', () => openRemote(createMemoryNetwork()))
chainContract('NetworkChain', async () => {
  const local = await LocalChain.start(CONTRACT_CHAIN)
  const chain = new NetworkChain(made, local, new TimeDriver('real', { heldWorkLimitMs: 30_000 }))
  return { chain, local, close: () => chain.close() }
})
