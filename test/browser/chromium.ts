import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext } from 'playwright-core'

const EXECUTABLE = process.env['TEST_CHROMIUM'] ?? '/usr/bin/chromium'
/** Without these it talks to servers of its maker while it starts. */
const QUIET = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

/** Whether tests that need Chromium are to be skipped: it is not there, and this is not CI, where it has to be. */
export const lacksChromium = !process.env.CI && !existsSync(EXECUTABLE)

if (lacksChromium) console.warn(`There is no Chromium at ${EXECUTABLE}: the tests of pages are skipped.`)

/** Chromium, with a profile that nobody has used. */
export async function launchChromium() {
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'))
  const browser = await chromium.launch({
    executablePath: EXECUTABLE,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', ...QUIET],
    env: { ...process.env, HOME: profile },
  })
  return {
    newContext: (options: Parameters<typeof browser.newContext>[0]): Promise<BrowserContext> =>
      browser.newContext(options),
    async close() {
      await browser.close()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}
