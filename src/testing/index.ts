export {
  type TestRunner,
  TRANSPORT_FEATURES,
  type TransportBed,
  type TransportFeature,
  type TransportIntruder,
  type TransportLiar,
  type TransportUnderTest,
} from './contract/types.js'
export {
  type FaultyLinks,
  type FaultyNetwork,
  type FaultyNetworkOptions,
  faultyNetwork,
} from './faults/FaultyNetwork.js'
export { FAULT_KINDS } from './faults/faultShapes.js'
export { CALLER_LIES, type CallerLie, type LieOptions, lieToServer } from './faults/lieToServer.js'
export {
  type LyingServer,
  type LyingServerOptions,
  SERVER_LIES,
  type ServerLie,
  startLyingServer,
} from './faults/lyingServer.js'
export type { FaultyPeer, PeerLife, RunningPeer, Stoppable } from './faults/peers.js'
export { type RandomFaultsOptions, randomFaults } from './faults/randomFaults.js'
export { shrinkFaults } from './faults/shrinkFaults.js'
export type {
  AlterFault,
  CutFault,
  DelayFault,
  Downfall,
  DripFault,
  Fault,
  FaultCounters,
  FaultDirection,
  FaultScope,
  LossFault,
  RefuseFault,
  RepeatFault,
  RestartFault,
  RestartLoss,
  SilenceFault,
  SkewFault,
  ToldOfCut,
} from './faults/types.js'
export {
  type Given,
  type GivenAnswer,
  type GivenChunks,
  type GivenPart,
  type GivenReply,
  type GivenStream,
  type GivenValue,
  given,
  type ReplyParts,
  replied,
} from './rounds/given.js'
export { NotGivenError } from './rounds/NotGivenError.js'
export { type RoundOfOptions, roundOf } from './rounds/roundOf.js'
export { type TestNetworkOptions, type TestNetworkResult, testNetwork } from './testNetwork.js'
export { type RecordedEvent, type TestPair, type TestPairOptions, testPair } from './testPair.js'
export { transportContract } from './transportContract.js'
