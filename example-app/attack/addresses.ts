import { randomInt } from 'node:crypto'

/** From where alice and bob log in, at every run: the server knows them there. */
export const homes = { alice: '192.0.2.10', bob: '192.0.2.11' }

/** Networks for documentation (RFC 5737): nobody's. */
const NETWORKS = ['192.0.2', '198.51.100', '203.0.113']
const FIRST_HOST = 20
const HOSTS = 235

// Another run begins elsewhere, for the server remembers the addresses of the one before.
let place = randomInt(NETWORKS.length * HOSTS)

/** So many addresses, other ones at each call until they run out: what one attack has used up is no other's loss. */
export function strangersAddresses(count: number): readonly string[] {
  return Array.from({ length: count }, () => {
    place = (place + 1) % (NETWORKS.length * HOSTS)
    return `${NETWORKS[place % NETWORKS.length] ?? ''}.${String(FIRST_HOST + Math.floor(place / NETWORKS.length))}`
  })
}
