/** Drawings stand in frames of their own, as high as they say. */

/** A drawing says how high it is; until then its frame keeps the room that most of them need. */
addEventListener('message', ({ data, origin, source }: MessageEvent<{ height?: unknown }>) => {
  if (origin !== location.origin || typeof data?.height !== 'number') return
  for (const frame of document.querySelectorAll<HTMLIFrameElement>('figure.drawing iframe'))
    if (frame.contentWindow === source) frame.height = String(Math.ceil(Math.min(2000, data.height)))
})
