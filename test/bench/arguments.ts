import { parseArgs } from 'node:util'

export const help = `npm run bench -- [options]

  --suite login|refresh|guard|memory|storm|timing|attacks|scale   what to measure (login)
  --only name,name               only these candidates, by the names in the table; bare is always there
  --rounds n                     every candidate starts anew so often (5)
  --passes n                     slices of each candidate in a round (3)
  --slice seconds                length of a slice (1)
  --warm-up seconds              before the first slice of a round (3)
  --connections n                kept-alive connections, one request at a time on each (8)
  --node version                 run the servers on another node, such as 24, fetched by npx
  --cpu-profiles directory       login, refresh: write a CPU profile of each process there (the numbers then mean little)
  --grants n                     memory: how many grants (100000); scale: how many (1000000)
  --http-grants n                memory: how many where all goes over HTTP (10000); 0: leave that out
  --refreshes n                  memory: how often each is refreshed (10)
  --logins n                     storm: how many at once (500), in each of the rounds
  --samples n                    timing: how many of each way to fail (1000)
  --guesses n                    attacks: how many guesses each (10000)
  --help

Candidates take turns within seconds of each other, in processes of their own. CPU time is the operating system's
(getrusage), of user and system and all threads of the server. Only ratios of one run mean anything.
SQLite needs nothing; PostgreSQL, MariaDB and Redis are found at BENCH_DATABASE_URL (postgres://postgres@127.0.0.1:5432/postgres),
BENCH_MARIADB_URL (mysql://root@127.0.0.1:3306/test) and BENCH_REDIS_URL (redis://127.0.0.1:6379/9). What the benchmark keeps there it removes.
`

const suites = ['login', 'refresh', 'guard', 'memory', 'storm', 'timing', 'attacks', 'scale'] as const

export type Suite = (typeof suites)[number]

export interface BenchArguments {
  readonly suite: Suite
  readonly only: readonly string[] | undefined
  readonly rounds: number
  readonly passes: number
  readonly slice: number
  readonly warmUp: number
  readonly connections: number
  readonly node: string | undefined
  readonly cpuProfiles: string | undefined
  /** Default: what the suite uses. */
  readonly grants: number | undefined
  readonly httpGrants: number
  readonly refreshes: number
  readonly logins: number
  readonly samples: number
  readonly guesses: number
  readonly help: boolean
}

export function benchArguments(args: readonly string[]): BenchArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      suite: { type: 'string', default: 'login' },
      only: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      passes: { type: 'string', default: '3' },
      slice: { type: 'string', default: '1' },
      'warm-up': { type: 'string', default: '3' },
      connections: { type: 'string', default: '8' },
      node: { type: 'string' },
      'cpu-profiles': { type: 'string' },
      grants: { type: 'string' },
      'http-grants': { type: 'string', default: '10000' },
      refreshes: { type: 'string', default: '10' },
      logins: { type: 'string', default: '500' },
      samples: { type: 'string', default: '1000' },
      guesses: { type: 'string', default: '10000' },
      help: { type: 'boolean', default: false },
    },
  })
  const suite = suites.find((name) => name === values.suite)
  if (suite === undefined) throw new Error(`--suite takes ${suites.join(', ')}, not ${values.suite}`)
  return {
    suite,
    only: values.only?.split(','),
    rounds: wholeNumber('rounds', values.rounds, 1),
    passes: wholeNumber('passes', values.passes, 1),
    slice: positive('slice', values.slice),
    warmUp: positive('warm-up', values['warm-up']),
    connections: wholeNumber('connections', values.connections, 1),
    node: values.node,
    cpuProfiles: values['cpu-profiles'],
    grants: values.grants === undefined ? undefined : wholeNumber('grants', values.grants, 1),
    httpGrants: wholeNumber('http-grants', values['http-grants']),
    refreshes: wholeNumber('refreshes', values.refreshes, 1),
    logins: wholeNumber('logins', values.logins, 1),
    samples: wholeNumber('samples', values.samples, 1),
    guesses: wholeNumber('guesses', values.guesses, 1),
    help: values.help,
  }
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!(value > 0 && value < Infinity)) throw new Error(`--${name} takes a positive number, not ${text}`)
  return value
}

function wholeNumber(name: string, text: string, least = 0): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < least) throw new Error(`--${name} takes a whole number, not ${text}`)
  return value
}
