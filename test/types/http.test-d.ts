/*
 * What the types of calls over HTTP say, and what they refuse. Compiled with the other tests, never run: a line that ought to be refused and is
 * not fails the compiler.
 */
import { expectTypeOf } from 'vitest'
import type { CallContext, CallerInfo } from '../../src/axon/index.js'
import type { Signer } from '../../src/crypto/index.js'
import type { DendriteOptions } from '../../src/dendrite/index.js'
import {
  type BtauthScheme,
  type BtauthSigner,
  envelopeSigner,
  fixedSchemes,
  httpClient,
  httpServer,
  type ReplayVerdict,
  type SchemePins,
  signBtauth,
} from '../../src/http/index.js'

export function whatIsGiven(context: CallContext, info: CallerInfo, signer: Signer, pins: SchemePins): void {
  expectTypeOf(context.bodySigned).toEqualTypeOf<boolean>()
  expectTypeOf(info.bodySigned).toEqualTypeOf<boolean>()
  expectTypeOf(pins('5F')).toEqualTypeOf<BtauthScheme | undefined | Promise<BtauthScheme | undefined>>()
  expectTypeOf<ReplayVerdict>().toEqualTypeOf<'fresh' | 'replayed' | 'full'>()
  expectTypeOf(httpClient()).toExtend<NonNullable<DendriteOptions['transport']>>()
  expectTypeOf(
    envelopeSigner({ scheme: 'mldsa', masterSeed: new Uint8Array(32) }),
  ).resolves.toEqualTypeOf<BtauthSigner>()
  httpServer({ protocols: ['btauth/1'], expectedScheme: pins })
  void signBtauth({ signer, target: '/', body: new Uint8Array(), nonce: 1n })
  // @ts-expect-error a protocol that is not spoken
  httpServer({ protocols: ['http/1.1'] })
  // @ts-expect-error what is spoken has to be said
  httpServer({ expectedScheme: pins })
  // @ts-expect-error a scheme that does not exist
  fixedSchemes({ '5F': 'ecdsa' })
  // @ts-expect-error a nonce is a bigint
  void signBtauth({ signer, target: '/', body: new Uint8Array(), nonce: 1 })
  // @ts-expect-error these accounts have no hashed form
  void envelopeSigner({ scheme: 'sr25519', masterSeed: new Uint8Array(32) })
}
