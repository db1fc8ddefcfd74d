/** How an operator may have set something up wrongly, as far as the options or requests show it. */
export type Misconfiguration = keyof typeof misconfigurations

/** What is wrong, and what to do. */
export const misconfigurations = {
  trust_proxy_off: {
    problem:
      'A request came with X-Forwarded-For or Forwarded, and the setting "trust proxy" is off: if there is a proxy, all requests have its address, and all users share its limits.',
    remedy:
      'Say app.set("trust proxy", 1), the number of proxies, or their addresses. If there is no proxy, a client made the header up, and nothing is wrong.',
  },
  trust_proxy_everybody: {
    problem:
      'The setting "trust proxy" is true: every address is believed, so that a guesser can make up a new one for each guess.',
    remedy: 'Say app.set("trust proxy", 1), the number of proxies, or their addresses.',
  },
  forwarded_not_read: {
    problem:
      'The proxy sends Forwarded and no X-Forwarded-For, which is all that Express reads: all requests have the address of the proxy, and all users share its limits.',
    remedy: 'Have the proxy send X-Forwarded-For.',
  },
  not_an_address: {
    problem:
      'For a request of a client that authenticated, Express reports a req.ip that is not an IP address, such as "unknown" from a proxy: all such requests count as one address, and all users share its limits.',
    remedy:
      'Have the proxy write the IP address of the client into X-Forwarded-For, and set app.set("trust proxy", 1), the number of proxies, or their addresses.',
  },
  shared_address: {
    problem:
      'A backend has reached the limit "address" of failed logins: all its users share one address, and one of them can lock out the others.',
    remedy:
      'Register the client with endUserAddress: true, and have it send the address of its user in the header End-User-Address.',
  },
  refresh_user_missing: {
    problem:
      'Refresh tokens are on and the option refreshUser is not given: a user who was disabled or deleted goes on refreshing with every scope.',
    remedy:
      'Give refreshUser a function that finds the user by the subject and returns false if the user may no longer log in. Give refreshUser: false if that is intended.',
  },
  lifetime_in_milliseconds: {
    problem: 'A lifetime given as a number is in seconds, and so long that it must have been meant in milliseconds',
    remedy: "Give it in seconds, or as a string with its unit, such as '1h'.",
  },
  check_throws: {
    problem:
      'Checking a password, a second factor or a client has thrown so often for one user or one address that further errors count as failed attempts: a check that throws for a wrong password would otherwise allow any number of guesses.',
    remedy:
      'Return false from authenticateUser, passwordVerifier.verify, secondFactor.verify or your Passport strategy for a wrong password or answer; LDAP libraries, for example, reject if the bind fails. If a server that the check depends on was unavailable, and onError shows only that, nothing is wrong.',
  },
} as const
