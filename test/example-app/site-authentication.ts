import { privateKeyJwt } from '../../example-app/attack/authentication.js'
import { issuerOf } from '../../example-app/attack/target.js'
import { newPrivateJwk } from '../../example-app/client-key.js'
import { demo } from '../../example-app/demo.js'

/** The key of the web site in every example-app that the tests of a file start, unless they say otherwise. */
export const siteKey = newPrivateJwk()

/** The parameters by which the web site authenticates at the example-app at a URL. */
export async function siteAuthentication(url: string): Promise<Readonly<Record<string, string>>> {
  const authenticate = await privateKeyJwt(await issuerOf(url), demo.site.id, siteKey)
  return authenticate()
}
