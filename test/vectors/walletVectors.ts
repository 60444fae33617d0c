/** Public development keys and formats of the reference wallet, from independent implementations. Never fund them. */

export const developmentPhrase = {
  phrase: 'bottom drive obey lake curtain smoke basket hold race lonely fit walk',
  entropy: '1a486a5fbe53639984cb64b070755f7b',
  miniSecret: 'fac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e',
  publicKey: '46ebddef8cd9bb167dc30878d7113b7e168e6f0646beffd77d69d39bad76b47a',
  address: '5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV',
  canonical:
    '05d65584630d16cd4af6d0bec10f34bb504a5dcb62dba2122d49f5a663763d0afd190cce74df356432b410bd64682309d6dedb27c76845daf388557cbac3ca34',
  ed25519Form:
    '28b0ae221c6bb06856b287f60d7ea0d98552ea5a16db16956849aa371db3eb51fd190cce74df356432b410bd64682309d6dedb27c76845daf388557cbac3ca34',
} as const

/** URI on the development phrase, address, public key. */
export const derived: readonly (readonly [string, string, string])[] = [
  [
    '//Alice',
    '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY',
    'd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d',
  ],
  [
    '//Bob',
    '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty',
    '8eaf04151687736326c9fea17e25fc5287613693c912909cb226aa4794f26a48',
  ],
  [
    '//Charlie',
    '5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y',
    '90b5ab205c6974c9ea841be688864633dc9ca8a357843eeacf2314649965fe22',
  ],
  [
    '//Dave',
    '5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy',
    '306721211d5404bd9da88e0204360a1a9ab8b87c66c1bc2fcdd37f3c2222cc20',
  ],
  [
    '//Eve',
    '5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw',
    'e659a7a1628cdd93febc04a4e0646ea20e9f5f0ce097d9a05290d4a9e054df4e',
  ],
  [
    '//Ferdie',
    '5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL',
    '1cbd2d43530a44705ad088af313e18f80b53ef16b36177cd4b77b846f2a5f07c',
  ],
  [
    '//Alice//stash',
    '5GNJqTPyNqANBkUVMN1LPPrxXnFouWXoe2wNSmmEoLctxiZY',
    'be5ddb1579b72e84524fc29e78609e3caf42e85aa118ebfe0b0ad404b5bdd25f',
  ],
  [
    '/Alice',
    '5GvKEoc787uDV8etY1AM8vF385edu2iyqD1WfCjDugzLUiAL',
    'd6c71059dbbe9ad2b0ed3f289738b800836eb425544ce694825285b958ca755e',
  ],
  [
    '//Alice/soft//hard',
    '5E2B3eUBkvnGakUuHBXHpfRURYWgCXaUPdxrVtXMMHLYNV3b',
    '568a4209957aa77918aabb4f51a81f443878ff27ad0b118106273b25253d5e2e',
  ],
  [
    '//0',
    '5D34dL5prEUaGNQtPPZ3yN5Y6BnkfXunKXXz6fo7ZJbLwRRH',
    '2afba9278e30ccf6a6ceb3a8b6e336b70068f045c666f2e7f4f9cc5f47db8972',
  ],
  [
    '//1',
    '5GBNeWRhZc2jXu7D55rBimKYDk8PGk8itRYFTPfC8RJLKG5o',
    'b606fc73f57f03cdb4c932d475ab426043e429cecc2ffff0d2672b0df8398c48',
  ],
  [
    '/1',
    '5DCyihKprMsGj3vNzmhnCpx827jCTd4fHQzZAxyyNy7dBRnA',
    '328b984202c3c1c834b9c5973a0e8955c4f60c6e3c100503c77d4ad3b9328639',
  ],
  [
    '//Alice///password',
    '5DDZ925gBq5PjNFM8yKTKWVoq1mf9veLGFHvpC6sHWXk6Wpe',
    '32fc18294f88e02ec071e59bb3996aa21f4519d92593dc6e01fda2921d459b23',
  ],
]

export const alice = {
  address: '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY',
  publicKey: 'd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d',
  miniSecret: 'e5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a',
  canonical:
    '33a6f3093f158a7109f679410bef1a0c54168145e0cecb4df006c1c2fffb1f09925a225d97aa00682d6a59b95b18780c10d7032336e88f3442b42361f4a66011',
  ed25519Form:
    '98319d4ff8a9508c4bb0cf0b5a78d760a0b2082c02775e6e82370816fedfff48925a225d97aa00682d6a59b95b18780c10d7032336e88f3442b42361f4a66011',
  ed25519Address: '5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu',
  prefix0: '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5',
  checksum: '1d21',
  publicFile:
    '{"accountId":"0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d","publicKey":"0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d","ss58Address":"5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"}',
} as const

export const zeroKeyAddress = '5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM'

/** Junction text and its chain code. */
export const chainCodes: readonly (readonly [string, string])[] = [
  ['Alice', `14416c696365${'00'.repeat(26)}`],
  ['0', '00'.repeat(32)],
  ['1', `01${'00'.repeat(31)}`],
  [
    'a-very-long-junction-name-that-exceeds-thirty-two-bytes',
    '74ca7e608b7a80eae4c204dfaa130780454a6b8131f338c8835eb50e0cd9534d',
  ],
]

const abandon = `${'abandon '.repeat(11)}about`
const leopard = 'old leopard transfer rib spatial phone calm indicate online fire caution review'

export const phrases: readonly {
  phrase: string
  passphrase: string | undefined
  miniSecret: string
  publicKey: string
  address: string
}[] = [
  {
    phrase: abandon,
    passphrase: undefined,
    miniSecret: '4ed8d4b17698ddeaa1f1559f152f87b5d472f725ca86d341bd0276f1b61197e2',
    publicKey: '66933bd1f37070ef87bd1198af3dacceb095237f803f3d32b173e6b425ed7972',
    address: '5EPCUjPxiHAcNooYipQFWr9NmmXJKpNG5RhcntXwbtUySrgH',
  },
  {
    phrase: abandon,
    passphrase: 'Substrate',
    miniSecret: '44e9d125f037ac1d51f0a7d3649689d422c2af8b1ec8e00d71db4d7bf6d127e3',
    publicKey: '7ca8f71a700a713e470b93fd69e9e43ba08abac5fdeb7cb349c7fc157c72b803',
    address: '5Et9zFyTmAeRcmcwCGVPvMTktj2RtWChpcH8th5GzUc4GzaM',
  },
  {
    phrase: leopard,
    passphrase: undefined,
    miniSecret: 'da3cf5b1e9144931a0f0db65664aab662673b099415a7f8121b7245fb0be4143',
    publicKey: 'e4359ad3e2716c539a1d663ebd0a51bdc5c98a12e663bb4c4402db47828c9446',
    address: '5HDvhV6WDCjCKyrXqGQSDYqQAzkzabNhctmiDYEqgBC66BsX',
  },
]

/** The reference wallet's own test phrase, which pins the canonical form. */
export const pinned = {
  phrase: leopard,
  canonical:
    '1f1995bdf3a17b60626a26cfe6f564b337d46056b7a1281b64c649d592ccda0a9cffd34d9fb01cae1fba61aeed184c817442a2186d5172416729a4b54dd4b84e',
  ed25519FormStart: 'f8c8a8ec9d0fdd03',
} as const

/** A request signed by Alice for Bob with the reference wallet. */
export const signed = {
  message:
    '1752076800000000000.5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY.5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty.5ecbd69c-1cec-11ee-b0dc-e29ce36fec1a.a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a',
  signature:
    '0xa00d0623b4f204dfc80b4ddc45bc70812c0c16b73405e7a65b33999210e5154e909956765c6e5e34933663a5a983c2e9d5fe3074f7effc98fbda2c837f325f87',
} as const

export const encryption = {
  password: 'test-password',
  naclKey: 'babccc53480829b32386ecedddb021187c343c4608bbb53123bc13a96fe5988d',
  plain: '{"ss58Address":"5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"}',
  nonce: '000102030405060708090a0b0c0d0e0f1011121314151617',
  naclFile:
    '244e41434c000102030405060708090a0b0c0d0e0f1011121314151617413cc7dfbf846c777ebfa5e6283f75147953046de5ea6ff5cf243c2c027795644e5abcccfcb7fb537e9603f7ff8bdc291c08136f72ab56525d9222980adc40f2a3d84773550d4d587bcb8d63312757f11f19',
  fernetKey: 'FDo5BEB4PC-WEzrbSf3e3DKMRu16vTmbW6Ck3Dg39X0=',
  variable: 'BT_PW_TEST',
  hidden: 'NjEsJHovNTYgIy0mOw==',
} as const
