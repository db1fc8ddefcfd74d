/**
 * @typedef {{ time: number, type: string, tone: string, sentence: string, address: string }} Happening
 */

const MOST_ROWS = 100
const MOST_HELD = 1_000
/** So many new rows at a time are more than anybody can listen to. */
const MOST_SPOKEN = 5
const SHOW_MS = 500

/** The list of what happened, the newest first. Many that are alike and in a row share one line of it. */
export class Happenings {
  #region
  #rows
  #none
  /** @type {Happening[]} */
  #waiting = []
  /** @type {{ text: string, row: HTMLTableRowElement, times: number } | undefined} */
  #newest
  #isPaused = false

  /** Told how many wait while the list is paused. @type {(waiting: number) => void} */
  onWaiting = () => undefined

  /** @param {HTMLElement} region */
  constructor(region) {
    const rows = region.querySelector('tbody')
    const none = region.querySelector('p')
    if (rows === null || none === null) throw new Error('The page has no list.')
    this.#region = region
    this.#rows = rows
    this.#none = none
    region.setAttribute('role', 'log')
    setInterval(() => {
      if (!this.#isPaused) this.#show()
    }, SHOW_MS)
  }

  /** Starts with an empty list. */
  clear() {
    this.#rows.replaceChildren()
    this.#waiting = []
    this.#newest = undefined
  }

  /** @param {Happening} happening */
  add(happening) {
    this.#waiting.push(happening)
    if (this.#waiting.length > MOST_HELD) this.#waiting.shift()
    if (this.#isPaused) this.onWaiting(this.#waiting.length)
  }

  /** @param {boolean} isPaused */
  pause(isPaused) {
    this.#isPaused = isPaused
    if (isPaused) this.onWaiting(this.#waiting.length)
    else this.#show()
  }

  #show() {
    const fresh = this.#waiting
    this.#waiting = []
    this.#region.setAttribute('aria-live', fresh.length > MOST_SPOKEN ? 'off' : 'polite')
    for (const happening of fresh) this.#place(happening)
    while (this.#rows.rows.length > MOST_ROWS) this.#rows.deleteRow(-1)
    this.#none.hidden = this.#rows.rows.length > 0
  }

  /** @param {Happening} happening */
  #place(happening) {
    const { type, sentence, address } = happening
    const text = [type, sentence, address].join('\n')
    if (this.#newest?.text === text) {
      this.#newest.times += 1
      const count = this.#newest.row.cells[1]?.querySelector('span')
      if (count) count.textContent = ` × ${this.#newest.times}`
      return
    }
    const row = this.#rows.insertRow(0)
    row.className = `tone-${happening.tone}`
    row.insertCell().append(clock(happening.time))
    row.insertCell().append(element('code', type), element('span', ''))
    row.insertCell().append(sentence)
    row.insertCell().append(address)
    this.#newest = { text, row, times: 1 }
  }
}

/** @param {'code' | 'span'} name @param {string} text */
function element(name, text) {
  const made = document.createElement(name)
  made.textContent = text
  return made
}

/** @param {number} milliseconds */
function clock(milliseconds) {
  const made = document.createElement('time')
  const date = new Date(milliseconds)
  made.dateTime = date.toISOString()
  made.textContent = date.toLocaleTimeString([], {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  return made
}
