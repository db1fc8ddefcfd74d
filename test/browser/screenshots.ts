import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { launchChromium } from './chromium.js'
import { signIn } from './sign-in.js'

// Takes the README's pictures: `npm run screenshots`.

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))
const PICTURES = join(REPOSITORY, 'example-app/screenshots')
/** The longest that an attack takes. */
const ATTACK_MS = 300_000

const DEVICES = [
  {
    address: '203.0.113.20',
    userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1',
  },
  { address: '198.51.100.7', userAgent: 'Mozilla/5.0 (Windows NT 10.0; rv:150.0) Gecko/20100101 Firefox/150.0' },
  { address: '192.0.2.33', userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0 Safari/537.36' },
]

const directory = mkdtempSync(join(tmpdir(), 'screenshots-'))
const DATABASE_FILE = join(directory, 'example.db')
const app = start(['example-app/main.ts'], {
  PORT: '0',
  DATABASE_FILE,
  TRUST_PROXY: '1',
})
const chromium = await launchChromium()
try {
  mkdirSync(PICTURES, { recursive: true })
  const { url, deskUrl } = await urlsOf(app)
  await takeSessions(url)
  await takeDesk(url, deskUrl)
} finally {
  await chromium.close()
  app.kill()
  rmSync(directory, { recursive: true, force: true })
}

async function takeSessions(url: string): Promise<void> {
  const pages: Page[] = []
  for (const { address, userAgent } of DEVICES) pages.push(await pageAt(url, 720, { address, userAgent }))
  for (const page of pages) await signIn(page)
  const [page] = pages.slice(-1)
  await page?.goto('/sessions')
  await page?.screenshot({ path: join(PICTURES, 'sessions.png') })
}

async function takeDesk(url: string, deskUrl: string): Promise<void> {
  const page = await pageAt(deskUrl, 1_560)
  await page.goto('/')
  const attack = start(['example-app/attack/main.ts', url], { DATABASE_FILE })
  await page.locator('[data-total=reused] dd', { hasText: '1' }).waitFor({ timeout: ATTACK_MS }) // its last act
  await page.screenshot({ path: join(PICTURES, 'desk.png') })
  attack.kill()
}

async function pageAt(baseURL: string, height: number, { address = '', userAgent = '' } = {}): Promise<Page> {
  const context = await chromium.newContext({
    baseURL,
    viewport: { width: 1280, height },
    ...(address === '' ? {} : { extraHTTPHeaders: { 'X-Forwarded-For': address } }),
    ...(userAgent === '' ? {} : { userAgent }),
  })
  return context.newPage()
}

function start(args: readonly string[], environment: Readonly<Record<string, string>>) {
  const { PATH = '', HOME = '' } = process.env
  return spawn(process.execPath, ['--import', 'tsx', ...args], {
    cwd: REPOSITORY,
    env: { PATH, HOME, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

function urlsOf({ stdout }: ReturnType<typeof start>): Promise<{ url: string; deskUrl: string }> {
  let text = ''
  return new Promise((resolve) => {
    stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more
      const url = /at (http:\/\/[^\s/]+)/.exec(text)?.[1]
      const deskUrl = /desk at (http:\/\/[^\s/]+)/.exec(text)?.[1]
      if (url !== undefined && deskUrl !== undefined) resolve({ url, deskUrl })
    })
  })
}
