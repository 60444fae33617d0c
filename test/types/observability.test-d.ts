import type { Tracer } from '@opentelemetry/api'
import type { Registry } from 'prom-client'
import type { LocalChain, RemoteChain } from 'subnetkit/chain'
import type { MetricName, MonitorOptions, Watched } from 'subnetkit/monitor'
import type { ProcessParts } from 'subnetkit/network'
import type { Miner, Validator } from 'subnetkit/neuron'
import type { TraceOptions } from 'subnetkit/tracing'
import { expectTypeOf, test } from 'vitest'

test('a monitor takes the registry of prom-client, and neurons whatever their tasks are', () => {
  expectTypeOf<Registry>().toExtend<NonNullable<MonitorOptions['registry']>>()
  expectTypeOf<Registry<'application/openmetrics-text; version=1.0.0; charset=utf-8'>>().toExtend<
    NonNullable<MonitorOptions['registry']>
  >()
  expectTypeOf<Validator<string, number, null>>().toExtend<NonNullable<Watched['validator']>>()
  expectTypeOf<Miner<string, { n: number }>>().toExtend<NonNullable<Watched['miner']>>()
  expectTypeOf<LocalChain>().toExtend<NonNullable<Watched['chain']>>()
  expectTypeOf<RemoteChain>().toExtend<NonNullable<Watched['chain']>>()
  expectTypeOf<ProcessParts>().toExtend<Watched>()
  expectTypeOf<'subnetkit_axon_running'>().toExtend<MetricName>()
})

test('a tracer of OpenTelemetry is one', () => {
  expectTypeOf<Tracer>().toExtend<NonNullable<TraceOptions['tracer']>>()
})
