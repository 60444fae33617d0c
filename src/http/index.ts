export {
  fixedSchemes,
  type RegistrySchemesOptions,
  registrySchemes,
  type SchemePins,
} from './btauth/schemePins.js'
export type { BtauthScheme } from './btauth/schemes.js'
export {
  type BtauthDraft,
  type BtauthSigner,
  type EnvelopeKey,
  envelopeSigner,
  signBtauth,
} from './btauth/signBtauth.js'
export {
  type BtauthRequest,
  type BtauthRules,
  type BtauthVerified,
  verifyBtauth,
} from './btauth/verifyBtauth.js'
export { ResponseBodyError, type ResponseFault } from './client/decodeBody.js'
export { type HttpClientOptions, httpClient } from './client/httpClient.js'
export {
  type JsonFault,
  MalformedTensorError,
  NotJsonError,
  NotPythonError,
  type RequestRefusal,
  RequestRefusedError,
} from './httpErrors.js'
export type { HashField } from './legacy/bodyHash.js'
export type { PythonType } from './legacy/pyStr.js'
export {
  decodeTensor,
  encodeTensor,
  type Tensor,
  type TensorData,
  type TensorType,
  type WireTensor,
} from './legacy/tensor.js'
export type { HashFields, HttpProtocol } from './protocolOptions.js'
export { type PythonClassOptions, pythonClassOf } from './pythonClass.js'
export {
  type MemoryReplayStoreOptions,
  memoryReplayStore,
  type ReplayEntry,
  type ReplayStore,
  type ReplayVerdict,
} from './ReplayStore.js'
export { type HttpServerOptions, httpServer } from './server/httpServer.js'
export { type BodyFault, BodyNotReadError } from './server/readBody.js'
