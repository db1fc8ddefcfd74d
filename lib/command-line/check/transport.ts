import { connect } from 'node:tls'
import { found, type Finding } from './finding.js'
import type { ProbeAnswer } from './probe.js'

const DAY = 86_400_000
/** Who renews by machine does so 30 days ahead; less means that it did not. */
const DAYS_LEFT = 21
/** Half a year, as helmet says by default twice over. */
const HSTS_SECONDS = 15_552_000

/** TLS as it was met with: the certificate, the protocol, HSTS (RFC 6797). */
export function transportFindings(url: URL, { tls, headers }: ProbeAnswer, takesOldTls: boolean): readonly Finding[] {
  if (tls === undefined) {
    return [{ outcome: 'pass', about: 'TLS', message: 'http, which is fine on loopback.' }]
  }
  const days = Math.floor((tls.expiresAt - Date.now()) / DAY)
  const maxAge = Number(/max-age="?(\d+)/i.exec(headers['strict-transport-security'] ?? '')?.[1] ?? 0)
  return [
    found({
      about: 'certificate',
      isKept: tls.distrust === undefined,
      kept: `It is trusted for ${url.hostname}.`,
      broken: `It is not trusted for ${url.hostname}: ${tls.distrust ?? ''}.`,
      remedy:
        'Give the server a certificate of an authority that its clients trust; NODE_EXTRA_CA_CERTS names one of your own.',
    }),
    found({
      about: 'certificate expiry',
      isKept: days >= DAYS_LEFT,
      kept: `It is valid for ${days} days more.`,
      broken: days < 0 ? `It expired ${-days} days ago.` : `It is valid for ${days} days more only.`,
      remedy: 'Renew it, by a machine.',
      severity: days < 0 ? 'fail' : 'warn',
    }),
    found({
      about: 'TLS version',
      isKept: !takesOldTls && /^TLSv1\.[23]$/.test(tls.protocol),
      kept: `${tls.protocol}, and none older than 1.2.`,
      broken: 'The server takes TLS 1.1 or older.',
      remedy: 'Set the least version to 1.2 (RFC 9325 section 3.1).',
    }),
    found({
      about: 'HSTS',
      isKept: maxAge >= HSTS_SECONDS,
      kept: 'Strict-Transport-Security is sent.',
      broken: `Strict-Transport-Security is ${maxAge === 0 ? 'not sent' : 'for less than half a year'}.`,
      remedy: 'Let the proxy pass on the header that the middleware sends.',
      severity: 'warn',
    }),
  ]
}

/** Whether a server shakes hands by a version of TLS that is no longer to be used. */
export function takesOldTls(url: URL): Promise<boolean> {
  if (url.protocol !== 'https:') return Promise.resolve(false)
  return new Promise((resolve) => {
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const socket = connect({
      host,
      port: Number(url.port === '' ? 443 : url.port),
      ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      // OpenSSL itself refuses these versions from level 1 on.
      ciphers: 'DEFAULT:@SECLEVEL=0',
      rejectUnauthorized: false,
      timeout: 5000,
    })
    const answer = (takes: boolean) => () => {
      socket.destroy()
      resolve(takes)
    }
    socket.once('secureConnect', answer(true)).once('error', answer(false)).once('timeout', answer(false))
  })
}
