/** The images that docker-compose.yml names, so that there is one place where they are pinned. */
import { readFileSync } from 'node:fs'

const composeFile = new URL('../../../docker-compose.yml', import.meta.url)
const folder = new URL('../../../docker/', import.meta.url)

export interface Images {
  readonly rabbitmq: string
  readonly kafka: string
}

/** @throws Error if the file names none for one of them. */
export function imagesOfCompose(text = readFileSync(composeFile, 'utf8')): Images {
  return { rabbitmq: imageLike(text, 'rabbitmq'), kafka: imageLike(text, 'apache/kafka') }
}

function imageLike(text: string, name: string): string {
  const image = new RegExp(`^\\s+image: (${name}:\\S+)$`, 'm').exec(text)?.[1]
  if (image === undefined) throw new Error(`docker-compose.yml names no image ${name}:…`)
  return image
}

/** What the compose file mounts into a container, by its path below `docker/`. */
export function mounted(path: string): string {
  return readFileSync(new URL(path, folder), 'utf8')
}
