#!/bin/sh
# What the official image does before its server starts: Kafka's own wrapper turns KAFKA_ variables into properties and formats the
# folder of the logs for CLUSTER_ID, which it refuses to do twice.
set -eu
mkdir -p /opt/kafka/config
# Nodes live for minutes: no time is spent on the best machine code.
frugal='-XX:+UseSerialGC -XX:TieredStopAtLevel=1'
setup() {
  java -Xmx128m $frugal -cp '/opt/kafka/libs/*' kafka.docker.KafkaDockerWrapper setup \
    --default-configs-dir /etc/kafka/docker \
    --mounted-configs-dir /mnt/shared/config \
    --final-configs-dir /opt/kafka/config 2>&1
}
# A container that is only started again has the same variables, and all of it already.
if ! [ -f /opt/kafka/config/set-up ]; then
  if ! said=$(setup); then
    echo "$said"
    echo "$said" | grep -qi 'already formatted' || exit 1
  fi
  touch /opt/kafka/config/set-up
fi
exec java $KAFKA_HEAP_OPTS $frugal -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
  -cp '/opt/kafka/libs/*' kafka.Kafka /opt/kafka/config/server.properties
