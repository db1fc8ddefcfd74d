import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A key and its certificate, as PEM, and the file of the certificate for NODE_EXTRA_CA_CERTS. */
export interface Certificate {
  readonly key: string
  readonly cert: string
  readonly file: string
}

/** A self-signed certificate for localhost that is valid for so many days, made by Debian's openssl. -1: it expired yesterday. */
export function certificate(days: number): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'express-oauth-password-grant-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const at = (name: string) => join(folder, name)
  const openssl = (line: string) => execFileSync('openssl', line.split(' '), { stdio: 'ignore' })
  writeFileSync(at('extensions'), 'subjectAltName=DNS:localhost')
  openssl(`ecparam -name prime256v1 -genkey -noout -out ${at('key')}`)
  openssl(`req -new -key ${at('key')} -subj /CN=localhost -out ${at('request')}`)
  openssl(
    `x509 -req -in ${at('request')} -signkey ${at('key')} -days ${days} -extfile ${at('extensions')} -out ${at('cert')}`,
  )
  return { key: readFileSync(at('key'), 'utf8'), cert: readFileSync(at('cert'), 'utf8'), file: at('cert') }
}
