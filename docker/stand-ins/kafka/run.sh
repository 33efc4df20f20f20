#!/bin/sh
# What the official image does before its server starts: Kafka's own wrapper turns KAFKA_ variables into properties and formats the
# folder of the logs for CLUSTER_ID, which it refuses to do twice.
set -eu
mkdir -p /opt/kafka/config
if ! said=$(java -Xmx128m -cp '/opt/kafka/libs/*' kafka.docker.KafkaDockerWrapper setup \
  --default-configs-dir /etc/kafka/docker \
  --mounted-configs-dir /mnt/shared/config \
  --final-configs-dir /opt/kafka/config 2>&1); then
  echo "$said"
  echo "$said" | grep -qi 'already formatted' || exit 1
fi
exec java $KAFKA_HEAP_OPTS -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
  -cp '/opt/kafka/libs/*' kafka.Kafka /opt/kafka/config/server.properties
