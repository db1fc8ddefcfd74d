import { answerError } from '../endpoint/answer-error.js'
import { EndpointRequest } from '../endpoint/endpoint-request.js'
import type { Settings } from '../options/settings.js'
import { accessTokenVerifier } from './access-token-verifier.js'
import type { ResourceServer } from './require-access-token.js'

/** The resource server in the process of the authorization server: it has the keys and the grants at hand. */
export function ownResourceServer(settings: Settings): ResourceServer {
  const { issuer, audience, realm, grants, keyRing } = settings
  return {
    realm,
    verifier: accessTokenVerifier({ issuer, audience, clockTolerance: 0, findKey: (id) => keyRing.get(id) }),
    isLiving:
      grants === undefined
        ? undefined
        : async (_token, { sid }, now) => (await grants.store.find(String(sid), now * 1000)) !== undefined,
    livingRemedy: 'refreshTokens is false, so that no grants are kept',
    answerError(request, response, error) {
      answerError(settings, new EndpointRequest(request, response), error)
    },
  }
}
