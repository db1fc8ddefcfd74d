import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import type { Draw } from './material.js'

const MEGABYTES_10 = Buffer.alloc(10 * 2 ** 20, 'a=b&')

/** Ten megabytes each, in a few kilobytes. */
const gzip = gzipSync(MEGABYTES_10)
const BOMBS = {
  gzip,
  twice: gzipSync(gzip),
  deflate: deflateSync(MEGABYTES_10),
  br: brotliCompressSync(MEGABYTES_10, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
}

/** A body that is compressed, or says so, and the header that says it. */
export function compressedBody({ random }: Draw, form: string): { encoding: string; body: string } {
  const plain = Buffer.from(form, 'latin1')
  const [encoding, bytes] = random.oneOf<() => readonly [string, Uint8Array]>([
    () => ['gzip', BOMBS.gzip],
    () => ['x-gzip', BOMBS.gzip],
    () => ['deflate', BOMBS.deflate],
    () => ['br', BOMBS.br],
    () => ['gzip, gzip', BOMBS.twice],
    () => ['gzip', gzipSync(plain)],
    () => ['GZIP', gzipSync(plain)],
    () => ['deflate', deflateSync(plain)],
    () => ['deflate', deflateRawSync(plain)],
    () => ['br', brotliCompressSync(plain)],
    () => ['gzip', gzipSync(plain).subarray(0, 15)],
    () => ['gzip', Buffer.concat([gzipSync(plain), gzipSync(plain)])],
    () => ['gzip', plain],
    () => ['br', plain],
    () => ['deflate', plain],
    () => ['gzip', Buffer.alloc(0)],
    () => ['identity', plain],
    () => ['Identity', plain],
    () => ['zstd', plain],
    () => ['chunked', plain],
    () => ['', plain],
    () => ['\xff', plain],
  ])()
  return { encoding, body: Buffer.from(bytes).toString('latin1') }
}
