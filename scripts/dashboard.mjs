/**
 * Writes `docs/grafana/subnetkit.json`, a dashboard of all metrics of `subnetkit/monitor` in the form that Grafana exports and imports.
 * A test holds the file to this program, and both to the metrics that there are.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

// biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder that Grafana fills in when the file is imported
const DATASOURCE = { type: 'prometheus', uid: '${DS_PROMETHEUS}' }
const NAMED = 'name=~"$name"'
const WIDTH = 24
const HEIGHT = 8

/** A counter per second. */
const rate = (metric, by, more = NAMED) => `sum by (${by}) (rate(${metric}{${more}}[$__rate_interval]))`
/** A quantile of a histogram. */
const quantile = (q, metric, by) =>
  `histogram_quantile(${q}, sum by (le, ${by}) (rate(${metric}_bucket{${NAMED}}[$__rate_interval])))`
/** A gauge. */
const gauge = (metric, labels = NAMED) => `${metric}{${labels}}`

/** Rows of panels: a title, the unit, and per target an expression with the legend. */
const rows = [
  {
    title: 'Process',
    panels: [
      [
        'Processor time',
        'percentunit',
        [['rate(subnetkit_process_cpu_seconds_total[$__rate_interval])', '{{instance}}']],
      ],
      [
        'Memory',
        'bytes',
        [
          ['subnetkit_process_resident_memory_bytes', '{{instance}} resident'],
          ['subnetkit_process_heap_used_bytes', '{{instance}} heap'],
        ],
      ],
      ['Event loop delay', 's', [['subnetkit_event_loop_delay_seconds', '{{instance}} p{{quantile}}']]],
      ['Event loop busy', 'percentunit', [['subnetkit_event_loop_utilization_ratio', '{{instance}}']]],
      ['Uptime', 's', [['subnetkit_process_uptime_seconds', '{{instance}}']]],
      [
        'Requests to this endpoint',
        'reqps',
        [[rate('subnetkit_monitor_requests_total', 'path, code', ''), '{{path}} {{code}}']],
      ],
    ],
  },
  {
    title: 'Axons',
    panels: [
      ['Running', 'short', [[gauge('subnetkit_axon_running'), '{{name}}']]],
      ['Calls received', 'reqps', [[rate('subnetkit_axon_calls_received_total', 'name'), '{{name}}']]],
      [
        'Calls by how they ended',
        'reqps',
        [
          [
            rate('subnetkit_axon_call_duration_seconds_count', 'name, synapse, status'),
            '{{name}} {{synapse}} {{status}}',
          ],
        ],
      ],
      [
        'Time of calls',
        's',
        [
          [
            quantile(0.5, 'subnetkit_axon_call_duration_seconds', 'name, synapse'),
            '{{name}} {{synapse}} p50',
          ],
          [
            quantile(0.99, 'subnetkit_axon_call_duration_seconds', 'name, synapse'),
            '{{name}} {{synapse}} p99',
          ],
        ],
      ],
      ['Calls now', 'short', [[gauge('subnetkit_axon_calls'), '{{name}} {{state}}']]],
      [
        'Turned away',
        'reqps',
        [[rate('subnetkit_axon_refused_total', 'name, reason'), '{{name}} {{reason}}']],
      ],
      ['Connections', 'short', [[gauge('subnetkit_axon_connections'), '{{name}} {{state}}']]],
      [
        'Connections accepted',
        'cps',
        [[rate('subnetkit_axon_connections_accepted_total', 'name'), '{{name}}']],
      ],
      [
        'Bytes',
        'Bps',
        [
          [rate('subnetkit_axon_received_bytes_total', 'name, transport'), '{{name}} {{transport}} received'],
          [rate('subnetkit_axon_sent_bytes_total', 'name, transport'), '{{name}} {{transport}} sent'],
        ],
      ],
      ['Faults', 'cps', [[rate('subnetkit_axon_faults_total', 'name, part'), '{{name}} {{part}}']]],
    ],
  },
  {
    title: 'Dendrites',
    panels: [
      ['Connections', 'short', [[gauge('subnetkit_dendrite_connections'), '{{name}}']]],
      ['Calls under way', 'short', [[gauge('subnetkit_dendrite_calls'), '{{name}}']]],
      [
        'Calls by how they ended',
        'reqps',
        [
          [
            rate('subnetkit_dendrite_call_duration_seconds_count', 'name, synapse, status'),
            '{{name}} {{synapse}} {{status}}',
          ],
        ],
      ],
      [
        'Time of calls',
        's',
        [
          [
            quantile(0.5, 'subnetkit_dendrite_call_duration_seconds', 'name, synapse'),
            '{{name}} {{synapse}} p50',
          ],
          [
            quantile(0.99, 'subnetkit_dendrite_call_duration_seconds', 'name, synapse'),
            '{{name}} {{synapse}} p99',
          ],
        ],
      ],
      [
        'Bytes',
        'Bps',
        [
          [
            rate('subnetkit_dendrite_received_bytes_total', 'name, transport'),
            '{{name}} {{transport}} received',
          ],
          [rate('subnetkit_dendrite_sent_bytes_total', 'name, transport'), '{{name}} {{transport}} sent'],
        ],
      ],
    ],
  },
  {
    title: 'Routers',
    panels: [
      [
        'Calls by how they ended',
        'reqps',
        [
          [
            rate('subnetkit_router_call_duration_seconds_count', 'name, synapse, status'),
            '{{name}} {{synapse}} {{status}}',
          ],
        ],
      ],
      [
        'Time of calls',
        's',
        [
          [
            quantile(0.5, 'subnetkit_router_call_duration_seconds', 'name, synapse'),
            '{{name}} {{synapse}} p50',
          ],
          [
            quantile(0.99, 'subnetkit_router_call_duration_seconds', 'name, synapse'),
            '{{name}} {{synapse}} p99',
          ],
        ],
      ],
      ['Calls now', 'short', [[gauge('subnetkit_router_calls'), '{{name}} {{state}}']]],
      [
        'Requests to miners',
        'reqps',
        [[rate('subnetkit_router_attempts_total', 'name, kind'), '{{name}} {{kind}}']],
      ],
      [
        'Hedges won and streams moved',
        'cps',
        [
          [rate('subnetkit_router_hedges_won_total', 'name'), '{{name}} hedges won'],
          [rate('subnetkit_router_fail_overs_total', 'name'), '{{name}} streams moved'],
        ],
      ],
      [
        'Miners',
        'short',
        [
          [gauge('subnetkit_router_candidates'), '{{name}} candidates'],
          [gauge('subnetkit_router_breakers_open'), '{{name}} breakers open'],
        ],
      ],
      ['Breakers opened', 'cps', [[rate('subnetkit_router_breakers_opened_total', 'name'), '{{name}}']]],
      ['Faults', 'cps', [[rate('subnetkit_router_faults_total', 'name, part'), '{{name}} {{part}}']]],
    ],
  },
  {
    title: 'Neurons',
    panels: [
      ['Running', 'short', [[gauge('subnetkit_neuron_running'), '{{name}} {{role}}']]],
      ['Newest block seen', 'short', [[gauge('subnetkit_neuron_block'), '{{name}} {{role}}']]],
      ['Events', 'cps', [[rate('subnetkit_neuron_events_total', 'name, role, type'), '{{name}} {{type}}']]],
      ['Rounds', 'cps', [[rate('subnetkit_validator_rounds_total', 'name, result'), '{{name}} {{result}}']]],
      [
        'Time of rounds',
        's',
        [
          [quantile(0.5, 'subnetkit_validator_round_duration_seconds', 'name'), '{{name}} p50'],
          [quantile(0.99, 'subnetkit_validator_round_duration_seconds', 'name'), '{{name}} p99'],
        ],
      ],
      [
        'Answers wanted, by status',
        'cps',
        [[rate('subnetkit_validator_answers_total', 'name, status'), '{{name}} {{status}}']],
      ],
      [
        'Calls of customers, by status',
        'reqps',
        [[rate('subnetkit_validator_customer_calls_total', 'name, status'), '{{name}} {{status}}']],
      ],
      [
        'Asked by and given to customers',
        'Bps',
        [[rate('subnetkit_validator_customer_bytes_total', 'name, part'), '{{name}} {{part}}']],
      ],
      [
        'Calls of customers without room in a round',
        'reqps',
        [[rate('subnetkit_validator_sold_rows_dropped_total', 'name'), '{{name}}']],
      ],
      [
        'Weights',
        'cps',
        [[rate('subnetkit_validator_weights_total', 'name, outcome'), '{{name}} {{outcome}}']],
      ],
      ['Block of the last weights', 'short', [[gauge('subnetkit_validator_weights_block'), '{{name}}']]],
      ['Miners with a standing', 'short', [[gauge('subnetkit_validator_standings'), '{{name}}']]],
      ['Stake, alpha', 'short', [[gauge('subnetkit_validator_stake_alpha'), '{{name}}']]],
      ['Permit', 'short', [[gauge('subnetkit_validator_permit'), '{{name}}']]],
    ],
  },
  {
    title: 'Chains and nodes',
    panels: [
      ['Block', 'short', [[gauge('subnetkit_chain_block'), '{{name}}']]],
      ['Age of the newest block', 's', [[gauge('subnetkit_chain_block_age_seconds'), '{{name}}']]],
      [
        'Between blocks',
        's',
        [
          [quantile(0.5, 'subnetkit_chain_block_interval_seconds', 'name'), '{{name}} p50'],
          [quantile(0.99, 'subnetkit_chain_block_interval_seconds', 'name'), '{{name}} p99'],
        ],
      ],
      [
        'Blocks and epochs',
        'cps',
        [
          [rate('subnetkit_chain_blocks_total', 'name'), '{{name}} blocks'],
          [rate('subnetkit_chain_epochs_total', 'name'), '{{name}} epochs'],
          [rate('subnetkit_chain_weights_set_total', 'name'), '{{name}} rows of weights'],
        ],
      ],
      [
        'Calls in blocks',
        'cps',
        [[rate('subnetkit_chain_calls_total', 'name, call, outcome'), '{{name}} {{call}} {{outcome}}']],
      ],
      ['Calls waiting', 'short', [[gauge('subnetkit_chain_waiting_calls'), '{{name}}']]],
      ['Clients of nodes', 'short', [[gauge('subnetkit_node_connections'), '{{name}}']]],
      [
        'Clients and requests',
        'reqps',
        [
          [rate('subnetkit_node_connections_accepted_total', 'name'), '{{name}} clients'],
          [rate('subnetkit_node_requests_total', 'name'), '{{name}} requests'],
        ],
      ],
      [
        'Refused by nodes',
        'reqps',
        [[rate('subnetkit_node_refused_total', 'name, reason'), '{{name}} {{reason}}']],
      ],
    ],
  },
]

function panelOf([title, unit, targets], { id, x, y }) {
  return {
    id,
    type: 'timeseries',
    title,
    datasource: DATASOURCE,
    gridPos: { h: HEIGHT, w: WIDTH / 3, x, y },
    fieldConfig: { defaults: { unit, min: 0, custom: { drawStyle: 'line', lineWidth: 1 } }, overrides: [] },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
    targets: targets.map(([expr, legendFormat], at) => ({
      refId: String.fromCharCode(65 + at),
      datasource: DATASOURCE,
      editorMode: 'code',
      expr,
      legendFormat,
      range: true,
    })),
  }
}

/** The dashboard, as it is imported into Grafana. */
export function dashboard() {
  const panels = []
  let y = 0
  for (const { title, panels: own } of rows) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title,
      collapsed: false,
      gridPos: { h: 1, w: WIDTH, x: 0, y },
      panels: [],
    })
    y++
    own.forEach((panel, at) => {
      const x = (at % 3) * (WIDTH / 3)
      panels.push(panelOf(panel, { id: panels.length + 1, x, y: y + Math.floor(at / 3) * HEIGHT }))
    })
    y += Math.ceil(own.length / 3) * HEIGHT
  }
  const query = 'label_values({__name__=~"subnetkit_.+"}, name)'
  return {
    __inputs: [
      {
        name: 'DS_PROMETHEUS',
        label: 'Prometheus',
        description: '',
        type: 'datasource',
        pluginId: 'prometheus',
        pluginName: 'Prometheus',
      },
    ],
    __requires: [
      { type: 'grafana', id: 'grafana', name: 'Grafana', version: '10.0.0' },
      { type: 'datasource', id: 'prometheus', name: 'Prometheus', version: '1.0.0' },
      { type: 'panel', id: 'timeseries', name: 'Time series', version: '' },
    ],
    annotations: { list: [] },
    description:
      'Axons, dendrites, miners, validators, chains and nodes of subnetkit. See docs/observability.md.',
    editable: true,
    fiscalYearStartMonth: 0,
    graphTooltip: 1,
    id: null,
    links: [],
    panels,
    refresh: '10s',
    schemaVersion: 38,
    tags: ['subnetkit'],
    templating: {
      list: [
        {
          name: 'name',
          label: 'Name',
          type: 'query',
          datasource: DATASOURCE,
          definition: query,
          query: { query, refId: 'names' },
          includeAll: true,
          multi: true,
          allValue: '.*',
          current: { selected: true, text: ['All'], value: ['$__all'] },
          refresh: 2,
          sort: 1,
        },
      ],
    },
    time: { from: 'now-1h', to: 'now' },
    timepicker: {},
    timezone: '',
    title: 'subnetkit',
    uid: 'subnetkit',
    version: 1,
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = fileURLToPath(new URL('../docs/grafana/subnetkit.json', import.meta.url))
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(dashboard(), null, 2)}\n`)
}
