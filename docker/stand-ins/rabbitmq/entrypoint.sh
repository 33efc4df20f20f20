#!/bin/sh
# What the official image does before its server starts, as far as docker-compose.yml relies on it: the server runs as rabbitmq, its
# data are that user's, it logs to the console, and guest may log in from anywhere. Everything else it reads itself.
set -eu
if [ "$1" != rabbitmq-server ]; then exec "$@"; fi
chown -R rabbitmq:rabbitmq /var/lib/rabbitmq
export HOME=/var/lib/rabbitmq RABBITMQ_LOGS=- RUNNING_UNDER_SYSTEMD=true
exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups /usr/lib/rabbitmq/bin/rabbitmq-server
