import { KeyRing } from '../../../lib/tokens/key-ring.js'
import type { SigningKey } from '../../../lib/tokens/signing-key.js'
import { createSecretKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto'

/** A key, and every form in which an application may give it. */
export interface KeyForms {
  readonly key: KeyObject
  readonly jwk: JsonWebKey
  readonly forms: Readonly<Record<string, unknown>>
}

function wrapped(forms: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(forms).flatMap(([form, key]) => [
      [form, key],
      [`{ key: ${form} }`, { key }],
    ]),
  )
}

function privateForms(key: KeyObject, traditional: 'pkcs1' | 'sec1'): KeyForms {
  const pem = key.export({ format: 'pem', type: 'pkcs8' }).toString()
  const older = key.export({ format: 'pem', type: traditional }).toString()
  const jwk = key.export({ format: 'jwk' })
  return {
    key,
    jwk,
    forms: wrapped({
      'a PEM (PKCS #8)': pem,
      [`a PEM (${traditional})`]: older,
      'a PEM as bytes': Buffer.from(pem),
      'a PEM as Uint8Array': new Uint8Array(Buffer.from(older)),
      'a PEM with CRLF': pem.replaceAll('\n', '\r\n'),
      'a PEM after attributes': `Bag Attributes\n    friendlyName: key\n${pem}`,
      'a JWK': jwk,
      'a frozen JWK': Object.freeze({ ...jwk }),
      'a KeyObject': key,
    }),
  }
}

export function secretForms(secret: string): KeyForms {
  const key = createSecretKey(Buffer.from(secret))
  const jwk = key.export({ format: 'jwk' })
  return {
    key,
    jwk,
    forms: wrapped({
      'a text': secret,
      'a Buffer': Buffer.from(secret),
      'a Uint8Array': new Uint8Array(Buffer.from(secret)),
      'a JWK': jwk,
      'a KeyObject': key,
    }),
  }
}

export function rsaForms(): KeyForms {
  return privateForms(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, 'pkcs1')
}

export function ecForms(namedCurve: string): KeyForms {
  return privateForms(generateKeyPairSync('ec', { namedCurve }).privateKey, 'sec1')
}

/** A ring of keys that all may sign. */
export function ringOf(first: SigningKey, ...others: SigningKey[]): KeyRing {
  return new KeyRing([first, ...others], 0)
}
