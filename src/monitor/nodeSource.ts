import type { ChainNode } from '../chain/index.js'
import type { Source } from './Source.js'

/** Counts of a node, as it keeps them itself. */
export function nodeSource(name: string, node: ChainNode): Source {
  return {
    write(samples) {
      const now = node.counters
      samples.add('subnetkit_node_connections', { name }, now.openConnections)
      samples.add('subnetkit_node_connections_accepted_total', { name }, now.connections)
      samples.add('subnetkit_node_requests_total', { name }, now.requests)
      for (const [reason, count] of Object.entries(now.refused))
        samples.add('subnetkit_node_refused_total', { name, reason }, count)
    },
    async check() {
      return []
    },
    close() {},
  }
}
