import { sendDocument } from '../endpoint/send-document.js'
import type { Step } from '../endpoint/endpoint.js'
import { publicDocument } from '../endpoint/public-document.js'
import type { Settings } from '../options/settings.js'
import { publicJwk } from '../tokens/public-jwk.js'
import type { SigningKey } from '../tokens/signing-key.js'

/** Seconds: for so long a key that was taken away may still be answered by a cache. */
const MAX_AGE = 60

/** Answers the public keys, those that do not sign yet included: written once for each set of keys. */
export function sendKeySet({ keyRing }: Settings): Step {
  let { publicKeys } = keyRing
  let written = keySet(publicKeys)
  return function sendKeySet(request) {
    if (publicKeys !== keyRing.publicKeys) {
      ;({ publicKeys } = keyRing)
      written = keySet(publicKeys)
    }
    sendDocument(request, written)
  }
}

function keySet(keys: readonly SigningKey[]) {
  return publicDocument({ keys: keys.map(publicJwk) }, MAX_AGE)
}
