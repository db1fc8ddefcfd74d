import type { PrivateJwk } from '../client-key.js'
import { openDatabase } from '../database.js'
import { readSettings, type Settings } from '../settings.js'
import { siteKey } from '../site-key.js'
import { StartFailure } from '../start-failure.js'
import { StoredSettings } from '../stored-settings.js'
import { attack } from './attack.js'
import { privateKeyJwt } from './authentication.js'
import { report } from './report.js'
import { issuerOf, loopbackTarget } from './target.js'

try {
  const settings = readSettings(process.env)
  const target = await loopbackTarget(process.argv[2] ?? `http://127.0.0.1:${String(settings.port)}`)
  const issuer = await issuerOf(target)
  const authentication = await privateKeyJwt(issuer, settings.clientId, await keyOfSite(settings))
  console.log(
    `Attacking ${target} for about half a minute. Watch it happen at the operator's desk, whose URL the app has printed.\n`,
  )
  const result = await attack(target, authentication, process.stderr)
  const { text, isHeld } = report(result)
  console.log(text)
  process.exitCode = isHeld ? 0 : 1
} catch (error) {
  console.error(error instanceof StartFailure ? error.message : error)
  process.exitCode = 1
}

/** The attack authenticates as the web site, with the key from the environment or from the app's database. */
async function keyOfSite(settings: Settings): Promise<PrivateJwk> {
  const database = await openDatabase(settings)
  try {
    return await siteKey(settings, await StoredSettings.in(database))
  } finally {
    await database.close()
  }
}
