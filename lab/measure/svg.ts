/** What drawings share. */

/** A text as it may stand in an SVG, between tags and in attributes. */
export function escaped(said: string): string {
  return said.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
