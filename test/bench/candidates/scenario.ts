/** What every candidate serves: one confidential client, ten thousand users, two kinds of token. */

export const issuer = 'https://auth.example.com'
export const audience = 'https://api.example.com'
export const clientId = 'web-backend'
export const clientSecret = 'H6vN2qzTtq9yJm4xQb8RkWc3LdPf7ZsA1uEoGiYh5Xn'
export const signingSecret = 'a secret for the benchmark only: 32 bytes or more'
export const scopes = ['contacts.read', 'contacts.write']
export const accessTokenSeconds = 3600
export const refreshTokenSeconds = 14 * 24 * 3600

/** Many, because login limits count by user name. */
export const userCount = 10_000

export interface BenchUser {
  readonly id: string
  readonly username: string
  readonly password: string
}

export function userAt(index: number): BenchUser {
  const digits = String(index % userCount).padStart(5, '0')
  return { id: `user-${digits}`, username: `alice${digits}@example.com`, password: `correct horse ${digits}` }
}

const usersByName = new Map(Array.from({ length: userCount }, (_, index) => userAt(index)).map((u) => [u.username, u]))

/** Compares in plain text: a password hash would cost a thousand times what is measured here. */
export function findUser(username: string, password: string): BenchUser | undefined {
  const user = usersByName.get(username)
  return user?.password === password ? user : undefined
}
