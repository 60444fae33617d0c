export type { AxonInfo, MetagraphColumns } from './types.js'
