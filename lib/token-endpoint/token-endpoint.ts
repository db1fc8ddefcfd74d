import { authenticateClient } from '../endpoint/authenticate-client.js'
import { endpoint, type Endpoint } from '../endpoint/endpoint.js'
import { noticeMisconfigurations } from '../endpoint/notice-misconfigurations.js'
import { parseForm } from '../endpoint/parse-form.js'
import { requirePost } from '../endpoint/require-post.js'
import { MFA_GRANT_TYPE } from '../grant-types/mfa.js'
import type { Settings } from '../options/settings.js'
import { sendTokens } from './send-tokens.js'
import { askForAdditions } from './ask-for-additions.js'
import { askForSecondFactor } from './ask-for-second-factor.js'
import { authenticateBySecondFactor } from './authenticate-by-second-factor.js'
import { authenticateUser } from './authenticate-user.js'
import { authorizeClient } from './authorize-client.js'
import { byGrantType } from './by-grant-type.js'
import { findUserAgain } from './find-user-again.js'
import { narrowScope } from './narrow-scope.js'
import { readEndUserAddress } from './read-end-user-address.js'
import { readMfaToken } from './read-mfa-token.js'
import { readRefreshToken } from './read-refresh-token.js'
import { refuseStoppedLogins } from './refuse-stopped-logins.js'
import { rememberGrant } from './remember-grant.js'
import { requireCredentials } from './require-credentials.js'
import { requireGrantType } from './require-grant-type.js'
import { requireNarrowerScope } from './require-narrower-scope.js'
import { requireScope } from './require-scope.js'
import { reserveLogin } from './reserve-login.js'
import { rotateGrant } from './rotate-grant.js'

/**
 * The token endpoint (RFC 6749 section 3.2), in order. The order is part of the security argument: nothing is told about a
 * client before it is authenticated, nothing about a password before the request is right in all else, and only
 * `rememberGrant`, `rotateGrant` and a second factor's `spend` write. Every answer carries helmet's headers and `no-store`
 * (see `answer`).
 */
export function tokenEndpoint(settings: Settings): Endpoint {
  return endpoint(settings, [
    requirePost,
    parseForm(settings),
    requireGrantType(settings),
    authenticateClient(settings),
    noticeMisconfigurations(settings),
    readEndUserAddress,
    authorizeClient,
    byGrantType({
      password: [
        requireCredentials(settings, 'username', 'password'),
        refuseStoppedLogins(settings),
        requireScope,
        reserveLogin(settings),
        authenticateUser(settings),
        askForSecondFactor(settings),
        narrowScope(settings),
        askForAdditions(settings),
        rememberGrant(settings),
        sendTokens(settings),
      ],
      [MFA_GRANT_TYPE]: [
        requireCredentials(settings, 'otp'),
        readMfaToken(settings),
        refuseStoppedLogins(settings),
        authenticateBySecondFactor(settings),
        narrowScope(settings),
        askForAdditions(settings),
        rememberGrant(settings),
        sendTokens(settings),
      ],
      refresh_token: [
        readRefreshToken(settings),
        requireNarrowerScope,
        findUserAgain(settings),
        narrowScope(settings),
        askForAdditions(settings),
        rotateGrant(settings),
        sendTokens(settings),
      ],
    }),
  ])
}
