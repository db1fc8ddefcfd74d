import { parseArgs } from 'node:util'

export const help = `npm run soak -- [options]

  --minutes n                how long the faults go on (6)
  --clients n                how many sessions are kept alive by honest clients (40)
  --grants postgres|redis    where grants are kept; limits are counted in the other (postgres)
  --help

Two processes with the token endpoint and a guarded API share a PostgreSQL and a Redis of their own, which this starts and
removes. Clients log in, refresh, call the API, revoke and mistype passwords, and retry as real ones do, while processes and
servers are killed, restarted, stopped and cut off. The exit code is 1 if a session was lost that had to survive, if a revoked
one came back, or if a request was hung or answered with a 500.
`

export interface SoakArguments {
  readonly minutes: number
  readonly clients: number
  readonly grants: 'postgres' | 'redis'
  readonly help: boolean
}

const MOST_MINUTES = 24 * 60

export function soakArguments(args: readonly string[]): SoakArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '6' },
      clients: { type: 'string', default: '40' },
      grants: { type: 'string', default: 'postgres' },
      help: { type: 'boolean', default: false },
    },
  })
  const minutes = Number(values.minutes)
  if (!(minutes > 0 && minutes <= MOST_MINUTES)) {
    throw new Error(`--minutes takes a number from above 0 to ${MOST_MINUTES}, not ${values.minutes}`)
  }
  const clients = Number(values.clients)
  if (!Number.isInteger(clients) || clients < 1 || clients > 200) {
    throw new Error(`--clients takes a whole number from 1 to 200, not ${values.clients}`)
  }
  if (values.grants !== 'postgres' && values.grants !== 'redis') {
    throw new Error(`--grants takes postgres or redis, not ${values.grants}`)
  }
  return { minutes, clients, grants: values.grants, help: values.help }
}
