import { loginWorkload } from '../load/workload.js'
import type { Candidate } from '../measurement/throughput.js'

export const bareLogin: Candidate = { label: 'bare', server: 'bare', workload: loginWorkload }

export const oursLogin: Candidate = { label: 'ours', server: 'ours', workload: loginWorkload }

/** `grant_type=password`. All answer two HS256 JWTs but one, which answers random tokens. */
export const loginCandidates: readonly Candidate[] = [
  oursLogin,
  bareLogin,
  { label: 'bare (string secret)', server: 'bare-string-secret', workload: loginWorkload },
  { label: 'by hand', server: 'by-hand', workload: loginWorkload },
  { label: 'jmondi', server: 'jmondi', workload: loginWorkload },
  { label: 'node-oauth', server: 'node-oauth', workload: loginWorkload },
  { label: 'oauth2orize (random tokens)', server: 'oauth2orize', workload: loginWorkload },
  { label: 'oauth2orize (JWTs)', server: 'oauth2orize-jwt', workload: loginWorkload },
]
