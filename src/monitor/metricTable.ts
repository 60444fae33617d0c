/** What a metric is: a name of this library's own, its kind, its labels and one sentence for a person. */
export interface MetricDefinition {
  readonly kind: 'counter' | 'gauge' | 'histogram'
  /** Every label takes its values from a closed set, or is chosen by the owner: see `docs/observability.md`. */
  readonly labels: readonly string[]
  readonly help: string
  /** Upper bounds of the buckets of a histogram, seconds. */
  readonly buckets?: readonly number[]
}

/** Calls: from what a handshake on one machine takes to what nobody waits for. */
export const CALL_BUCKETS_S: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
]
/** Rounds and blocks: up to some blocks of twelve seconds. */
export const ROUND_BUCKETS_S: readonly number[] = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60, 120]

/** Every metric there is, by name. `name` is the one by which its owner watches a thing. */
export const metricTable = {
  subnetkit_process_cpu_seconds_total: {
    kind: 'counter',
    labels: [],
    help: 'Processor time of this process, user and system.',
  },
  subnetkit_process_resident_memory_bytes: {
    kind: 'gauge',
    labels: [],
    help: 'Memory of this process as the system sees it.',
  },
  subnetkit_process_heap_used_bytes: {
    kind: 'gauge',
    labels: [],
    help: 'JavaScript heap in use.',
  },
  subnetkit_process_uptime_seconds: {
    kind: 'gauge',
    labels: [],
    help: 'How long this process has run.',
  },
  subnetkit_event_loop_delay_seconds: {
    kind: 'gauge',
    labels: ['quantile'],
    help: 'How late the event loop was since the last scrape.',
  },
  subnetkit_event_loop_utilization_ratio: {
    kind: 'gauge',
    labels: [],
    help: 'Share of time that the event loop was busy since the last scrape, 0 to 1.',
  },
  subnetkit_monitor_requests_total: {
    kind: 'counter',
    labels: ['path', 'code'],
    help: 'Requests that the endpoint of these metrics answered.',
  },
  subnetkit_axon_running: {
    kind: 'gauge',
    labels: ['name'],
    help: '1 while the axon takes calls.',
  },
  subnetkit_axon_connections_accepted_total: {
    kind: 'counter',
    labels: ['name'],
    help: 'Connections whose caller proved its hotkey.',
  },
  subnetkit_axon_connections: {
    kind: 'gauge',
    labels: ['name', 'state'],
    help: 'Connections open now: proven, or unproven while they are in their handshake.',
  },
  subnetkit_axon_calls_received_total: {
    kind: 'counter',
    labels: ['name'],
    help: 'Calls that came, refused ones included.',
  },
  subnetkit_axon_calls: {
    kind: 'gauge',
    labels: ['name', 'state'],
    help: 'Calls now: admitting (with hooks and schemas), queued, running, and overrunning (over, while their code goes on).',
  },
  subnetkit_axon_call_duration_seconds: {
    kind: 'histogram',
    labels: ['name', 'synapse', 'status'],
    help: 'From the arrival of a call that was let in to its last word, by how it ended.',
    buckets: CALL_BUCKETS_S,
  },
  subnetkit_axon_refused_total: {
    kind: 'counter',
    labels: ['name', 'reason'],
    help: 'Connections and calls turned away.',
  },
  subnetkit_axon_received_bytes_total: {
    kind: 'counter',
    labels: ['name', 'transport'],
    help: 'Bytes that came, handshakes and refused calls included.',
  },
  subnetkit_axon_sent_bytes_total: {
    kind: 'counter',
    labels: ['name', 'transport'],
    help: 'Bytes that were sent.',
  },
  subnetkit_axon_faults_total: {
    kind: 'counter',
    labels: ['name', 'part'],
    help: 'Faults of hooks, handlers, schemas and listeners.',
  },
  subnetkit_dendrite_connections: {
    kind: 'gauge',
    labels: ['name'],
    help: 'Connections held, being made or going away.',
  },
  subnetkit_dendrite_calls: {
    kind: 'gauge',
    labels: ['name'],
    help: 'Calls under way.',
  },
  subnetkit_dendrite_call_duration_seconds: {
    kind: 'histogram',
    labels: ['name', 'synapse', 'status'],
    help: 'From the beginning of a call to its end, by how it ended.',
    buckets: CALL_BUCKETS_S,
  },
  subnetkit_dendrite_received_bytes_total: {
    kind: 'counter',
    labels: ['name', 'transport'],
    help: 'Bytes that came.',
  },
  subnetkit_dendrite_sent_bytes_total: {
    kind: 'counter',
    labels: ['name', 'transport'],
    help: 'Bytes that were sent, handshakes included.',
  },
  subnetkit_router_calls: {
    kind: 'gauge',
    labels: ['name', 'state'],
    help: 'Calls now: inFlight, or waiting for a place.',
  },
  subnetkit_router_call_duration_seconds: {
    kind: 'histogram',
    labels: ['name', 'synapse', 'status'],
    help: 'From a call to its end, all its attempts included, by how it ended.',
    buckets: CALL_BUCKETS_S,
  },
  subnetkit_router_attempts_total: {
    kind: 'counter',
    labels: ['name', 'kind'],
    help: 'Requests to miners: first ones, retries, hedges, those beside one that was silent for long (stalled), and whether one is there at all (presence).',
  },
  subnetkit_router_hedges_won_total: {
    kind: 'counter',
    labels: ['name'],
    help: 'Hedges whose answer came first.',
  },
  subnetkit_router_fail_overs_total: {
    kind: 'counter',
    labels: ['name'],
    help: 'Streams that went on with another miner, each time.',
  },
  subnetkit_router_breakers_opened_total: {
    kind: 'counter',
    labels: ['name'],
    help: 'Times that the breaker of a miner opened.',
  },
  subnetkit_router_breakers_open: {
    kind: 'gauge',
    labels: ['name'],
    help: 'Miners whose breaker is open.',
  },
  subnetkit_router_candidates: {
    kind: 'gauge',
    labels: ['name'],
    help: 'Miners that may be asked.',
  },
  subnetkit_router_faults_total: {
    kind: 'counter',
    labels: ['name', 'part'],
    help: 'Faults of what the router was given.',
  },
  subnetkit_neuron_running: {
    kind: 'gauge',
    labels: ['name', 'role'],
    help: '1 while the neuron follows its chain.',
  },
  subnetkit_neuron_block: {
    kind: 'gauge',
    labels: ['name', 'role'],
    help: 'Newest block that the neuron has seen.',
  },
  subnetkit_neuron_events_total: {
    kind: 'counter',
    labels: ['name', 'role', 'type'],
    help: 'What the neuron told, by type of event.',
  },
  subnetkit_validator_rounds_total: {
    kind: 'counter',
    labels: ['name', 'result'],
    help: 'Rounds, scored or failed.',
  },
  subnetkit_validator_round_duration_seconds: {
    kind: 'histogram',
    labels: ['name'],
    help: 'How long scored rounds took.',
    buckets: ROUND_BUCKETS_S,
  },
  subnetkit_validator_answers_total: {
    kind: 'counter',
    labels: ['name', 'status'],
    help: 'Answers that rounds wanted, by how they ended.',
  },
  subnetkit_validator_customer_calls_total: {
    kind: 'counter',
    labels: ['name', 'status'],
    help: 'Calls of customers, by what they were told.',
  },
  subnetkit_validator_customer_bytes_total: {
    kind: 'counter',
    labels: ['name', 'part'],
    help: 'What customers asked (request) and were given (answer), in bytes as round limits count them.',
  },
  subnetkit_validator_sold_rows_dropped_total: {
    kind: 'counter',
    labels: ['name'],
    help: 'Calls of customers that had no room in a round, and count for nobody.',
  },
  subnetkit_validator_weights_total: {
    kind: 'counter',
    labels: ['name', 'outcome'],
    help: 'What became of weights: set, committed, revealed, missed, refused, skipped or failed.',
  },
  subnetkit_validator_weights_block: {
    kind: 'gauge',
    labels: ['name'],
    help: 'Block at which weights were last set, committed to or revealed.',
  },
  subnetkit_validator_standings: {
    kind: 'gauge',
    labels: ['name'],
    help: 'Miners that the validator has a standing of.',
  },
  subnetkit_validator_stake_alpha: {
    kind: 'gauge',
    labels: ['name'],
    help: 'What was staked to the validator in its subnet at its last round, alpha.',
  },
  subnetkit_validator_permit: {
    kind: 'gauge',
    labels: ['name'],
    help: '1 when the validator held a permit at its last round.',
  },
  subnetkit_chain_block: {
    kind: 'gauge',
    labels: ['name'],
    help: 'Newest block of the chain.',
  },
  subnetkit_chain_block_age_seconds: {
    kind: 'gauge',
    labels: ['name'],
    help: 'Since the newest block came; since the watch began before the first.',
  },
  subnetkit_chain_blocks_total: {
    kind: 'counter',
    labels: ['name'],
    help: 'Blocks that came since the watch began.',
  },
  subnetkit_chain_block_interval_seconds: {
    kind: 'histogram',
    labels: ['name'],
    help: 'Between two blocks that came one after the other.',
    buckets: ROUND_BUCKETS_S,
  },
  subnetkit_chain_calls_total: {
    kind: 'counter',
    labels: ['name', 'call', 'outcome'],
    help: 'Calls in those blocks, done or refused.',
  },
  subnetkit_chain_epochs_total: {
    kind: 'counter',
    labels: ['name'],
    help: 'Epochs that those blocks ran, of all subnets.',
  },
  subnetkit_chain_weights_set_total: {
    kind: 'counter',
    labels: ['name'],
    help: 'Rows of weights that those blocks stored, revealed ones included.',
  },
  subnetkit_chain_waiting_calls: {
    kind: 'gauge',
    labels: ['name'],
    help: 'Calls that wait for a block; only of a chain in this process.',
  },
  subnetkit_node_connections: {
    kind: 'gauge',
    labels: ['name'],
    help: 'Clients of the node that are connected now.',
  },
  subnetkit_node_connections_accepted_total: {
    kind: 'counter',
    labels: ['name'],
    help: 'Clients of the node that came.',
  },
  subnetkit_node_requests_total: {
    kind: 'counter',
    labels: ['name'],
    help: 'Requests of the clients of the node.',
  },
  subnetkit_node_refused_total: {
    kind: 'counter',
    labels: ['name', 'reason'],
    help: 'What the node refused, to a connection or to a client on it.',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>

export type MetricName = keyof typeof metricTable

/** The labels that a metric must be given, all of them. */
export type LabelsOf<Name extends MetricName> = Readonly<
  Record<(typeof metricTable)[Name]['labels'][number], string>
>
