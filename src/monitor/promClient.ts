import { MissingPackageError } from '../errors/index.js'
import type { Sample } from './Samples.js'

/** What is used of a `Registry` of `prom-client`, by structure: its own types stay out of this library's. */
export interface PromRegistry {
  readonly contentType: string
  metrics(): Promise<string>
  registerMetric(metric: never): void
  removeSingleMetric(name: string): void
  getSingleMetric(name: string): unknown
}

/** A metric as a registry of `prom-client` reads it. */
export interface PromMetric {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly aggregator: 'sum'
  get(): Promise<PromMetric & { readonly values: readonly Sample[] }>
  /** Of a registry's `resetMetrics`; what is counted elsewhere is not reset here. */
  reset(): void
}

/** What is used of the optional package `prom-client`. */
export interface PromClient {
  readonly Registry: new () => PromRegistry
}

// A variable, so that bundlers do not look for a package that may be missing.
const PACKAGE: string = 'prom-client'

/**
 * Imports `prom-client` on first use.
 *
 * @throws MissingPackageError when it is not installed or does not load.
 */
export async function promClient(
  importPackage: () => Promise<unknown> = () => import(/* @vite-ignore */ PACKAGE),
): Promise<PromClient> {
  try {
    const loaded = (await importPackage()) as { readonly default?: PromClient } & PromClient
    return loaded.default ?? loaded
  } catch (cause) {
    throw new MissingPackageError({ packageName: PACKAGE, neededFor: 'serving metrics', cause })
  }
}
