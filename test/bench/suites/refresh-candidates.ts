import { refreshWorkload, type Workload } from '../load/workload.js'
import type { Candidate } from '../measurement/throughput.js'
import { bareLogin, oursLogin } from './login-candidates.js'

/** So many logins are refreshed in turn. */
const LINEAGES = 1000

/** `grant_type=refresh_token` with the newest refresh token each time; beside them the logins, as a measure. */
export const refreshCandidates: readonly Candidate[] = [
  bareLogin,
  { ...oursLogin, label: 'ours login' },
  { label: 'ours', server: 'ours', workload },
  { label: 'ours, SQLite', server: 'ours-sqlite', workload },
  { label: 'ours, PostgreSQL', server: 'ours-postgresql', workload },
  { label: 'ours, MariaDB', server: 'ours-mariadb', workload },
  { label: 'ours, Redis', server: 'ours-redis', workload },
  { label: 'bare refresh', server: 'bare', workload },
  { label: 'jmondi', server: 'jmondi', workload },
  { label: 'node-oauth', server: 'node-oauth', workload },
  { label: 'oauth2orize (random tokens)', server: 'oauth2orize', workload },
  { label: 'oauth2orize (JWTs)', server: 'oauth2orize-jwt', workload },
]

function workload(): Workload {
  return refreshWorkload(LINEAGES)
}
