import { demo } from './seed.js'
import { isLoopback, type Settings } from './settings.js'

export interface Announced {
  readonly url: string
  readonly settings: Settings
  /** Whether the demo's rows are still there. */
  readonly hasDemo: boolean
}

/** What the terminal shows once the server listens. */
export function announcement({ url, settings, hasDemo }: Announced): string {
  const lines = [`Authorization server at ${url} (${storage(settings)})`]
  if (hasDemo) lines.push('', ...demoLines(url))
  if (hasDemo && !isLoopback(settings.host)) {
    lines.push('', `HOST is ${settings.host}: whoever reaches this machine can log in as these users.`)
  }
  return `\n${lines.join('\n')}\n`
}

function demoLines(url: string): readonly string[] {
  const { client, alice, bob } = demo
  const login = `curl -u ${client.id}:${client.secret} -d grant_type=password -d username=${alice.name} -d password=${alice.password}`
  return [
    `  client  ${client.id}  ${client.secret}`,
    `  user    ${alice.name}  ${alice.password}  (${alice.scope})`,
    `  user    ${bob.name}    ${bob.password}    (${bob.scope})`,
    '',
    'Log in, from another terminal:',
    '',
    `${login} ${url.includes('[') ? `'${url}/token'` : `${url}/token`}`, // a shell may take brackets for a pattern
  ]
}

function storage({ databaseFile, databaseUrl, redisUrl }: Settings): string {
  const database = databaseUrl === undefined ? databaseFile : 'PostgreSQL'
  return redisUrl === undefined ? database : `${database}, grants in Redis`
}
