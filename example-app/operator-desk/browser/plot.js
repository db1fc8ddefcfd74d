import uPlot from '/assets/uPlot.esm.js'

/**
 * @typedef {{ time: number, values: Readonly<Record<string, number | null>> }} Second
 */

/** Seconds that a plot shows. */
export const SHOWN = 180
const HEIGHT = 160
/** Half of the longest time below the axis, which may stand at its very end. */
const HALF_A_TIME = 20
/** What is drawn as a gap where a second tells nothing of it; anything else is then 0. */
const GAUGES = new Set(['p50', 'p95', 'p99'])

/** @param {Second} second @param {string} measure */
export function valueOf(second, measure) {
  return second.values[measure] ?? (GAUGES.has(measure) ? null : 0)
}

/** Draws one figure of the page. Its lines, their colours and their dashes are read from the table below it. */
export class Plot {
  #area
  #lines
  /** @type {uPlot | undefined} */
  #chart

  /** @param {HTMLElement} figure */
  constructor(figure) {
    this.#area = part(figure, '.plot-area')
    this.#lines = [...figure.querySelectorAll('tr')].slice(1).map((row) => ({
      measure: row.dataset['measure'] ?? '',
      key: part(row, 'line'),
      now: part(row, 'td'),
      most: part(row, 'td:last-child'),
    }))
  }

  /** Draws anew: the size or the colours of the page have changed. @param {readonly Second[]} seconds */
  redraw(seconds) {
    this.#chart?.destroy()
    const ink = getComputedStyle(this.#area)
    const axis = { stroke: ink.color, font: `12px ${ink.fontFamily}`, ticks: { show: false } }
    const grid = { stroke: ink.borderTopColor, width: 1 }
    this.#chart = new uPlot(
      {
        width: this.#area.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        padding: [8, HALF_A_TIME, 0, 0],
        scales: {
          x: { range: (_chart, _least, most) => [most - SHOWN + 1, most] },
          y: { range: (_chart, _least, most) => [0, Math.max(4, most * 1.1)] },
        },
        axes: [
          { ...axis, grid: { show: false }, size: 24, incrs: [60], values: (_chart, times) => times.map(clock) },
          { ...axis, grid, size: 44, space: 32 },
        ],
        series: [{}, ...this.#lines.map(({ key }) => lineStyle(key))],
      },
      this.#columns(seconds),
      this.#area,
    )
  }

  /** @param {readonly Second[]} seconds */
  show(seconds) {
    this.#chart?.setData(this.#columns(seconds))
    for (const { measure, now, most } of this.#lines) {
      const values = seconds.map((second) => valueOf(second, measure))
      now.textContent = shown(values.at(-1) ?? null)
      most.textContent = shown(values.every((value) => value === null) ? null : Math.max(...values.map(Number)))
    }
  }

  /** @param {readonly Second[]} seconds @returns {uPlot.AlignedData} */
  #columns(seconds) {
    return [
      seconds.map(({ time }) => time),
      ...this.#lines.map(({ measure }) => seconds.map((second) => valueOf(second, measure))),
    ]
  }
}

/** @param {Element} key @returns {uPlot.Series} */
function lineStyle(key) {
  const { stroke, strokeDasharray } = getComputedStyle(key)
  return {
    stroke,
    width: 2,
    points: { show: false },
    spanGaps: false,
    ...(strokeDasharray === 'none' ? {} : { dash: strokeDasharray.split(',').map((length) => parseFloat(length)) }),
  }
}

/** @param {number} seconds */
function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
}

/** @param {number | null} value */
function shown(value) {
  return value === null ? '–' : value.toLocaleString([], { maximumFractionDigits: value < 100 ? 1 : 0 })
}

/** @param {ParentNode} parent @param {string} selector @returns {HTMLElement} */
function part(parent, selector) {
  const found = parent.querySelector(selector)
  if (found === null) throw new Error(`The page has no ${selector}.`)
  return /** @type {HTMLElement} */ (found) // the boundary: the page is ours
}
