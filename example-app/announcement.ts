import { demo } from './demo.js'
import { isLoopback, type Settings } from './settings.js'
import type { Urls } from './urls.js'

export interface Announced {
  readonly urls: Urls
  readonly settings: Settings
  /** Whether the demo's rows are still there. */
  readonly hasDemo: boolean
}

/** What the terminal shows once the server listens. */
export function announcement({ urls, settings, hasDemo }: Announced): string {
  const lines = partLines(urls, settings)
  if (hasDemo) lines.push('', ...demoLines(urls.own))
  if (hasDemo && !isLoopback(settings.host)) {
    lines.push('', `HOST is ${settings.host}: whoever reaches this machine can log in as these users.`)
  }
  return `\n${lines.join('\n')}\n`
}

function partLines({ own, issuer, desk }: Urls, settings: Settings): string[] {
  const { parts } = settings
  const lines: string[] = []
  if (parts.includes('authorization-server')) {
    lines.push(`Authorization server at ${own} (${storage(settings)})`)
    lines.push(`API documentation at ${own}/docs`)
    if (desk !== undefined) lines.push(`Operator's desk at ${desk}/ (for a browser on this machine)`)
  }
  if (parts.includes('contacts-api')) lines.push(`Contacts API at ${own}/api/contacts`)
  if (parts.includes('web-site')) lines.push(`Web site at ${own}/`)
  if (!parts.includes('authorization-server')) lines.push(`The authorization server is ${issuer}`)
  return lines
}

function demoLines(url: string): readonly string[] {
  const { client, alice, bob, carol } = demo
  const login = `curl -u ${client.id}:${client.secret} -d grant_type=password -d username=${alice.name} -d password=${alice.password}`
  return [
    `  client  ${client.id}  ${client.secret}`,
    `  user    ${alice.name}  ${alice.password}  (${alice.scope})`,
    `  user    ${bob.name}    ${bob.password}    (${bob.scope})`,
    `  user    ${carol.name}  ${carol.password}  (${carol.scope}; second factor ${carol.totpSecret})`,
    '',
    'Log in, from another terminal:',
    '',
    `${login} ${url.includes('[') ? `'${url}/token'` : `${url}/token`}`, // a shell may take brackets for a pattern
  ]
}

function storage({ databaseFile, databaseUrl, redisUrl }: Settings): string {
  const database = databaseUrl === undefined ? databaseFile : 'PostgreSQL'
  return redisUrl === undefined ? database : `${database}, grants and limits in Redis`
}
