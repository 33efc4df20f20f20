#!/usr/bin/env bash
# Proves what needs Docker, on a computer that reaches Debian's packages and Maven's jars but no registry of images: builds stand-ins
# (build.ts says what they are), brings docker-compose.yml up with them, runs checks on it by engine=url, and holds the docker
# engine against its contract. As root on Debian; a Docker daemon that it starts itself ends with it.
#
#     bash docker/stand-ins/prove.sh [single] [cluster] [engine]     all three unless some are named
#
# It ends with 0: proven, 1: failed, 77: not run here, and why.
set -u
cd "$(dirname "$0")/../.."
# The Node that npm ci brought along: it runs TypeScript as it is.
export PATH="$PWD/node_modules/.bin:$PATH"

[ $# -gt 0 ] || set -- single cluster engine
parts=" $* "
wants() { [[ "$parts" == *" $1 "* ]]; }
for part in "$@"; do
  case $part in
  single | cluster | engine) ;;
  *)
    echo "$part is no part of the proof: take single, cluster or engine"
    exit 2
    ;;
  esac
done

skip() {
  echo "not run here because $*"
  exit 77
}

[ "$(id -u)" -eq 0 ] && [ -f /etc/debian_version ] || skip 'it needs root on Debian'
for program in docker dockerd docker-compose debootstrap; do
  command -v "$program" >/dev/null || skip "there is no $program (apt-get install docker.io docker-compose debootstrap)"
done

daemon=
project=mq-workbook-proof
log=$(mktemp)
clear_away() {
  docker-compose -p "$project" --profile cluster down -v >/dev/null 2>&1
  if [ -n "$daemon" ]; then
    kill "$daemon" 2>/dev/null
    wait "$daemon" 2>/dev/null
  fi
  rm -f "$log"
}
trap clear_away EXIT

if ! docker info >/dev/null 2>&1; then
  dockerd >"$log" 2>&1 &
  daemon=$!
  for _ in $(seq 60); do
    docker info >/dev/null 2>&1 && break
    kill -0 "$daemon" 2>/dev/null || break
    sleep 0.5
  done
  docker info >/dev/null 2>&1 || skip "dockerd does not start: $(tail -n 1 "$log")"
fi

set -e
node docker/stand-ins/build.ts

# Other ports than the usual ones, which somebody may be using.
export RABBITMQ_PORT=45672 RABBITMQ_MANAGEMENT_PORT=45673 KAFKA_PORT=49092
healthy() { [ "$(docker ps -q --filter "label=com.docker.compose.project=$project" --filter health=healthy | wc -l)" -ge "$1" ]; }
# up SERVICE…: starts them and waits until each is healthy.
up() {
  docker-compose -p "$project" --profile cluster up -d "$@"
  for _ in $(seq 120); do healthy $# && return; sleep 2; done
  docker-compose -p "$project" --profile cluster ps
  docker-compose -p "$project" --profile cluster logs --tail 15
  exit 1
}
# What can't be done to a broker that is only served is inconclusive and names an engine that can. Anything else must pass, and
# of what needs a broker at least two: a check that could not reach it has proven nothing.
check() {
  echo "checking $1 on $AMQP_URL, $KAFKA_BROKERS"
  npm run -s check "$1" reference engine=url json | node docker/stand-ins/proven.ts
}

if wants single; then
  up rabbitmq kafka
  export AMQP_URL="amqp://guest:guest@localhost:$RABBITMQ_PORT"
  export RABBITMQ_MANAGEMENT_URL="http://localhost:$RABBITMQ_MANAGEMENT_PORT" KAFKA_BROKERS="localhost:$KAFKA_PORT"
  for task in mq-01 mq-02 mq-07; do check "$task"; done
  docker-compose -p "$project" down -v
fi

if wants cluster; then
  up rabbitmq-1 rabbitmq-2 rabbitmq-3 kafka-1 kafka-2 kafka-3
  nodes=$(docker-compose -p "$project" --profile cluster exec -T rabbitmq-1 rabbitmqctl -q cluster_status --formatter json |
    node -e 'process.stdin.toArray().then((all) => console.log(JSON.parse(Buffer.concat(all)).running_nodes.length))')
  [ "$nodes" = 3 ] || { echo "$nodes of three RabbitMQs are in one cluster"; exit 1; }
  export AMQP_URL=amqp://guest:guest@localhost:5673 RABBITMQ_MANAGEMENT_URL=http://localhost:15673
  export KAFKA_BROKERS=localhost:19092,localhost:29092,localhost:39092
  for task in mq-02 mq-06; do check "$task"; done
  docker-compose -p "$project" --profile cluster down -v
fi

if wants engine; then
  npm run -s test:real docker
fi
