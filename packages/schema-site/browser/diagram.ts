interface View {
  x: number
  y: number
  width: number
  height: number
}

const STEP = 1.4
const MOST = 6

/** Makes the diagram zoomable and movable, by buttons, keys, wheel (with Ctrl) and pointer. */
export function enableDiagram(): void {
  const picture = document.querySelector<HTMLElement>('.picture')
  const svg = picture?.querySelector('svg')
  if (!picture || !svg) return
  const { x, y, width, height } = svg.viewBox.baseVal
  const all: View = { x, y, width, height }
  let view = all
  const show = (next: View) => {
    view = next
    svg.setAttribute('viewBox', `${view.x} ${view.y} ${view.width} ${view.height}`)
    picture.classList.toggle('enlarged', view.width < all.width)
  }
  /** Zooms around a point; default: the centre. */
  const zoom = (factor: number, at = { x: view.x + view.width / 2, y: view.y + view.height / 2 }) => {
    const scale = Math.min(Math.max((view.width * factor) / all.width, 1 / MOST), 1)
    if (scale === 1) return show(all)
    const size = { width: all.width * scale, height: all.height * scale }
    show({
      x: at.x - ((at.x - view.x) * size.width) / view.width,
      y: at.y - ((at.y - view.y) * size.height) / view.height,
      ...size,
    })
  }
  const pointOf = ({ clientX, clientY }: MouseEvent) => {
    const matrix = svg.getScreenCTM()?.inverse()
    return new DOMPoint(clientX, clientY).matrixTransform(matrix)
  }
  const move = (right: number, down: number) => show({ ...view, x: view.x + right, y: view.y + down })

  const buttons = document.querySelector<HTMLElement>('.canvas .buttons')
  buttons?.removeAttribute('hidden')
  buttons?.addEventListener('click', ({ target }) => {
    if (!(target instanceof HTMLElement)) return
    if (target.dataset.zoom === 'in') zoom(1 / STEP)
    if (target.dataset.zoom === 'out') zoom(STEP)
    if (target.dataset.zoom === 'all') show(all)
  })
  picture.addEventListener('keydown', (event) => {
    const step = view.width / 10
    const actions: Readonly<Record<string, () => void>> = {
      '+': () => zoom(1 / STEP),
      '-': () => zoom(STEP),
      '0': () => show(all),
      ArrowLeft: () => move(-step, 0),
      ArrowRight: () => move(step, 0),
      ArrowUp: () => move(0, -step),
      ArrowDown: () => move(0, step),
    }
    const action = actions[event.key]
    if (!action || (event.key.startsWith('Arrow') && view === all) || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    action()
  })
  picture.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey) return
      event.preventDefault()
      zoom(event.deltaY < 0 ? 1 / STEP : STEP, pointOf(event))
    },
    { passive: false },
  )
  enableDragging(
    picture,
    svg,
    () => view.width < all.width,
    () => view.width / svg.getBoundingClientRect().width,
    move,
  )
}

function enableDragging(
  picture: HTMLElement,
  svg: SVGSVGElement,
  mayMove: () => boolean,
  unitsPerPixel: () => number,
  move: (right: number, down: number) => void,
): void {
  let moved = false
  picture.addEventListener('pointerdown', (event) => {
    moved = false
    if (!mayMove() || event.button !== 0) return
    const last = { x: event.clientX, y: event.clientY }
    const drag = (next: PointerEvent) => {
      if (Math.abs(next.clientX - event.clientX) + Math.abs(next.clientY - event.clientY) > 4) moved = true
      move((last.x - next.clientX) * unitsPerPixel(), (last.y - next.clientY) * unitsPerPixel())
      last.x = next.clientX
      last.y = next.clientY
    }
    window.addEventListener('pointermove', drag)
    window.addEventListener('pointerup', () => window.removeEventListener('pointermove', drag), {
      once: true,
    })
  })
  // The end of a drag must not click a table, and a link must not be dragged.
  svg.addEventListener('click', (event) => moved && event.preventDefault())
  svg.addEventListener('dragstart', (event) => event.preventDefault())
}
