import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, onTestFinished } from 'vitest'
import { startExampleApp, type Environment } from '../example-app/example-app.js'
import { whenAllIsOver } from '../example-app/when-all-is-over.js'
import { launchChromium } from './chromium.js'

/** How a browser differs from another. */
export interface Visitor {
  readonly javaScriptEnabled?: boolean
  readonly colorScheme?: 'light' | 'dark'
  readonly width?: number
}

interface Visited {
  readonly url: string
  readonly deskUrl: string
  readonly announcement: string
  /** Another browser, with cookies of its own, in which every error is noticed: none may be left when the test ends. */
  newVisitor(visitor?: Visitor): Promise<BrowserContext>
  newPage(visitor?: Visitor): Promise<Page>
}

/** One example-app and one Chromium for all tests of a file. */
export function visitedExampleApp(environment: Environment = {}): Visited {
  let app: { url: string; deskUrl: string; announcement: string } | undefined
  let chromium: Awaited<ReturnType<typeof launchChromium>> | undefined
  const complaints: string[] = []
  const whenOver = whenAllIsOver()

  beforeAll(async () => {
    const started = startExampleApp(environment, undefined, whenOver)
    chromium = await launchChromium()
    app = await started
  }, 240_000)

  afterAll(async () => {
    await chromium?.close()
  })

  afterEach(() => {
    expect(complaints.splice(0)).toEqual([])
  })

  async function newVisitor({ width = 1280, ...visitor }: Visitor = {}): Promise<BrowserContext> {
    if (chromium === undefined) throw new Error('There is no browser before the tests begin.')
    const context = await chromium.newContext({ ...visitor, viewport: { width, height: 800 }, baseURL: visited.url })
    onTestFinished(() => context.close())
    context.setDefaultTimeout(90_000)
    noticeErrors(context, complaints)
    return context
  }

  const visited: Visited = {
    get url() {
      return app?.url ?? ''
    },
    get deskUrl() {
      return app?.deskUrl ?? ''
    },
    get announcement() {
      return app?.announcement ?? ''
    },
    newVisitor,
    newPage: async (visitor) => (await newVisitor(visitor)).newPage(),
  }
  return visited
}

/** Whatever the console calls an error, a violated Content-Security-Policy among it, and every file that did not load. */
function noticeErrors(context: BrowserContext, complaints: string[]): void {
  const refusedPages = new Set<string>()
  context.on('response', (response) => {
    if (response.status() < 400) return
    // Chromium reports the page itself too where its status says that something was refused, as it should.
    if (response.request().isNavigationRequest()) refusedPages.add(response.url())
    else complaints.push(`${response.url()} answered ${String(response.status())}`)
  })
  context.on('console', (message) => {
    const isOfPage = message.text().startsWith('Failed to load resource') && refusedPages.has(message.location().url)
    if (['error', 'warning'].includes(message.type()) && !isOfPage) complaints.push(message.text())
  })
  context.on('weberror', (error) => {
    complaints.push(String(error.error()))
  })
}
