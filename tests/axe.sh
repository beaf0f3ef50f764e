#!/bin/bash
# Brings axe-core, which tests hold every page of the desk against, below target/; needs npm and its registry.
set -eu
cd "$(dirname "$0")/.."
mkdir -p target/axe
npm install --no-audit --no-fund --silent --prefix target/axe axe-core@4.14.1
