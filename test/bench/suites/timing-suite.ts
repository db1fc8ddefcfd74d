import type { BenchArguments } from '../arguments.js'
import {
  LIMITED_NAME,
  timingPassword,
  timingUsers,
  UNLISTED_NAME,
  type TimingUserState,
} from '../candidates/timing-scenario.js'
import { HttpConnection } from '../load/http-connection.js'
import { formRequest } from '../load/token-request.js'
import { rankTest } from '../measurement/rank-test.js'
import { ServerProcess } from '../measurement/server-process.js'
import { stagePackage } from '../measurement/staged-package.js'
import { median } from '../measurement/statistics.js'
import { table } from '../measurement/table.js'

/** A way to fail: whose name, with which password, and where. */
interface Failure {
  readonly label: string
  readonly state: TimingUserState
  readonly password: string
  readonly path: string
}

const failure = (state: TimingUserState, password: string, path = '/token'): Failure => ({
  label: `${state} user, ${password === '' ? 'empty' : password === timingPassword ? 'right' : 'wrong'} password, ${path}`,
  state,
  password,
  path,
})

const WRONG = 'incorrect horse battery stapl'
const known = failure('known', WRONG)
const knownByHand = failure('known', WRONG, '/verify')

/** The first two show that the test finds nothing where there is nothing, and the last that it finds what there is. */
const pairs: readonly (readonly [Failure, Failure])[] = [
  [known, { ...known, label: `${known.label} (again)` }],
  [known, failure('unknown', WRONG)],
  [known, failure('disabled', timingPassword)],
  [known, failure('disabled', WRONG)],
  [known, failure('locked', timingPassword)],
  [known, failure('hashless', timingPassword)],
  [known, failure('hashless', WRONG)],
  [failure('known', ''), failure('unknown', '')],
  [failure('limited', timingPassword, '/limited/token'), failure('unlisted', timingPassword, '/limited/token')],
  [knownByHand, failure('known', '', '/verify')],
  [knownByHand, failure('unknown', '', '/verify')],
  [failure('known', WRONG, '/naive/token'), failure('unknown', WRONG, '/naive/token')],
]

const WARM_UP = 200

/** How long every way to fail takes over HTTP, one request at a time, and whether a rank test can tell any from a wrong password. */
export async function timingSuite(node: string, args: BenchArguments): Promise<string> {
  const staged = stagePackage()
  try {
    const server = await ServerProcess.start(node, staged, 'timing')
    const connection = await HttpConnection.open(server.port)
    try {
      return timingTable(await sampled(connection, args.samples), args.samples)
    } finally {
      connection.close()
      await server.stop()
    }
  } finally {
    staged.remove()
  }
}

/** Milliseconds, by failure. In each turn every failure has its sample, in an order of its own. */
async function sampled(connection: HttpConnection, samples: number): Promise<ReadonlyMap<Failure, readonly number[]>> {
  const failures = [...new Set(pairs.flat())]
  const times = new Map<Failure, number[]>(failures.map((one) => [one, []]))
  for (let turn = -WARM_UP; turn < samples; turn++) {
    for (const one of shuffled(failures)) {
      const request = requestOf(one, turn + WARM_UP)
      const begin = performance.now()
      const { status, body } = await connection.send(request)
      const time = performance.now() - begin
      if (status !== 400) throw new Error(`${one.label}: ${status} ${body}`)
      if (turn >= 0) times.get(one)?.push(time)
    }
    if (turn % 200 === 0) process.stderr.write(`${turn} of ${samples}\n`)
  }
  return times
}

function requestOf({ state, password, path }: Failure, turn: number): string {
  const username = nameOf(state, turn)
  return formRequest(path, { grant_type: 'password', username, password })
}

/** Names at `/limited/token` are used once, so that only the limit of the account is reached and none of a name. */
function nameOf(state: TimingUserState, turn: number): string {
  if (state === 'limited' || state === 'unlisted') return `${state === 'limited' ? LIMITED_NAME : UNLISTED_NAME}${turn}`
  const users = timingUsers.filter((user) => user.state === state)
  return users[turn % users.length]?.name ?? ''
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}

function timingTable(times: ReadonlyMap<Failure, readonly number[]>, samples: number): string {
  const rows = pairs.map(([one, other]) => {
    const [first, second] = [times.get(one) ?? [], times.get(other) ?? []]
    const p = rankTest(first, second)
    return [
      `${one.label} | ${other.label}`,
      (median(first) * 1000).toFixed(0),
      (median(second) * 1000).toFixed(0),
      p < 0.0001 ? p.toExponential(1) : p.toFixed(4),
      p < 0.05 / pairs.length ? 'different' : 'not told apart',
    ]
  })
  const heading = ['compared', 'median µs', 'median µs', 'p', `at 0.05 / ${pairs.length}`]
  return `${samples} samples each, in turn; Mann-Whitney U, two-sided. The first pair is one thing twice, the last an authenticateUser without passwordVerifier\n${table(heading, rows)}`
}
