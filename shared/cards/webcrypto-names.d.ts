// @hpke/core names WebCrypto's types as a browser does, globally; Node has the same types in a module.
import type { webcrypto } from 'node:crypto'

declare global {
  type CryptoKey = webcrypto.CryptoKey
  type CryptoKeyPair = webcrypto.CryptoKeyPair
  type JsonWebKey = webcrypto.JsonWebKey
  type KeyUsage = webcrypto.KeyUsage
}
