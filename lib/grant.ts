import { hash } from 'node:crypto'
import { randomText } from './random-text.js'

/**
 * One authorization grant (RFC 6749 section 1.3): one login of one resource owner through one client, however often
 * it is refreshed. It holds no token and no hash of one. Times are milliseconds since the epoch.
 */
export interface Grant {
  /** From {@link newGrantId}; `sid` in both tokens. */
  readonly id: string
  readonly subject: string
  readonly clientId: string
  readonly scope: string
  /** How often the refresh token was rotated. */
  readonly generation: number
  readonly createdAt: number
  /** When the refresh token was last rotated; `createdAt` before the first time. */
  readonly rotatedAt: number
  /** When the grant ends however often it is refreshed. */
  readonly endsAt: number
  /** When it ends unless it is refreshed before: never later than `endsAt`. */
  readonly expiresAt: number
  readonly userAgent?: string | undefined
  readonly address?: string | undefined
}

const ID_BYTES = 16
/** 48 bits in base64url. */
const SUBJECT_TAG_LENGTH = 8

/**
 * A new id: 128 random bits, a dot, and a tag of the subject, so that a store that is spread over many servers can
 * keep all grants of a subject in one place and still find a grant by its id alone.
 */
export function newGrantId(subject: string): string {
  return `${randomText(ID_BYTES)}.${subjectTag(subject)}`
}

/** The tag that every id of a subject's grants ends in: 48 bits of the SHA-256 of the subject, base64url. */
export function subjectTag(subject: string): string {
  return hash('sha256', subject, 'base64url').slice(0, SUBJECT_TAG_LENGTH)
}
