import { Agent, request } from 'node:http'
import { clients, ELSEWHERE, HOME, victim, type Attack, type Backend } from './attack.js'
import type { AttackedServers } from './attacked-servers.js'

/** How many guesses are under way at once. */
const AT_ONCE = 32

export interface Figures {
  readonly reached: number
  /** How many were answered with each status. */
  readonly statuses: Readonly<Record<number, number>>
  readonly victim: { readonly home: boolean; readonly elsewhere: boolean }
  readonly seconds: number
}

/** Carries out an attack at all ports in turn; the victim has logged in from home before, and tries again after it. */
export async function carryOut(
  servers: AttackedServers,
  ports: readonly number[],
  { backend, guesses, guess }: Attack,
): Promise<Figures> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const port = (index: number) => ports[index % ports.length] ?? 0
  const victimAt = async (address: string) => (await logIn(agent, port(1), backend, { ...victim, address })) === 200
  await victimAt(HOME)
  await servers.reached()

  const statuses: Record<number, number> = {}
  const start = performance.now()
  let next = 0
  const lane = async () => {
    while (next < guesses) {
      const index = next++
      const status = await logIn(agent, port(index), backend, { ...guess(index), password: `wrong ${index}` })
      statuses[status] = (statuses[status] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  const seconds = (performance.now() - start) / 1000

  const reached = await servers.reached()
  const figures = {
    reached,
    statuses,
    seconds,
    victim: { home: await victimAt(HOME), elsewhere: await victimAt(ELSEWHERE) },
  }
  agent.destroy()
  return figures
}

export interface Login {
  readonly username: string
  readonly password: string
  readonly address: string
}

/** The status of a login that a backend asks for on behalf of whoever is at an address. */
export async function logIn(
  agent: Agent,
  port: number,
  backend: Backend,
  { username, password, address }: Login,
): Promise<number> {
  const { id, secret } = clients[backend]
  const body = new URLSearchParams({ grant_type: 'password', username, password }).toString()
  const headers = {
    authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': Buffer.byteLength(body),
    'end-user-address': address,
  }
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method: 'POST', path: '/token', agent, headers }, (response) => {
      response.resume().on('end', () => {
        resolve(response.statusCode ?? 0)
      })
    })
    asked.on('error', reject).end(body)
  })
}
