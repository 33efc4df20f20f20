#!/bin/sh
# What the official image does before its server starts: Kafka's own wrapper turns KAFKA_ variables into properties and formats the
# folder of the logs for CLUSTER_ID.
set -eu
# Kafka's own packages log by log4j; these jars bring slf4j-simple instead, and the wrapper wants files to write its settings to.
mkdir -p /opt/kafka/config
java $KAFKA_HEAP_OPTS -cp '/opt/kafka/libs/*' kafka.docker.KafkaDockerWrapper setup \
  --default-configs-dir /etc/kafka/docker \
  --mounted-configs-dir /mnt/shared/config \
  --final-configs-dir /opt/kafka/config
exec java $KAFKA_HEAP_OPTS -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
  -cp '/opt/kafka/libs/*' kafka.Kafka /opt/kafka/config/server.properties
