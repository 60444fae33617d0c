export type { EmissionPolicy, EmittingSubnet, SubnetEmission } from './types.js'
