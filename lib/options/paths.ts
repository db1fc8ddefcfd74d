import { quoted } from '../values/shown.js'
import { WELL_KNOWN_METADATA } from '../network/well-known.js'
import { path } from './option-kinds.js'
import type { OAuthPasswordGrantOptions } from './options.js'
import type { Settings } from './settings.js'

/** The paths of the endpoints, relative to where the middleware is mounted. @throws TypeError if two are the same. */
export function pathsOption(options: OAuthPasswordGrantOptions): Settings['paths'] {
  const { tokenPath = '/token' } = options
  const paths = {
    token: path('tokenPath', tokenPath),
    revocation: optionalPath('revocationPath', options.revocationPath, '/revoke'),
    introspection: optionalPath('introspectionPath', options.introspectionPath, '/introspect'),
    metadata: optionalPath('metadataPath', options.metadataPath, WELL_KNOWN_METADATA),
    jwks: optionalPath('jwksPath', options.jwksPath, '/.well-known/jwks.json'),
  }
  const given = Object.values(paths).filter((one) => one !== false)
  const twice = given.find((one, index) => given.indexOf(one) !== index)
  if (twice !== undefined) {
    throw new TypeError(
      `tokenPath, revocationPath, introspectionPath, metadataPath and jwksPath must differ; two of them are ${quoted(twice)}.`,
    )
  }
  return paths
}

function optionalPath(option: string, value: unknown, usual: string): string | false {
  if (value === undefined) return usual
  return value === false ? value : path(option, value)
}
