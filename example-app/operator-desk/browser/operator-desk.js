import { Happenings } from './happenings.js'
import { Plot, SHOWN, valueOf } from './plot.js'

/** @typedef {import('./happenings.js').Happening} Happening */
/** @typedef {import('./plot.js').Second} Second */
/** What the server sends, by its name. @typedef {{ opened: { goesOn: boolean }, happening: Happening, second: Second }} Messages */

/** Every second something comes; after so many without, the connection is dead, whatever the browser thinks of it. */
const SILENCE_MS = 10_000
const RESIZE_MS = 200

/** @type {Second[]} */
let seconds = []
const plots = [...document.querySelectorAll('figure')].map((figure) => new Plot(figure))
const happenings = new Happenings(byId('desk-log'))
const status = byId('desk-status')
const pause = byId('desk-pause')

for (const live of document.querySelectorAll('[data-live]')) live.removeAttribute('hidden')
redraw()
watchPage()
watchPause()
connect()

function connect() {
  const stream = new EventSource('/events')
  let heard = Date.now()
  const watch = setInterval(() => {
    if (Date.now() - heard < SILENCE_MS) return
    clearInterval(watch)
    stream.close()
    say('Connection lost; connecting again…')
    connect()
  }, SILENCE_MS / 4)

  /** @template {keyof Messages} Name @param {Name} name @param {(content: Messages[Name]) => void} take */
  const on = (name, take) => {
    stream.addEventListener(name, ({ data }) => {
      heard = Date.now()
      take(JSON.parse(data))
    })
  }
  on('opened', ({ goesOn }) => {
    say(isPaused() ? 'Paused' : 'Live')
    if (goesOn) return
    seconds = []
    happenings.clear()
  })
  on('happening', (happening) => {
    happenings.add(happening)
  })
  on('second', (second) => {
    seconds = [...seconds.slice(1 - SHOWN), second]
    showSeconds()
  })
  stream.addEventListener('error', () => {
    heard = Date.now()
    if (stream.readyState === EventSource.CLOSED) {
      clearInterval(watch)
      say('The server refused the connection. Reload the page to try again.')
    } else say('Connection lost; connecting again…')
  })
}

let isShowing = false

/** Once for all that come together, as the kept ones do. */
function showSeconds() {
  if (isShowing) return
  isShowing = true
  setTimeout(() => {
    isShowing = false
    for (const plot of plots) plot.show(seconds)
    showTotals()
  })
}

function showTotals() {
  for (const total of document.querySelectorAll('.total')) {
    const measure = total instanceof HTMLElement ? (total.dataset['total'] ?? '') : ''
    const sum = seconds.reduce((sum, second) => sum + (valueOf(second, measure) ?? 0), 0)
    const shown = total.querySelector('dd')
    if (shown !== null) shown.textContent = sum.toLocaleString()
    total.classList.toggle('is-zero', sum === 0)
  }
}

function redraw() {
  for (const plot of plots) plot.redraw(seconds)
}

function watchPage() {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  let width = window.innerWidth
  window.addEventListener('resize', () => {
    if (window.innerWidth === width) return
    width = window.innerWidth
    clearTimeout(timer)
    timer = setTimeout(redraw, RESIZE_MS)
  })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw)
}

function watchPause() {
  happenings.onWaiting = (waiting) => {
    say(waiting === 0 ? 'Paused' : `Paused, ${waiting} new`)
  }
  pause.addEventListener('click', () => {
    pause.setAttribute('aria-pressed', String(!isPaused()))
    if (!isPaused()) say('Live')
    happenings.pause(isPaused())
  })
}

function isPaused() {
  return pause.getAttribute('aria-pressed') === 'true'
}

/** @param {string} text */
function say(text) {
  if (status.textContent !== text) status.textContent = text
}

/** @param {string} id */
function byId(id) {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`The page has no #${id}.`)
  return found
}
