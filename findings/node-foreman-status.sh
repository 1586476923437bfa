#!/bin/sh
# The runner foreman of npm (node-foreman), when one service fails.
#
# Guess: like the runner of that name in Ruby, it ends with the status of the service
# that ended first, so that a script or CI sees the failure.
# Reality: it stops the others and exits with 0.
# Where it matters: a Procfile that is run as a test, or under a supervisor that
# restarts on failure, seems to have succeeded.
set -eu

version=3.0.1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix "$work" "foreman@$version" >/dev/null
printf 'web: exit 7\n' >Procfile
status=0
node node_modules/foreman/nf.js start >output 2>&1 </dev/null || status=$?
echo "foreman of npm, version $(node node_modules/foreman/nf.js --version)"
sed 's/^[0-9: APM]*//' output
echo "the service exits with 7, nf with $status"
[ "$status" -eq 0 ]
