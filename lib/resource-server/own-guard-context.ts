import type { Request } from 'express'
import { refusalOf } from '../endpoint/refusal-of.js'
import type { Settings } from '../options/settings.js'
import { accessTokenVerifier } from './access-token-verifier.js'
import type { GuardContext } from './guard-context.js'
import { refusalReport } from './report-refusal.js'

/** The guards in the process of the authorization server, which has the keys and the grants at hand. */
export function ownGuardContext(settings: Settings): GuardContext {
  const { issuer, audience, realm, scopes, grants, keyRing, onEvent, isHeard } = settings
  return {
    realm,
    scopes: new Set(scopes.keys()),
    verifier: accessTokenVerifier({ issuer, audience, clockTolerance: 0, findKey: (id) => keyRing.get(id) }),
    isLiving:
      grants === undefined
        ? undefined
        : async (_token, { sid }) => (await grants.store.find(String(sid))) !== undefined,
    revocationRemedy: 'refreshTokens is false, so that no grants are kept',
    onRefused: refusalReport(onEvent, isHeard),
    refusalOf(error, request, { id, address, endUserAddress }) {
      const http = request as Request // Express's, but for an upgrade's
      return refusalOf(settings, { id, address, endUserAddress, http }, error)
    },
  }
}
